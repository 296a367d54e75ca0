"""What people of a unit or a grade choose more often than their roles lead to expect."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.recommend.shrinkage import prior_strength

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

_TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True, eq=False)
class GroupShares:
    """How a group's shares of choices differ from the expected ones.

    Attributes
    ----------
    shift : (n_groups + 1, n_courses) float32
        Added to the expected shares; the last row, for no group, is 0.
    strength : float
        Expected choices that were added to each group: the more, the less groups differ.
    """

    shift: Float32Array
    strength: float

    @classmethod
    def fit(
        cls,
        group: IntArray,
        course: IntArray,
        weight: FloatArray,
        expected: FloatArray,
        on_offer: FloatArray,
    ) -> Self:
        """Compare the choices of groups with what was expected of them.

        Parameters
        ----------
        group, course : (n,) int32
            Of each choice; group -1 = none.
        weight : (n,) float64
        expected : (n_groups, n_courses) float64
            Weighted choices that each group was expected to make, while courses are on offer.
        on_offer : (n_courses,) float64
            `Popularity.on_offer`.

        Notes
        -----
        ``(c - n e q) / (n e + s)``: with ``q`` the expected share and ``e`` the part of the time
        that a course was on offer, the shrunken share of the group, less the expected one.
        """
        n_groups, n_courses = expected.shape
        count = np.zeros((n_groups + 1, n_courses))
        np.add.at(count, (group, course), weight)
        count = count[:n_groups]
        n = count.sum(axis=1, keepdims=True)
        here = expected * on_offer
        mean = here / np.maximum(here.sum(axis=1, keepdims=True), _TINY)
        chose = n[:, 0] > 0
        strength = prior_strength(count[chose], mean[chose]) if chose.any() else 1.0
        shift = np.zeros((n_groups + 1, n_courses), dtype=np.float32)
        shift[:n_groups] = (count - n * mean) / (n * on_offer + strength)
        return cls(shift, strength)

    def shares(self, group: IntArray) -> Float32Array:
        """What each person's group adds to the expected shares, (n, n_courses)."""
        return self.shift[group]

    def onto(self, placing: csr_matrix) -> Self:
        """The same for courses that are weighted means of these, (n_others, n_courses)."""
        return replace(self, shift=(placing @ self.shift.T).T.astype(np.float32))
