"""Which courses a person may be offered, with the reasons where not."""

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig
from ptml.features.arrays import Bools, Codes, Floats
from ptml.features.capability import Capability
from ptml.features.days import quarter_start
from ptml.features.first_reason import first_reasons
from ptml.features.fit import entry_and_news
from ptml.features.history import History
from ptml.features.meaning import meaning
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.spoken import not_understood
from ptml.features.taken import prerequisites_missing
from ptml.features.windows import expand

BY_RIGHT = (
    "taken",
    "prerequisite_missing",
    "not_open",
    "retired",
    "mandatory",
    "language",
    "too_low",
    "too_high",
)
"""Why a person could not take a course, whoever else does."""
BY_ROOM = ("seats", "load")
"""Why there is no room for it just now, with the course or with the person."""
EXCLUSIONS = ("", *BY_RIGHT, *BY_ROOM)


class EligibilityConfig(FrozenConfig):
    """What may be offered to whom."""

    largest_entry_gap_levels: NonNegativeFloat = 1.0
    """Further than this under the entry levels, mean by weight, is too low."""
    smallest_new_levels: NonNegativeFloat = 0.1
    """A course that teaches a person less than this is nothing new."""
    most_open_hours: PositiveFloat = 80.0
    """Hours of open courses, the new one included, beyond which it is too much."""
    open_days: Annotated[PositiveInt, Field(le=3650)] = 180
    """An enrolment older than this that has not ended is given up, and no load any more."""


def eligibility(
    history: History, rows: Rows, capability: Capability, config: EligibilityConfig | None = None
) -> NDArray[np.uint8]:
    """Say for each row and course why the person could not take it.

    A course is

    - ``taken`` with an enrolment before the day that was not dropped and whose certificate, if the
      course gives one for a time, has not run out (`ptml.features.meaning`);
    - ``prerequisite_missing`` while a course that it requires was never completed;
    - ``not_open`` unless it was opened before the day, ``retired`` if it was retired before it;
    - ``mandatory``: those are assigned, not offered;
    - ``language`` when the person is known to understand others and not the course's;
    - ``too_low`` when the person is on average (by weight) further under its entry levels than
      `EligibilityConfig.largest_entry_gap_levels`;
    - ``too_high`` when it teaches the person nothing new.

    The last two need levels; where those are unknown they never apply. The first reason in this
    order is given.

    Parameters
    ----------
    history : History
    rows : Rows
        n of them.
    capability : Capability
        That of the rows.

    Returns
    -------
    (n, n_courses) uint8
        Positions in `EXCLUSIONS`; 0 = eligible.
    """
    config = config or EligibilityConfig()
    return first_reasons(
        history,
        rows,
        capability.level,
        config.largest_entry_gap_levels,
        config.smallest_new_levels,
    )


def offers(
    history: History,
    shared: Shared,
    rows: Rows,
    capability: Capability,
    config: EligibilityConfig,
) -> NDArray[np.uint8]:
    """Say for each row and course why it cannot be offered: by right, or for want of room.

    Beside the reasons of `eligibility`, a course is out of

    - ``seats`` when the enrolments of everybody in the day's quarter, known before the day and not
      dropped, fill them;
    - ``load`` when the person's open courses and this one together have more hours than
      `EligibilityConfig.most_open_hours`; without an open course it never applies.

    Returns
    -------
    (n, n_courses) uint8
        Positions in `EXCLUSIONS`; 0 = may be offered.
    """
    codes = eligibility(history, rows, capability, config)
    for day in np.unique(rows.day):
        full = np.ix_(rows.day == day, full_courses(history.catalogue.seats, shared, int(day)))
        codes[full] = np.where(codes[full] == 0, EXCLUSIONS.index("seats"), codes[full])
    # Most people have nothing open, and then there is no load.
    hours = open_hours(history, rows, config)
    at = np.flatnonzero(hours > 0)
    load = (codes[at] == 0) & _overloaded(history, hours[at], config)
    codes[at] = np.where(load, EXCLUSIONS.index("load"), codes[at])
    return codes


def reasons_by_right(
    history: History, rows: Rows, level: Floats, config: EligibilityConfig
) -> Mapping[str, Bools]:
    """Every reason of `BY_RIGHT` apart, (n, n_courses) bool each."""
    catalogue, day = history.catalogue, rows.day[:, None]
    shape = (len(rows), history.n_courses)
    below, new = entry_and_news(catalogue, level)
    return {
        "taken": _taken(history, rows),
        "prerequisite_missing": prerequisites_missing(history, rows) > 0,
        "not_open": catalogue.opened >= day,
        "retired": catalogue.retired < day,
        "mandatory": np.broadcast_to(catalogue.mandatory, shape),
        "language": not_understood(history, rows),
        "too_low": below > config.largest_entry_gap_levels,
        "too_high": new < config.smallest_new_levels,
    }


def reasons_by_room(
    history: History, shared: Shared, rows: Rows, config: EligibilityConfig
) -> Mapping[str, Bools]:
    """Every reason of `BY_ROOM` apart, (n, n_courses) bool each."""
    full = np.zeros((len(rows), history.n_courses), dtype=np.bool_)
    for day in np.unique(rows.day):
        full[rows.day == day] = full_courses(history.catalogue.seats, shared, int(day))
    hours = open_hours(history, rows, config)
    return {"seats": full, "load": _overloaded(history, hours, config)}


def open_hours(history: History, rows: Rows, config: EligibilityConfig) -> Floats:
    """Hours of the courses that each row's person has open, (n,) float32.

    A course of unknown hours counts none.
    """
    log = history.enrolments
    since = (rows.day - config.open_days).astype(np.int32)
    lines = history.timelines.enrolled
    row, event = expand(lines.window(rows.employee, since, rows.day))
    enrolment = lines.source[event]
    day = rows.day[row]
    is_open = (log.completed[enrolment] >= day) & (log.dropped[enrolment] >= day)
    hours = np.nan_to_num(history.catalogue.hours[log.course[enrolment]]) * is_open
    return np.bincount(row, hours, len(rows)).astype(np.float32)


def _taken(history: History, rows: Rows) -> Bools:
    lines = history.timelines.enrolled
    row, event = expand(lines.before(rows.employee, rows.day))
    enrolment = lines.source[event]
    counts = meaning(history, enrolment, rows.day[row]).taken
    taken = np.zeros((len(rows), history.n_courses), dtype=np.bool_)
    taken[row[counts], history.enrolments.course[enrolment[counts]]] = True
    return taken


def full_courses(seats: Codes, shared: Shared, day: int) -> Bools:
    """Whether each course's seats in the day's quarter are taken, (n_courses,).

    Parameters
    ----------
    seats : (n_courses,) int32
        A quarter; -1 = no limit.
    """
    return np.asarray((seats >= 0) & (taken_seats(shared, len(seats), day) >= seats))


def taken_seats(shared: Shared, n_courses: int, day: int) -> NDArray[np.int64]:
    """Seats of each course that enrolments before the day took in its quarter, (n_courses,)."""
    until = np.full(n_courses, day, dtype=np.int32)
    window = shared.course_seats.window(np.arange(n_courses), quarter_start(until), until)
    return np.asarray(shared.course_seats.total("seats", window), dtype=np.int64)


def _overloaded(history: History, open_hours: Floats, config: EligibilityConfig) -> Bools:
    """Whether each course is too much beside the hours that are open, (n, n_courses)."""
    hours = open_hours[:, None]
    more = np.nan_to_num(history.catalogue.hours)[None, :]
    return (hours > 0) & (more > 0) & (hours + more > config.most_open_hours)
