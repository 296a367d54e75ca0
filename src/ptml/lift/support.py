"""Whether an estimate may be given at all: past takers of the course who are comparable."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Support:
    """Tilt of every past taker whose outcome is known, sorted within course.

    Attributes
    ----------
    tilt : (n_takers,) float32
        Log odds of starting, less those of the quarter's average person.
    offsets : (n_courses + 1,) int32
        Takers of course ``c`` stand at ``offsets[c] : offsets[c + 1]``.
    comparable_ratio : float
        Odds within this ratio count as comparable.
    min_takers, min_support : int
    """

    tilt: Float32Array
    offsets: IntArray
    comparable_ratio: float
    min_takers: int
    min_support: int

    @property
    def takers(self) -> IntArray:
        """Past takers of each course: (n_courses,) int32."""
        return np.diff(self.offsets).astype(np.int32)

    def comparable(self, course: IntArray, tilt: FloatArray) -> IntArray:
        """Count past takers of each pair's course who are comparable, (m,) int32.

        Parameters
        ----------
        course : (m,) int32
            -1 = not seen at training: nobody.
        tilt : (m,) float64
            The person's tilt towards the course.
        """
        found = np.zeros(len(course), dtype=np.int32)
        order = np.argsort(course, kind="stable")
        bounds = np.searchsorted(course[order], np.arange(len(self.offsets)))
        for c in np.flatnonzero(np.diff(bounds)):
            pairs = order[bounds[c] : bounds[c + 1]]
            found[pairs] = self._near(self.tilt[self.offsets[c] : self.offsets[c + 1]], tilt[pairs])
        return found

    def among_all(self, tilt: FloatArray) -> BoolArray:
        """Whether enough takers of any course are comparable, (m,) bool."""
        return self._near(np.sort(self.tilt), tilt) >= self.min_support

    def _near(self, takers: Float32Array, tilt: FloatArray) -> IntArray:
        width = np.log(self.comparable_ratio)
        high = np.searchsorted(takers, tilt + width, side="right")
        return (high - np.searchsorted(takers, tilt - width)).astype(np.int32)


def support_of(
    course: IntArray,
    tilt: FloatArray,
    n_courses: int,
    comparable_ratio: float,
    min_takers: int,
    min_support: int,
) -> Support:
    """Collect the past takers ``course`` (n,) with their out-of-fold ``tilt`` (n,)."""
    order = np.lexsort((tilt, course))
    offsets = np.searchsorted(course[order], np.arange(n_courses + 1)).astype(np.int32)
    kept = tilt[order].astype(np.float32)
    return Support(kept, offsets, comparable_ratio, min_takers, min_support)
