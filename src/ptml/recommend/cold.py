"""What a person is expected to choose before any choice of the own is looked at.

    share = (popularity in the role + what unit and grade add) x factor of the gap

Each part is pulled towards the one before by the number of choices that it rests on.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.recommend.circumstances import Circumstances
from ptml.recommend.gap import GapTilt
from ptml.recommend.groups import GroupShares
from ptml.recommend.popularity import Popularity

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

COLD_PARTS = ("popularity", "role", "unit", "grade", "gap")
"""What a cold share is made of, in this order."""


@dataclass(frozen=True, eq=False)
class Cold:
    """Shares by where a person stands.

    Attributes
    ----------
    popularity : Popularity
        Of everybody and within roles.
    unit, grade : GroupShares or None
        None = not known of anybody.
    gap : GapTilt or None
    """

    popularity: Popularity
    unit: GroupShares | None = None
    grade: GroupShares | None = None
    gap: GapTilt | None = None

    @property
    def n_courses(self) -> int:
        """Number of courses."""
        return len(self.popularity.overall)

    def by_role(self) -> Self:
        """Popularity within the role alone."""
        return replace(self, unit=None, grade=None, gap=None)

    def by_place(self, where: Circumstances) -> Float32Array:
        """Expected shares by role, unit and grade, (n, n_courses); no course is below 0."""
        shares = self.popularity.shares(where.role)
        # In place: another table of all courses costs as much as a sum.
        if self.unit is not None:
            shares += self.unit.shares(where.unit)
        if self.grade is not None:
            shares += self.grade.shares(where.grade)
        return np.maximum(shares, 0, out=shares)

    def shares(self, where: Circumstances, closed: Float32Array | None) -> Float32Array:
        """Expected shares of the next choices, (n, n_courses).

        Parameters
        ----------
        closed : (n, n_courses) float32, optional
            Gap that each course closes; NaN = not known.
        """
        shares = self.by_place(where)
        if self.gap is None or closed is None:
            return shares
        shares *= self.gap.of(closed)
        return shares

    def parts(
        self, where: Circumstances, closed: Float32Array | None, row: IntArray, course: IntArray
    ) -> FloatArray:
        """What adds up to `shares` of m pairs, (m, 5) float64 in the order of `COLD_PARTS`.

        Parameters
        ----------
        closed : (m,) float32, optional
            Of the pairs.
        row, course : (m,) int32
            Position in `where`, and code of the course.
        """
        found = np.zeros((len(row), len(COLD_PARTS)))
        own = where.take(row)
        found[:, 0] = self.popularity.overall[course]
        found[:, 1] = self.popularity.in_role[own.role, course] - found[:, 0]
        if self.unit is not None:
            found[:, 2] = self.unit.shift[own.unit, course]
        if self.grade is not None:
            found[:, 3] = self.grade.shift[own.grade, course]
        placed = found.sum(axis=1)
        # What the bound at 0 takes back is the last place's.
        found[:, 3] += np.maximum(placed, 0) - placed
        if self.gap is not None and closed is not None:
            factor = self.gap.of(closed[:, None])[:, 0].astype(np.float64)
            found[:, 4] = np.maximum(placed, 0) * (factor - 1)
        return found

    def onto(self, placing: csr_matrix) -> Self:
        """The same for courses that are weighted means of these, (n_others, n_courses)."""
        return replace(
            self,
            popularity=self.popularity.onto(placing),
            unit=None if self.unit is None else self.unit.onto(placing),
            grade=None if self.grade is None else self.grade.onto(placing),
        )
