"""What people chose, when, in which role, and how much each choice says."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.features.history import History
from ptml.features.meaning import meaning
from ptml.features.rows import Rows
from ptml.features.standing import standing

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
Positions = NDArray[np.int64]

# What an outcome adds to a plain enrolment, which weighs 1; nothing weighs less than the least.
COMPLETED, DROPPED, PROGRESS, EXAM, SATISFACTION, TIME = 0.25, -0.75, 0.5, 0.25, 0.25, 0.25
LEAST_WEIGHT = 0.1
# Time spent beyond this many times the course's hours says no more.
MOST_TIME = 1.5
MINUTES_AN_HOUR = 60.0


@dataclass(frozen=True, eq=False)
class Choices:
    """Chosen enrolments sorted by employee, day, course; (n,) each.

    Attributes
    ----------
    employee, course, day : int32
    role : int32
        Of the employee on that day; -1 = none.
    weight : float64
        Engagement; positive.
    """

    employee: IntArray
    course: IntArray
    day: IntArray
    role: IntArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.employee)

    def take(self, kept: NDArray[np.bool_]) -> "Choices":
        """The choices that a mask keeps."""
        return Choices(
            self.employee[kept],
            self.course[kept],
            self.day[kept],
            self.role[kept],
            self.weight[kept],
        )

    @cached_property
    def same_day(self) -> tuple[Positions, Positions]:
        """First and last position of the choices of the same person and day, (n,) each."""
        changes = (np.diff(self.employee) != 0) | (np.diff(self.day) != 0)
        return _runs(changes, len(self))

    @cached_property
    def same_person(self) -> tuple[Positions, Positions]:
        """First and last position of the choices of the same person, (n,) each."""
        return _runs(np.diff(self.employee) != 0, len(self))

    def matrix(self, n_employees: int, n_courses: int) -> Any:
        """Engagement as a sparse matrix (n_employees, n_courses); repeats add up."""
        return self._matrix(self.weight, n_employees, n_courses)

    def recent_matrix(self, n_employees: int, n_courses: int, power: float) -> Any:
        """The same with ``(1 + k) ** -power`` for k choices on later days."""
        later = self.same_person[1] - self.same_day[1]
        return self._matrix(self.weight * (1.0 + later) ** -power, n_employees, n_courses)

    def _matrix(self, weight: FloatArray, n_employees: int, n_courses: int) -> Any:
        cells = (weight.astype(np.float32), (self.employee, self.course))
        matrix = csr_matrix(cells, shape=(n_employees, n_courses))
        matrix.sum_duplicates()
        return matrix


def choices_before(history: History, day: int) -> Choices:
    """What was chosen before a day, weighed by what was known of it before that day.

    A mandatory or manager's enrolment is taken, not liked; where nobody says who assigned it, it
    counts as chosen.

    Notes
    -----
    ``1 + .25 completed - .75 dropped + .5 progress if dropped + .25 (exam - 50) / 50
    + .25 (satisfaction - 3) / 2 + .25 (t - 1)``, and no less than .1, with ``t`` the time spent
    over the course's hours, up to 1.5; what is not known adds nothing.
    """
    log = history.enrolments
    everything = np.arange(len(log.employee))
    at = np.flatnonzero(meaning(history, everything, np.int32(day)).chosen)
    employee, enrolled = log.employee[at], log.enrolled[at]
    # On the day after the enrolment, the role is the one held on the day itself.
    placed = standing(history, Rows(employee, (enrolled + 1).astype(np.int32)))
    return Choices(employee, log.course[at], enrolled, placed.role, _engagement(history, at, day))


def taken_before(history: History, day: int) -> Any:
    """What a person enrolled in before a day, chosen or not: (n_employees, n_courses).

    Without what has expired: that may be taken again.
    """
    log = history.enrolments
    found = meaning(history, np.arange(len(log.employee)), np.int32(day))
    at = np.flatnonzero((log.enrolled < day) & ~found.expired)
    cells = (np.ones(len(at), dtype=np.float32), (log.employee[at], log.course[at]))
    return csr_matrix(cells, shape=(history.n_employees, history.n_courses))


def _engagement(history: History, at: Positions, day: int) -> FloatArray:
    log = history.enrolments
    ended = log.ended[at] < day
    completed = log.completed[at] < day
    dropped = ended & ~completed
    weight = (
        1.0
        + COMPLETED * completed
        + dropped * (DROPPED + PROGRESS * _known(log.progress[at]))
        + ended * EXAM * _known((log.exam_score[at] - 50) / 50)
        + ended * SATISFACTION * _known((log.satisfaction[at] - 3) / 2)
        + ended * TIME * _known(np.minimum(_time_share(history, at), MOST_TIME) - 1)
    )
    return np.maximum(weight, LEAST_WEIGHT)


def _time_share(history: History, at: Positions) -> FloatArray:
    """Time spent over the course's hours; NaN where either is not known."""
    hours = history.catalogue.hours[history.enrolments.course[at]].astype(np.float64)
    hours[hours <= 0] = np.nan
    return history.enrolments.minutes[at] / (MINUTES_AN_HOUR * hours)


def _known(values: NDArray[np.floating]) -> FloatArray:
    return np.nan_to_num(values.astype(np.float64))


def _runs(changes: NDArray[np.bool_], n: int) -> tuple[Positions, Positions]:
    starts = np.concatenate([[0], np.flatnonzero(changes) + 1])[: max(n, 0)]
    ends = np.append(starts[1:], n)
    if n == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.repeat(starts, ends - starts), np.repeat(ends - 1, ends - starts)
