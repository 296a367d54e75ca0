"""What everybody's answers are made from beside their own rows, as digests by kind."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields

import numpy as np

from ptml.contracts.row_hash import RowSums
from ptml.features.company_inputs import CompanyInputs
from ptml.features.eligibility import full_courses
from ptml.features.shared import Shared
from ptml.features.windows import SumLog
from ptml.jobs.run_shared import RunShared

COMPANY, AVERAGES, SEATS, GOALS = "company", "averages", "seats", "goals"
CUTOFFS = "cutoffs"

WORDS = {
    COMPANY: "courses, roles, units or other tables of the company changed",
    AVERAGES: "what people share changed (sums over everybody that show on the day)",
    SEATS: "a course has become full, or has seats again",
    GOALS: "other goals of units are in force",
    CUTOFFS: "other people may plan on courses with few seats",
}
"""What each kind is, as the reason to score everybody."""


def shared_digests(shared: RunShared) -> dict[str, str]:
    """SHA-256 of each kind of what people share, as it can be seen on the run's day.

    Sums over everybody show from a renewal on (`ptml.features.renewal`): what became known since
    the last one changes none of them. Seats are counted to the very day, but all that is asked of
    them is whether a course is full.
    """
    full = full_courses(shared.company.catalogue.seats, shared.sums, shared.epoch_day)
    return {
        COMPANY: _digest(_company(shared.company, shared.can)),
        AVERAGES: _digest(_averages(shared.sums, shared.epoch_day)),
        SEATS: _digest([full.tobytes()]),
        GOALS: _digest([shared.goals.weight.tobytes()]),
        CUTOFFS: _digest([] if shared.cutoffs is None else [shared.cutoffs.points.tobytes()]),
    }


def _digest(parts: "Iterator[bytes] | list[bytes]") -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "little"))
        total.update(part)
    return total.hexdigest()


def _company(company: CompanyInputs, can: frozenset[str]) -> Iterator[bytes]:
    for name, table in company.tables.items():
        sums = sum((RowSums.of(batch) for batch in table.to_batches()), RowSums())
        yield repr((name, table.column_names, sums)).encode()
    told = {
        "columns": {name: sorted(of_table) for name, of_table in company.columns.items()},
        "ids": {name: ids.ids.tolist() for name, ids in company.maps.by_name().items()},
        "can": sorted(can),
    }
    yield json.dumps(told, sort_keys=True).encode()
    yield company.period_start.tobytes()
    yield company.period_end.tobytes()


def _averages(sums: Shared, day: int) -> Iterator[bytes]:
    for field in fields(Shared):
        log = getattr(sums, field.name)
        if isinstance(log, SumLog):
            yield from _seen(field.name, log, day)
    yield repr((sums.grades, sums.n_courses, sums.n_competencies)).encode()


def _seen(name: str, log: SumLog, day: int) -> Iterator[bytes]:
    if name == "course_seats":
        return
    shows = log.day <= day
    yield name.encode()
    yield log.key[shows].tobytes()
    for part, total in sorted(log.sums.items()):
        yield part.encode()
        yield np.diff(total)[shows].tobytes()
