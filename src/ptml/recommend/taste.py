"""All that is learnt from choices, and how it adds up to the expected share of the next ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.recommend.choices import Choices
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.factors import CourseFactors, fit_factors
from ptml.recommend.following import Following, fit_following
from ptml.recommend.popularity import Popularity

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

FEWEST_FACTORS = 4


@dataclass(frozen=True, eq=False)
class Taste:
    """Popularity within the role, and what a person's own choices add to it.

    Attributes
    ----------
    popularity : Popularity
    following : Following or None
    factors : CourseFactors or None
    factor_share : float
        Weight of the factors.
    """

    popularity: Popularity
    following: Following | None
    factors: CourseFactors | None
    factor_share: float

    @property
    def is_personal(self) -> bool:
        """Whether a person's own choices count."""
        return self.following is not None or self.factors is not None

    def shares(self, recent: csr_matrix, role: IntArray) -> Float32Array:
        """Expected share of each person's next choices that falls on each course, (n, n_courses).

        Parameters
        ----------
        recent : csr_matrix (n, n_courses)
            `Choices.recent_matrix` of the people.
        role : (n,) int32
            -1 = none.

        Notes
        -----
        ``popularity in the role + recent choices x effect + factor_share x factors``; without own
        choices the first alone. It may be below 0, and adds up to 1 only about.
        """
        shares = self.popularity.shares(role)
        if self.following is not None:
            shares = shares + self.following.score(recent)
        if self.factors is not None:
            shares = shares + np.float32(self.factor_share) * self.factors.score(recent)
        return shares


def fit_taste(
    choices: Choices,
    shape: tuple[int, int],
    n_roles: int,
    as_of_day: int,
    config: PreferenceConfig,
    seed: int,
    with_own_choices: bool = True,
) -> Taste:
    """Learn from choices.

    Parameters
    ----------
    choices : Choices
        All known before `as_of_day`.
    shape : (n_employees, n_courses)
    with_own_choices : bool
        False = popularity alone.
    """
    n_employees, n_courses = shape
    popularity = Popularity.fit(choices, as_of_day, config.half_life_days, n_roles, n_courses)
    if not with_own_choices or len(choices) == 0:
        return Taste(popularity, None, None, config.factor_share)
    factors = fit_factors(
        choices.matrix(n_employees, n_courses),
        max(min(config.max_factors, n_courses // config.courses_per_factor), FEWEST_FACTORS),
        config.regularization,
        config.alpha,
        config.iterations,
        seed,
    )
    following = fit_following(choices, popularity, config)
    return Taste(popularity, following, factors, config.factor_share)
