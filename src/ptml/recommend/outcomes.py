"""How started courses ended, as far as it was known before a day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History

IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Starts with a known end; (n,) each.

    Attributes
    ----------
    enrolment : int64
        Position in `History.enrolments`.
    employee, course : int32
    is_completed : bool
    """

    enrolment: NDArray[np.int64]
    employee: IntArray
    course: IntArray
    is_completed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.enrolment)

    def take(self, at: NDArray[np.integer] | NDArray[np.bool_]) -> "Outcomes":
        """Pick by position or mask."""
        return Outcomes(
            self.enrolment[at], self.employee[at], self.course[at], self.is_completed[at]
        )


def outcomes_before(history: History, day: int, give_up_days: int) -> Outcomes:
    """Starts that were completed, dropped, or left open for too long before a day.

    An enrolment that was dropped without ever having been started is none.
    """
    log = history.enrolments
    completed = log.completed < day
    started = log.started < day
    # In int64: a day that never comes is the largest int32.
    left_open = log.started.astype(np.int64) + give_up_days < day
    ended = started & (completed | (log.dropped < day) | left_open)
    at = np.flatnonzero(ended)
    return Outcomes(at, log.employee[at], log.course[at], completed[at])
