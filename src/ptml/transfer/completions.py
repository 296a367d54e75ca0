"""What is warned about: a completed enrolment at a stage, and the moment of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows

Codes = NDArray[np.int32]

STAGES = ("completion", "day_30")
# A row as of a day sees what was known before it: the day of completion, and 30 days after it.
DAYS_TO_MOMENT = (1, 31)


@dataclass(frozen=True, eq=False)
class Completions:
    """Completed enrolments at a stage, (n,) each, any mix.

    Attributes
    ----------
    enrolment : int32
        Position in `History.enrolments`.
    stage : uint8
        Position in `STAGES`.
    """

    enrolment: Codes
    stage: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.enrolment)

    @classmethod
    def at_both_stages(cls, enrolment: Codes) -> "Completions":
        """Every enrolment at every stage, stage after stage."""
        stage = np.repeat(np.arange(len(STAGES), dtype=np.uint8), len(enrolment))
        return cls(np.tile(enrolment, len(STAGES)).astype(np.int32), stage)

    def take(self, index: NDArray[np.integer] | NDArray[np.bool_]) -> "Completions":
        """Pick rows by position or mask."""
        return Completions(self.enrolment[index], self.stage[index])

    def rows(self, history: History) -> Rows:
        """Who, as of the moment of the warning."""
        log = history.enrolments
        days = np.array(DAYS_TO_MOMENT, dtype=np.int32)[self.stage]
        moment = (log.completed[self.enrolment] + days).astype(np.int32)
        return Rows(log.employee[self.enrolment], moment)


def recent_completions(history: History, as_of_day: int, window_days: int) -> Completions:
    """Completions whose outcome is still open, at each stage whose moment has come.

    Parameters
    ----------
    history : History
    as_of_day : int
        Only what was completed before it.
    window_days : int
        Length of the label's window: older completions are past warning.

    Returns
    -------
    Completions
        Sorted by stage, then as the enrolment log; of people who have not left.
    """
    log = history.enrolments
    is_open = (log.completed < as_of_day) & (log.completed + window_days >= as_of_day)
    # Of those who have left nothing will be known, and nobody can help them.
    is_open &= history.left[log.employee] >= as_of_day
    open_now = np.flatnonzero((log.completed != NEVER) & is_open).astype(np.int32)
    both = Completions.at_both_stages(open_now)
    return both.take(both.rows(history).day <= as_of_day)
