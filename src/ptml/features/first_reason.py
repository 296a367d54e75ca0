"""The first reason why a person could not take a course: one pass over people and courses."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.features.arrays import Bools, Codes, Days, Floats, Positions
from ptml.features.history import History
from ptml.features.meaning import meaning
from ptml.features.rows import Rows
from ptml.features.spoken import refused_languages
from ptml.features.windows import Window, expand

Reasons = NDArray[np.uint8]
Lists = tuple[Positions, Codes]
"""Courses of each row, one list after the other, and where each list ends."""


def first_reasons(
    history: History, rows: Rows, level: Floats, largest_entry_gap: float, smallest_new: float
) -> Reasons:
    """Positions among the reasons by right, from 1 on; 0 = none, (n, n_courses) uint8.

    What `ptml.features.eligibility.reasons_by_right` says apart, with none of its tables of people
    by courses but the answer: most people are kept from most courses by the first reasons, and
    levels are compared for the rest only.

    Parameters
    ----------
    level : (n, n_competencies) float32
    """
    catalogue = history.catalogue
    lines = history.timelines
    codes = np.zeros((len(rows), history.n_courses), dtype=np.uint8)
    refused, place = refused_languages(history, rows)
    at = (np.arange(history.n_courses)[:, None], catalogue.taught)
    weight = np.where(catalogue.taught >= 0, catalogue.weight[at], np.float32(0))
    teaches = np.asarray((catalogue.weight > 0).any(axis=1))
    found = (
        rows.day,
        *_taken(history, rows),
        *_listed(history, lines.completed.source, lines.completed.before(rows.employee, rows.day)),
        catalogue.required,
        catalogue.opened,
        catalogue.retired,
        catalogue.mandatory,
        catalogue.language % refused.shape[1],
        refused,
        place,
        level,
        np.where(teaches[:, None], catalogue.taught, -1),
        catalogue.from_level[at],
        catalogue.to_level[at],
        weight,
    )
    # Of one layout, else the kernel is compiled again for each.
    arrays = (np.require(values, requirements=("C", "W")) for values in found)
    _fill(codes, *arrays, np.float32(largest_entry_gap), np.float32(smallest_new))
    return codes


def _taken(history: History, rows: Rows) -> Lists:
    lines = history.timelines.enrolled
    row, event = expand(lines.before(rows.employee, rows.day))
    enrolment = lines.source[event]
    counts = meaning(history, enrolment, rows.day[row]).taken
    ends = np.cumsum(np.bincount(row[counts], minlength=len(rows)))
    return ends, history.enrolments.course[enrolment[counts]]


def _listed(history: History, source: Positions, window: Window) -> Lists:
    _, event = expand(window)
    return np.cumsum(window.count), history.enrolments.course[source[event]]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _larger(one: np.float32, other: np.float32) -> np.float32:
    """As `numpy.maximum`: NaN if either is."""
    return one if one > other or np.isnan(one) else other


@njit(cache=True)  # type: ignore[untyped-decorator]
def _is_missing(required: Codes, c: int, is_done: Bools) -> bool:
    missing = False
    for slot in range(required.shape[1]):
        course = required[c, slot]
        missing |= course >= 0 and not is_done[course]
    return missing


@njit(cache=True)  # type: ignore[untyped-decorator]
def _closed(
    opened: np.int32, retired: np.int32, mandatory: bool, is_refused: bool, day: np.int32
) -> int:
    if opened >= day:
        return 3
    if retired < day:
        return 4
    if mandatory:
        return 5
    return 6 if is_refused else 0


@njit(cache=True)  # type: ignore[untyped-decorator]
def _levels(
    level: Floats,
    i: int,
    taught: Codes,
    from_level: Floats,
    to_level: Floats,
    weight: Floats,
    c: int,
) -> tuple[np.float32, np.float32]:
    """Levels below the entry and new levels, as `ptml.features.fit.entry_and_news`."""
    zero = np.float32(0)
    below, new, total = zero, zero, zero
    # Cells are read by both indices: a view of a row costs more than what is done with it.
    for slot in range(taught.shape[1]):
        if taught[c, slot] >= 0:
            own, start = level[i, taught[c, slot]], from_level[c, slot]
            new += weight[c, slot] * _larger(to_level[c, slot] - _larger(own, start), zero)
            below += weight[c, slot] * _larger(start - own, zero)
            total += weight[c, slot]
    if total <= 0:
        return np.float32(np.nan), np.float32(np.nan)
    return below / total, new


@njit(cache=True)  # type: ignore[untyped-decorator]
def _fill(
    codes: Reasons,
    day: Days,
    taken_ends: Positions,
    taken: Codes,
    done_ends: Positions,
    done: Codes,
    required: Codes,
    opened: Days,
    retired: Days,
    mandatory: Bools,
    language: Codes,
    refused: Bools,
    place: Positions,
    level: Floats,
    taught: Codes,
    from_level: Floats,
    to_level: Floats,
    weight: Floats,
    largest_entry_gap: np.float32,
    smallest_new: np.float32,
) -> None:
    n_courses = codes.shape[1]
    is_done = np.zeros(n_courses, dtype=np.bool_)
    first_taken, first_done = 0, 0
    for i in range(len(codes)):
        for k in range(first_taken, taken_ends[i]):
            codes[i, taken[k]] = 1
        for k in range(first_done, done_ends[i]):
            is_done[done[k]] = True
        for c in range(n_courses):
            if codes[i, c] == 0 and _is_missing(required, c, is_done):
                codes[i, c] = 2
            if codes[i, c] == 0:
                is_refused = refused[place[i], language[c]]
                codes[i, c] = _closed(opened[c], retired[c], mandatory[c], is_refused, day[i])
            if codes[i, c] == 0:
                below, new = _levels(level, i, taught, from_level, to_level, weight, c)
                codes[i, c] = 7 * (below > largest_entry_gap)
                if codes[i, c] == 0 and new < smallest_new:
                    codes[i, c] = 8
        for k in range(first_done, done_ends[i]):
            is_done[done[k]] = False
        first_taken, first_done = taken_ends[i], done_ends[i]
