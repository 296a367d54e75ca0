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

# Rows that are worked through course by course: what is said of them stays at hand.
_SIDE_BY_SIDE = 64


def first_reasons(
    history: History, rows: Rows, level: Floats, largest_entry_gap: float, smallest_new: float
) -> Reasons:
    """Positions among the reasons by right, from 1 on; 0 = none, (n, n_courses) uint8.

    What `ptml.features.eligibility.reasons_by_right` says apart, with none of its tables of people
    by courses but the answer.

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
        level.T,
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
def larger(one: np.float32, other: np.float32) -> np.float32:
    """As `numpy.maximum`: NaN if either is."""
    return one if one > other or np.isnan(one) else other


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
    """Last reasons first: what comes before them is written over them.

    What is known of rows comes as (n_competencies, n).
    """
    found = np.empty((len(opened), _SIDE_BY_SIDE), dtype=np.uint8)
    is_refused = np.empty((refused.shape[1], _SIDE_BY_SIDE), dtype=np.bool_)
    levels = np.empty((2, _SIDE_BY_SIDE), dtype=np.float32)
    for first in range(0, len(codes), _SIDE_BY_SIDE):
        m = min(_SIDE_BY_SIDE, len(codes) - first)
        for spoken in range(len(is_refused)):
            for i in range(m):
                is_refused[spoken, i] = refused[place[first + i], spoken]
        for c in range(len(opened)):
            total = _compare(
                level, first, m, taught[c], from_level[c], to_level[c], weight[c], levels
            )
            _judge(levels, m, total, largest_entry_gap, smallest_new, found[c])
            _close(
                opened[c], retired[c], mandatory[c], is_refused[language[c]], day, first, found[c]
            )
        for i in range(m):
            for c in range(len(opened)):
                codes[first + i, c] = found[c, i]
    _mark_missing(codes, done_ends, done, required)
    start = 0
    for i in range(len(codes)):
        for k in range(start, taken_ends[i]):
            codes[i, taken[k]] = 1
        start = taken_ends[i]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _compare(
    level: Floats,
    first: int,
    m: int,
    taught: Codes,
    from_level: Floats,
    to_level: Floats,
    weight: Floats,
    levels: Floats,
) -> np.float32:
    """Sums of levels below the entry and of new levels of a course, and of its weights.

    As `ptml.features.fit.entry_and_news`.
    """
    zero = np.float32(0)
    below, new = levels
    below[:] = zero
    new[:] = zero
    total = zero
    for slot in range(len(taught)):
        k = taught[slot]
        if k < 0:
            break
        w, start, end = weight[slot], from_level[slot], to_level[slot]
        for i in range(m):
            own = level[k, first + i]
            new[i] += w * larger(end - larger(own, start), zero)
            below[i] += w * larger(start - own, zero)
        total += w
    return total


@njit(cache=True)  # type: ignore[untyped-decorator]
def _judge(
    levels: Floats,
    m: int,
    total: np.float32,
    largest_entry_gap: np.float32,
    smallest_new: np.float32,
    found: Reasons,
) -> None:
    below, new = levels
    found[:] = 0
    # Levels of a course that teaches nothing known are not known: they keep nobody out.
    if total > 0:
        for i in range(m):
            too_high = np.uint8(8) if new[i] < smallest_new else np.uint8(0)
            found[i] = np.uint8(7) if below[i] / total > largest_entry_gap else too_high


@njit(cache=True)  # type: ignore[untyped-decorator]
def _close(
    opened: np.int32,
    retired: np.int32,
    mandatory: bool,
    is_refused: Bools,
    day: Days,
    first: int,
    found: Reasons,
) -> None:
    m = min(len(found), len(day) - first)
    for i in range(m):
        found[i] = np.uint8(6) if is_refused[i] else found[i]
    if mandatory:
        found[:] = 5
    for i in range(m):
        found[i] = np.uint8(4) if retired < day[first + i] else found[i]
        found[i] = np.uint8(3) if opened >= day[first + i] else found[i]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _mark_missing(codes: Reasons, done_ends: Positions, done: Codes, required: Codes) -> None:
    if required.shape[1] == 0:
        return
    demanding = np.flatnonzero(required[:, 0] >= 0)
    is_done = np.zeros(codes.shape[1], dtype=np.bool_)
    start = 0
    for i in range(len(codes)):
        for k in range(start, done_ends[i]):
            is_done[done[k]] = True
        for c in demanding:
            for slot in range(required.shape[1]):
                course = required[c, slot]
                if course >= 0 and not is_done[course]:
                    codes[i, c] = 2
        for k in range(start, done_ends[i]):
            is_done[done[k]] = False
        start = done_ends[i]
