"""Demo: the whole way once on an organisation whose truth is known."""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ptml.decide.budget.config import BudgetConfig
from ptml.errors import UsageError
from ptml.jobs.ledger import FOLDER
from ptml.jobs.oracle import against_simulation
from ptml.jobs.progress import Progress
from ptml.jobs.recording import Asked, record_run
from ptml.jobs.report import run_report
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import RunFile, Settings
from ptml.jobs.simulate import run_simulation
from ptml.jobs.train import run_training
from ptml.lift.config import LiftConfig
from ptml.simulate.changes import Changes, LimitedSeats, PracticeCourses, UnitWishes

_MADE_BY_DEMO = ("data", "models", "out", "mlruns")
_OF_DEMO = (*_MADE_BY_DEMO, "report.html", FOLDER)
# What is mandatory and due takes 179 of it.
_MONEY_A_HEAD = 300
# So that a plan shows practice, seats that run short, and wishes that meet needs or miss them.
_PLANTED = Changes(
    practice_courses=PracticeCourses(), limited_seats=LimitedSeats(), unit_wishes=UnitWishes()
)


def run_demo(
    out: Path,
    employees: int,
    seed: int,
    now: Callable[[], datetime],
    progress: Progress,
    command: Sequence[str] = (),
) -> dict[str, Any]:
    """Simulate, train, score, report, and say how near the truth it came.

    Training and scoring leave records in ``out/runs``; those of an earlier demo stay.
    """
    _clear(out)
    data, models, published = out / "data", out / "models", str(out / "out")
    settings = Settings(
        # Where other work runs on the machine, two threads wait for one another most of the time.
        lift=LiftConfig(num_threads=1),
        budget=BudgetConfig(money=float(_MONEY_A_HEAD * employees)),
    )
    sizes = {"n_employees": employees, "seed": seed, "changes": _PLANTED}
    run_simulation(data, sizes, [], progress)
    train = RunFile(job="train", data=str(data), models=models)
    trained = record_run(
        Asked(train, command),
        now,
        progress,
        lambda watched: run_training(str(data), models, None, settings, [], True, watched),
    )
    score = RunFile(job="score", data=str(data), models=models, out=published)
    scored = record_run(
        Asked(score, command),
        now,
        progress,
        lambda watched: run_scoring(str(data), models, published, None, settings, [], now, watched),
    )
    progress.stage("Writing the report")
    reported = run_report(published, out / "report.html", progress)
    progress.stage("Holding it against the truth")
    found = against_simulation(data, published)
    return {
        "report": reported["report"],
        "run_id": scored["run_id"],
        "against_truth": found["figures"],
        "sentences": [
            *trained["sentences"],
            *scored["sentences"][:-1],
            *found["sentences"],
            f"Open {reported['report']} in a browser.",
        ],
    }


def _clear(out: Path) -> None:
    if out.exists() and any(p.name not in _OF_DEMO for p in out.iterdir()):
        raise UsageError(f"{out} holds something else than a demo; name another folder with --out")
    for name in _MADE_BY_DEMO:
        shutil.rmtree(out / name, ignore_errors=True)
