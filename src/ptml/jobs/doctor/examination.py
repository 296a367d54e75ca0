"""All checks, one after the other."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ptml.contracts.manifest import MANIFEST
from ptml.contracts.scratch import bytes_of
from ptml.errors import ACTION_NEEDED, PtmlError
from ptml.jobs.doctor.finding import Finding, made
from ptml.jobs.doctor.leftovers import check_leftovers
from ptml.jobs.doctor.machine import (
    check_clock,
    check_cores,
    check_language,
    cores_allowed,
    encodings_here,
)
from ptml.jobs.doctor.place import LocalPlace, check_out, nearest, place_of, temporary_folder
from ptml.jobs.doctor.room import (
    BUCKET_EMPLOYEES,
    MEMORY_LIMIT,
    check_disk,
    check_memory,
    free_memory,
    need_of,
)
from ptml.jobs.doctor.source import Size, check_data, check_newest
from ptml.jobs.doctor.trained import check_models
from ptml.jobs.doctor.versions import check_versions


@dataclass(frozen=True)
class Patient:
    """What is looked at; None = not asked for.

    Attributes
    ----------
    bucket_employees, memory_limit
        Settings that decide how much memory a run needs.
    """

    data: str | None
    models: Path | None
    out: str | None
    store: Path | None
    bucket_employees: int = BUCKET_EMPLOYEES
    memory_limit: str = MEMORY_LIMIT


def examine(
    patient: Patient,
    now: Callable[[], datetime],
    seconds: Callable[[], float],
    is_strict: bool = False,
) -> dict[str, Any]:
    """Make every check; none changes anything, and none ends another.

    Parameters
    ----------
    is_strict : bool
        Whether what a person should look at counts as what would stop a run.

    Returns
    -------
    dict
        ``findings``, ``exit_code`` (3 where something would stop a run) and ``sentences``.
    """
    findings = list(_findings(patient, now, seconds))
    stops, looks = (sum(f.verdict == v for f in findings) for v in ("stop", "look"))
    ends = stops + (looks if is_strict else 0)
    summary = f"{len(findings)} checks: {stops} would stop a run, {looks} to look at."
    return {
        "findings": [vars(finding) for finding in findings],
        "exit_code": ACTION_NEEDED if ends else 0,
        "sentences": [*(finding.line for finding in findings), summary],
    }


def _findings(
    patient: Patient, now: Callable[[], datetime], seconds: Callable[[], float]
) -> Iterator[Finding]:
    place, temporary, size = _place(patient.out), temporary_folder(), Size()
    if patient.data is not None:
        found, size = check_data(patient.data, seconds, now)
        yield from found
        newest = size
        yield from made("newest data", lambda: check_newest(newest, now().date()))
    if patient.models is not None:
        models = patient.models
        yield from made("models", lambda: check_models(models, now()))
    if patient.out is not None:
        out = patient.out
        yield from made("out", lambda: check_out(out))
    if patient.store is not None:
        yield from made("store", lambda: _of_store(patient.store))
    yield from _of_machine(patient, place, temporary, size, now)


def _of_machine(
    patient: Patient,
    place: LocalPlace | None,
    temporary: Path,
    size: Size,
    now: Callable[[], datetime],
) -> Iterator[Finding]:
    need = need_of(size.rows, patient.bucket_employees, bytes_of(patient.memory_limit))
    folder = nearest(place.out) if place else temporary
    yield from made("disk", lambda: check_disk(need, temporary, place.out if place else None))
    yield from made("memory", lambda: check_memory(need, free_memory()))
    written = _written(patient.models)
    skew = size.server_skew_seconds
    yield from made("clock", lambda: check_clock(now, folder, skew, written))
    yield from made("libraries", check_versions)
    allowed, there = cores_allowed(), os.cpu_count() or 1
    yield from made("cores", lambda: check_cores(os.environ, allowed, there))
    yield from made("language", lambda: check_language(encodings_here()))
    yield from made("leftovers", lambda: check_leftovers(place, patient.models, temporary))


def _of_store(folder: Path | None) -> Iterator[Finding]:
    # Its imports take longer than all checks together.
    from ptml.jobs.doctor.store import check_store

    yield from check_store(folder or Path())


def _place(out: str | None) -> LocalPlace | None:
    try:
        return None if out is None else place_of(out)
    except PtmlError:
        # The check of the place tells it.
        return None


def _written(models: Path | None) -> float | None:
    try:
        return None if models is None else (models / MANIFEST).stat().st_mtime
    except OSError:
        return None
