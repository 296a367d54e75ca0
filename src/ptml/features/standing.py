"""Where people stand on the day before a row's day: unit, role, grade, manager, and since when."""

from dataclasses import dataclass

import numpy as np

from ptml.features.arrays import Codes, Days, Positions
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows


@dataclass(frozen=True, eq=False)
class Standing:
    """The assignment of each row, (n,) int32 each.

    Attributes
    ----------
    unit, role, grade, manager : int32
        -1 = no assignment on that day, or not known.
    unit_since, role_since, manager_since : int32
        First day of the unbroken run of assignments with the same one; `NEVER` = none.
    """

    unit: Codes
    role: Codes
    grade: Codes
    manager: Codes
    unit_since: Days
    role_since: Days
    manager_since: Days


def standing(history: History, rows: Rows) -> Standing:
    """Look up the assignment that is valid on the day before each row's day."""
    log = history.assignments
    found = history.timelines.assignment_on(rows.employee, (rows.day - 1).astype(np.int32))
    return Standing(
        unit=_picked(log.unit, found, -1),
        role=_picked(log.role, found, -1),
        grade=_picked(log.grade, found, -1),
        manager=_picked(log.manager, found, -1),
        unit_since=_picked(_run_start(history, log.unit), found, NEVER),
        role_since=_picked(_run_start(history, log.role), found, NEVER),
        manager_since=_picked(_run_start(history, log.manager), found, NEVER),
    )


def _run_start(history: History, column: Codes) -> Days:
    """First day of the run of adjoining assignments of a person with one value, (n,) int32."""
    log = history.assignments
    if len(log) == 0:
        return log.valid_from
    goes_on = (
        (log.employee[1:] == log.employee[:-1])
        & (column[1:] == column[:-1])
        & (log.valid_to[:-1] == log.valid_from[1:])
    )
    is_first = np.concatenate([[True], ~goes_on])
    return log.valid_from[np.maximum.accumulate(np.where(is_first, np.arange(len(log)), 0))]


def _picked(column: Codes, position: Positions, empty: int | np.int32) -> Codes:
    if len(column) == 0:
        return np.full(len(position), empty, dtype=np.int32)
    return np.where(position >= 0, column[np.maximum(position, 0)], empty).astype(np.int32)
