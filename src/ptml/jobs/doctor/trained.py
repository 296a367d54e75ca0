"""Whether the models are whole, of this ptml, and not old."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ptml
from ptml.contracts.artefacts import verified
from ptml.errors import PtmlError
from ptml.jobs.doctor.finding import Finding, look, ok, stop

OLD_DAYS = 92
"""A quarter: docs/how-to/promote.md retrains each month."""


def check_models(folder: Path, now: datetime) -> Iterator[Finding]:
    """Hashes of every file, the version that trained, and how long ago."""
    try:
        about = verified(folder)
    except PtmlError as error:
        yield stop("models", str(error), "name the folder of a whole training with --models")
        return
    except OSError as error:
        yield stop("models", f"{folder} cannot be read ({error.strerror})", "mend the rights")
        return
    yield ok("models", f"{len(about['sha256'])} files as they were written")
    yield _version(about)
    yield _age(date.fromisoformat(str(about["as_of"])), now.date())


def _version(about: Mapping[str, Any]) -> Finding:
    trained = about.get("ptml")
    if trained is None:
        told = "they do not say which ptml trained them: it was an old one"
        return look("models' version", told, "train again when it suits")
    if _series(str(trained)) != _series(ptml.__version__):
        told = f"trained by ptml {trained}, and this is {ptml.__version__}"
        return stop("models' version", told, "train again, or run the version that trained them")
    return ok("models' version", f"trained by ptml {trained}, and this is {ptml.__version__}")


def _series(version: str) -> tuple[str, ...]:
    """What has to be the same: before 1.0 the second number counts as the first."""
    first, second, *_ = [*version.split("."), ""]
    return (first, second) if first == "0" else (first,)


def _age(day: date, today: date) -> Finding:
    told = f"they know what was known before {day}, {(today - day).days} days ago"
    if day > today:
        return look("models' age", told, "they are of the future: look at the clock")
    if (today - day).days > OLD_DAYS:
        return look("models' age", told, "train again, and put it forward with ptml promote")
    return ok("models' age", told)
