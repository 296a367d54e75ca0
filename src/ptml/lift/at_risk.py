"""Which pairs of a person and a course could have been started on a day."""

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.meaning import meaning
from ptml.features.rows import Rows
from ptml.features.spoken import pairs_not_understood
from ptml.features.windows import expand

IntArray = NDArray[np.int32]
Int64Array = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def at_risk(history: History, rows: Rows, row: IntArray, course: IntArray) -> BoolArray:
    """Whether each pair's person could have started its course, (m,) bool.

    Not taken, open, chosen rather than assigned by rule, and in a language that is understood.
    Prerequisites and levels do not count: whom we would not offer a course for their sake may have
    started it all the same, and who did has to be compared with who did not.

    Parameters
    ----------
    rows : Rows
        People as of the day of the decision.
    row, course : (m,) int
    """
    catalogue, day = history.catalogue, rows.day[row]
    is_open = (catalogue.opened[course] < day) & (catalogue.retired[course] >= day)
    free = is_open & ~catalogue.mandatory[course] & ~_taken(history, rows, row, course)
    return free & ~pairs_not_understood(history, rows, row, course)


def _taken(history: History, rows: Rows, row: IntArray, course: IntArray) -> BoolArray:
    lines = history.timelines.enrolled
    query, event = expand(lines.before(rows.employee, rows.day))
    enrolment = lines.source[event]
    # Who is enrolled and has not begun may still start, and is about to.
    begun = history.enrolments.began[enrolment] < rows.day[query]
    counts = begun & meaning(history, enrolment, rows.day[query]).taken
    taken = cells(query[counts], history.enrolments.course[enrolment[counts]], history.n_courses)
    return among(cells(row, course, history.n_courses), np.unique(taken))


def cells(first: NDArray[np.integer], second: NDArray[np.integer], n_second: int) -> Int64Array:
    """One number for each pair of codes, (m,) int64."""
    return first.astype(np.int64) * n_second + second


def among(wanted: Int64Array, known: Int64Array) -> BoolArray:
    """Whether each number is among the sorted ``known`` ones, (m,) bool."""
    if len(known) == 0:
        return np.zeros(len(wanted), dtype=np.bool_)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.asarray(known[place] == wanted)
