"""Run the job that a TOML file describes: one row a job, no logic."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ptml.errors import ACTION_NEEDED, UsageError
from ptml.jobs.evaluate import run_evaluation
from ptml.jobs.monitor import run_monitoring
from ptml.jobs.previous_run import Since
from ptml.jobs.progress import Progress
from ptml.jobs.promote import run_promotion
from ptml.jobs.recording import Asked, record_run
from ptml.jobs.report import run_report
from ptml.jobs.resolved import Resolved, resolve
from ptml.jobs.score import exit_code, run_scoring
from ptml.jobs.settings import RunFile
from ptml.jobs.tracked import store_beside
from ptml.jobs.train import run_training
from ptml.jobs.tune import run_tuning
from ptml.jobs.validate import run_validation
from ptml.registry import Registry

Summary = dict[str, Any]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Clocks:
    """What a job may ask for the time.

    Attributes
    ----------
    now : callable
        The moment, for what is written down.
    seconds : callable
        Seconds since some moment that never go back, for what is measured.
    """

    now: Clock
    seconds: Callable[[], float]


def _done(_summary: Summary) -> int:
    return 0


def _store_of(run: RunFile) -> Path | None:
    return (run.store or store_beside(Path(str(run.models)))) if run.track else None


@dataclass(frozen=True)
class Job:
    """A job that a run file can name.

    Attributes
    ----------
    needs : tuple of str
        Keys of the run file that have to be there.
    call : callable
        Takes the checked run file, clocks and a progress; gives the summary. Keys in `needs` are
        there when it is called.
    exit_code : callable
        Of a summary: 0, or 3 where the answer of the job is that a person has to act.
    """

    needs: tuple[str, ...]
    call: Callable[[RunFile, Clocks, Progress], Summary]
    exit_code: Callable[[Summary], int] = _done


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "validate": Job(
            ("data",),
            lambda run, _clocks, progress: run_validation(str(run.data), progress),
        ),
        "train": Job(
            ("data", "models"),
            lambda run, _clocks, progress: run_training(
                str(run.data),
                Path(str(run.models)),
                run.as_of,
                run.settings,
                list(run.only),
                run.track,
                progress,
            ),
        ),
        "score": Job(
            ("data", "models", "out"),
            lambda run, clocks, progress: run_scoring(
                str(run.data),
                Path(str(run.models)),
                str(run.out),
                run.as_of,
                run.settings,
                list(run.only),
                clocks.now,
                progress,
                None if run.since is None else Since(run.since, run.prove),
            ),
            exit_code,
        ),
        "evaluate": Job(
            ("data", "models"),
            lambda run, _clocks, progress: run_evaluation(
                str(run.data),
                Path(str(run.models)),
                run.page,
                run.as_of,
                run.settings,
                None if run.registry is None else Registry(run.registry).twins,
                progress,
            ),
        ),
        "promote": Job(
            ("data", "models", "registry", "who", "why"),
            lambda run, clocks, progress: run_promotion(
                str(run.data),
                Path(str(run.models)),
                Path(str(run.registry)),
                run.as_of,
                run.settings,
                str(run.who),
                str(run.why),
                clocks.now,
                progress,
                run.page,
                run.alarms,
                False,
                _store_of(run),
            ),
            lambda summary: ACTION_NEEDED if summary["refused"] else 0,
        ),
        "tune": Job(
            ("data", "model", "study"),
            lambda run, clocks, progress: run_tuning(
                str(run.model),
                str(run.data),
                Path(str(run.study)),
                run.as_of,
                run.settings,
                None,
                run.settings.tuning.trials,
                run.settings.tuning.budget_minutes,
                None,
                run.track,
                clocks.seconds,
                progress,
            ),
        ),
        "monitor": Job(
            ("data", "models"),
            lambda run, _clocks, progress: run_monitoring(
                str(run.data),
                Path(str(run.models)),
                run.out,
                run.page,
                run.as_of,
                run.settings,
                progress,
            ),
            lambda summary: ACTION_NEEDED if summary["action_needed"] else 0,
        ),
        "report": Job(
            ("out",),
            lambda run, _clocks, progress: run_report(str(run.out), run.page, progress),
        ),
    }
)
"""Every job by its name in a run file."""


def read_run_file(path: Path, words: Sequence[str] = ()) -> Resolved:
    """Read a run file with its bases and `--set` words; every wrong key is named at once."""
    resolved = resolve(path, words)
    _refuse_incomplete(resolved.run, path)
    return resolved


def _refuse_incomplete(run: RunFile, path: Path) -> None:
    if run.job not in JOBS:
        near = difflib.get_close_matches(run.job, JOBS, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(JOBS)}"
        raise UsageError(f"{path}: there is no job `{run.job}`; {hint}")
    missing = [name for name in JOBS[run.job].needs if getattr(run, name) is None]
    if missing:
        listed = ", ".join(f"`{name}`" for name in missing)
        raise UsageError(f"{path}: a {run.job} job needs {listed}")


def run_file(
    path: Path,
    clocks: Clocks,
    progress: Progress,
    words: Sequence[str] = (),
    command: Sequence[str] = (),
) -> tuple[Summary, int]:
    """Run the job of ``path``, record it, and give its summary and exit code.

    Parameters
    ----------
    words : sequence of str
        `KEY=VALUE`, stronger than the file.
    command : sequence of str
        The command line, for the record.
    """
    resolved = read_run_file(path, words)
    job = JOBS[resolved.run.job]
    summary = record_run(
        Asked(resolved.run, command, resolved.layers.files),
        clocks.now,
        progress,
        lambda recorder: job.call(resolved.run, clocks, recorder),
        job.exit_code,
    )
    return summary, job.exit_code(summary)
