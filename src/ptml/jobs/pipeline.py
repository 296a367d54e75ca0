"""Run the job that a TOML file describes."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ptml.errors import UsageError
from ptml.jobs.progress import Progress
from ptml.jobs.report import run_report
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import RunFile, describe_errors, read_toml
from ptml.jobs.train import run_training
from ptml.jobs.validate import run_validation


def read_run_file(path: Path) -> RunFile:
    """Read and check a run file; every wrong key is named at once."""
    try:
        return RunFile.model_validate(read_toml(path))
    except ValidationError as error:
        raise UsageError(describe_errors(error, RunFile, str(path))) from None


def _needed(run: RunFile, path: Path, *names: str) -> None:
    missing = [name for name in names if getattr(run, name) is None]
    if missing:
        listed = ", ".join(f"`{name}`" for name in missing)
        raise UsageError(f"{path}: a {run.job} job needs {listed}")


def run_file(path: Path, now: Callable[[], datetime], progress: Progress) -> dict[str, Any]:
    """Run the job of ``path`` and return its summary."""
    run = read_run_file(path)
    if run.job == "report":
        _needed(run, path, "out")
        return run_report(str(run.out), None)
    _needed(run, path, "data")
    data = str(run.data)
    if run.job == "validate":
        return run_validation(data, progress)
    _needed(run, path, "models")
    models = Path(str(run.models))
    only = list(run.only)
    if run.job == "train":
        return run_training(data, models, run.as_of, run.settings, only, run.track, progress)
    _needed(run, path, "out")
    return run_scoring(data, models, str(run.out), run.as_of, run.settings, only, now, progress)
