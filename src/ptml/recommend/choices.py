"""What people chose, and how much each choice says: the input of every preference."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.contracts.learning import ASSIGNED_BY
from ptml.features.history import History

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]

_NOT_CHOSEN = tuple(ASSIGNED_BY.index(name) for name in ("manager", "mandatory"))
# Weights relative to a plain enrolment.
COMPLETED, DROPPED, EXAM, SATISFACTION = 0.5, -0.5, 0.5, 0.25


@dataclass(frozen=True)
class Choices:
    """Chosen enrolments known before a day, (n,) each.

    Attributes
    ----------
    employee, course, day : int32
    weight : float64
        Engagement, halved with each half-life of age; positive.
    """

    employee: IntArray
    course: IntArray
    day: IntArray
    weight: FloatArray

    def matrix(self, n_employees: int, n_courses: int) -> Any:
        """Weights as a sparse matrix (n_employees, n_courses); repeats add up."""
        cells = (self.weight.astype(np.float32), (self.employee, self.course))
        matrix = csr_matrix(cells, shape=(n_employees, n_courses))
        matrix.sum_duplicates()
        return matrix


def choices_before(history: History, day: int, half_life_days: float) -> Choices:
    """What was chosen and known before a day.

    A mandatory or manager's enrolment is taken, not liked; where nobody says who assigned it, it
    counts as chosen. An outcome counts only once it was known.
    """
    log = history.enrolments
    chosen = (log.enrolled < day) & ~history.is_mandatory & ~np.isin(log.assigned_by, _NOT_CHOSEN)
    at = np.flatnonzero(chosen)
    completed, ended = log.completed[at] < day, log.ended[at] < day
    exam = np.where(ended, np.nan_to_num(log.exam_score[at]), 0) / 100
    liked = np.where(ended & np.isfinite(log.satisfaction[at]), log.satisfaction[at] - 3, 0) / 2
    weight = 1.0 + COMPLETED * completed + DROPPED * (ended & ~completed)
    weight = weight + EXAM * exam + SATISFACTION * liked
    age = day - log.enrolled[at].astype(np.float64)
    weight = np.maximum(weight, 0.1) * 0.5 ** (age / half_life_days)
    return Choices(log.employee[at], log.course[at], log.enrolled[at], weight)


def taken_before(history: History, day: int) -> Any:
    """Whatever a person has enrolled in before a day, chosen or not: (n_employees, n_courses)."""
    log = history.enrolments
    at = np.flatnonzero(log.enrolled < day)
    cells = (np.ones(len(at), dtype=np.float32), (log.employee[at], log.course[at]))
    return csr_matrix(cells, shape=(history.n_employees, history.n_courses), dtype=np.float32)
