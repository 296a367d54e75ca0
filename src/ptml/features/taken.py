"""Which courses a person has enrolled in, started, completed or dropped, as counts by course."""

import numpy as np

from ptml.features.arrays import Floats
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.windows import EventLog, expand


def course_counts(history: History, log: EventLog, rows: Rows) -> Floats:
    """Count each row's events before its day by course, (n, n_courses) float32.

    Parameters
    ----------
    log : EventLog
        Of enrolments.
    """
    shape = (len(rows), history.n_courses)
    query, event = expand(log.before(rows.employee, rows.day))
    cell = query * shape[1] + history.enrolments.course[log.source[event]]
    return np.bincount(cell, minlength=shape[0] * shape[1]).astype(np.float32).reshape(shape)


def prerequisites_missing(history: History, rows: Rows) -> Floats:
    """Count each course's prerequisites that a row's person has not completed, (n, n_courses)."""
    is_completed = course_counts(history, history.timelines.completed, rows).T > 0
    missing = np.zeros(is_completed.shape, dtype=np.float32)
    for course, required in zip(*np.nonzero(history.catalogue.requires), strict=True):
        missing[course] += ~is_completed[required]
    return missing.T
