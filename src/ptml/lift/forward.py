"""Forward in time, with a gap: early decisions whose outcomes were known before later ones.

What is chosen (trees, settings) and what is shown to hold is judged on quarters after those that it
was learnt from, on people that it was not learnt from.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

# Least share of the rows on either side of the gap.
LEAST_SHARE = 0.15


@dataclass(frozen=True)
class TimeSplit:
    """Quarters of decision up to ``last_early`` to learn from, from ``first_late`` on to judge by.

    The outcomes of the early ones are over when the first late one is decided.
    """

    last_early: int
    first_late: int

    def early(self, quarter: IntArray) -> BoolArray:
        """Which quarters are learnt from."""
        return quarter <= self.last_early

    def late(self, quarter: IntArray) -> BoolArray:
        """Which quarters are judged by."""
        return quarter >= self.first_late


def time_split(quarter: IntArray, reach: int) -> TimeSplit | None:
    """Split rows by their quarter of decision; None where either side would be too small.

    Of the possible splits, the one with the larger smaller side; the later one among equals.

    Parameters
    ----------
    quarter : (n,) int32
        Of each row of a panel.
    reach : int
        Quarters after a decision until its outcome is over.

    Examples
    --------
    >>> time_split(np.repeat(np.arange(4, 10, dtype=np.int32), 100), 2)
    TimeSplit(last_early=5, first_late=8)
    >>> time_split(np.repeat(np.arange(4, 6, dtype=np.int32), 100), 2) is None
    True
    """
    best, size = None, LEAST_SHARE * len(quarter)
    for first_late in np.unique(quarter).tolist():
        split = TimeSplit(first_late - reach - 1, first_late)
        smaller = min(int(split.early(quarter).sum()), int(split.late(quarter).sum()))
        if smaller and smaller >= size:
            best, size = split, float(smaller)
    return best
