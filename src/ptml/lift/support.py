"""Whether an estimate may be given at all: past takers of the course who are comparable."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

OK, NO_OVERLAP, TOO_FEW = 0, 1, 2
STATUSES = ("ok", "no_overlap", "too_few")


@dataclass(frozen=True)
class Support:
    """Log odds of starting, of every past taker whose outcome is known, sorted within course.

    Attributes
    ----------
    log_odds : (n_takers,) float32
    offsets : (n_courses + 1,) int32
        Takers of course ``c`` stand at ``offsets[c] : offsets[c + 1]``.
    comparable_ratio : float
        Odds within this ratio count as comparable.
    min_takers, min_support : int
    """

    log_odds: Float32Array
    offsets: IntArray
    comparable_ratio: float
    min_takers: int
    min_support: int

    @property
    def takers(self) -> IntArray:
        """Past takers of each course: (n_courses,) int32."""
        return np.diff(self.offsets).astype(np.int32)

    def judge(self, course: IntArray, log_odds: Float32Array) -> tuple[IntArray, NDArray[np.uint8]]:
        """Count comparable past takers of each pair and say whether they are enough.

        Parameters
        ----------
        course : (m,) int32
        log_odds : (m,) float32
            The person's log odds of starting the course in a quarter.

        Returns
        -------
        support : (m,) int32
        status : (m,) uint8
            Position in ``STATUSES``.
        """
        support = np.zeros(len(course), dtype=np.int32)
        width = np.float32(np.log(self.comparable_ratio))
        order = np.argsort(course, kind="stable")
        bounds = np.searchsorted(course[order], np.arange(len(self.offsets)))
        for c in np.flatnonzero(np.diff(bounds)):
            pairs = order[bounds[c] : bounds[c + 1]]
            takers = self.log_odds[self.offsets[c] : self.offsets[c + 1]]
            high = np.searchsorted(takers, log_odds[pairs] + width, side="right")
            support[pairs] = high - np.searchsorted(takers, log_odds[pairs] - width)
        status = np.where(support < self.min_support, NO_OVERLAP, OK)
        status = np.where(self.takers[course] < self.min_takers, TOO_FEW, status)
        return support, status.astype(np.uint8)


def support_of(
    course: IntArray,
    log_odds: Float32Array,
    n_courses: int,
    comparable_ratio: float,
    min_takers: int,
    min_support: int,
) -> Support:
    """Collect the past takers ``course`` (n,) with their out-of-fold ``log_odds`` (n,)."""
    order = np.lexsort((log_odds, course))
    offsets = np.searchsorted(course[order], np.arange(n_courses + 1)).astype(np.int32)
    return Support(log_odds[order], offsets, comparable_ratio, min_takers, min_support)
