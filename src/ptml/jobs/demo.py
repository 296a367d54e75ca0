"""Demo: the whole way once on an organisation whose truth is known."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from ptml.errors import UsageError
from ptml.jobs.oracle import against_simulation
from ptml.jobs.progress import Progress
from ptml.jobs.report import run_report
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.simulate import run_simulation
from ptml.jobs.train import run_training

_MADE_BY_DEMO = ("data", "models", "out", "mlruns")


def run_demo(
    out: Path, employees: int, seed: int, now: Callable[[], datetime], progress: Progress
) -> dict[str, Any]:
    """Simulate, train, score, report, and say how near the truth it came."""
    _clear(out)
    data, models, published = out / "data", out / "models", str(out / "out")
    settings = Settings()
    run_simulation(data, {"n_employees": employees, "seed": seed}, [], progress)
    trained = run_training(str(data), models, None, settings, [], True, progress)
    scored = run_scoring(str(data), models, published, None, settings, [], now, progress)
    progress.stage("Writing the report")
    reported = run_report(published, out / "report.html")
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
    if out.exists() and any(p.name not in (*_MADE_BY_DEMO, "report.html") for p in out.iterdir()):
        raise UsageError(f"{out} holds something else than a demo; name another folder with --out")
    for name in _MADE_BY_DEMO:
        shutil.rmtree(out / name, ignore_errors=True)
