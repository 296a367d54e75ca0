"""Known outcomes by unit and person, beside what the course alone would lead to expect."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.transfer.labels import Labels

Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Completions with a known outcome, (n,) each, sorted by unit and then by person.

    Attributes
    ----------
    unit : int32
        Of the person on the day before the completion.
    person : int32
    weak : bool
    usual : float64
        Share of weak transfers of the course, shrunk towards that of all; strictly within 0-1.
    """

    unit: Codes
    person: Codes
    weak: Bools
    usual: Doubles

    def __len__(self) -> int:
        return len(self.unit)

    @classmethod
    def of(cls, unit: Codes, person: Codes, course: Codes, weak: Bools, strength: float) -> Self:
        """Work out what is usual for each course, and sort.

        Parameters
        ----------
        unit, person, course : (n,) int32
            A negative unit is left out, but counts for what is usual of its course.
        weak : (n,) bool
        strength : float
            Completions that the share of a course is shrunk by.
        """
        usual = _usual(course, weak, strength)
        order = np.lexsort((person, unit))
        order = order[unit[order] >= 0]
        return cls(unit[order], person[order], weak[order], usual[order])

    @classmethod
    def recent(
        cls, history: History, labels: Labels, as_of_day: int, days: int, strength: float
    ) -> Self:
        """Those known as of a day of courses completed in the days before it."""
        is_recent = labels.completed >= as_of_day - days
        known = np.flatnonzero(labels.known_at(as_of_day) & is_recent)
        employee = labels.employee[known]
        unit = standing(history, Rows(employee, labels.completed[known])).unit
        course = history.enrolments.course[labels.enrolment[known]]
        return cls.of(unit, employee, course, labels.weak[known], strength)


def _usual(course: Codes, weak: Bools, strength: float) -> Doubles:
    if len(weak) == 0:
        return np.zeros(0)
    # One weak and one sound case more, so that no share is 0 or 1.
    overall = (weak.sum() + 1) / (len(weak) + 2)
    number = np.bincount(course)
    total = np.bincount(course, weak)
    return np.asarray(((total + strength * overall) / (number + strength))[course])
