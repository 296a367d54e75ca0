"""What people of one's role choose: the way in for those without a history, and the bar to beat."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.recommend.choices import Choices
from ptml.recommend.shrinkage import prior_strength, shrunk

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Popularity:
    """Share of recent choices that fell on each course.

    Attributes
    ----------
    overall : (n_courses,) float32
        Adds up to 1; all 0 where nobody chose anything.
    in_role : (n_roles + 1, n_courses) float32
        The same within roles, pulled towards `overall`; the last row is for no role.
    strength : float
        Average choices that were added to each role.
    """

    overall: Float32Array
    in_role: Float32Array
    strength: float

    @classmethod
    def fit(
        cls, choices: Choices, as_of_day: int, half_life_days: float, n_roles: int, n_courses: int
    ) -> Self:
        """Count choices within roles, newer ones for more."""
        age_days = as_of_day - choices.day.astype(np.float64)
        weight = 0.5 ** (age_days / half_life_days)
        # Of no choices, bincount makes integers.
        overall = np.bincount(choices.course, weight, n_courses).astype(np.float64)
        overall /= max(overall.sum(), np.finfo(np.float64).tiny)
        in_role = np.zeros((n_roles + 1, n_courses))
        np.add.at(in_role, (choices.role, choices.course), weight)
        strength = prior_strength(in_role[:n_roles], overall)
        in_role[:n_roles] = shrunk(in_role[:n_roles], overall, strength)
        # Who had no role is like everybody.
        in_role[n_roles] = overall
        return cls(overall.astype(np.float32), in_role.astype(np.float32), strength)

    def shares(self, role: IntArray) -> Float32Array:
        """Expected shares of the next choices in each person's role, (n, n_courses)."""
        return self.in_role[role]
