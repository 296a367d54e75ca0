"""All that is learnt from choices, and how it adds up to the expected share of the next ones."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from ptml.recommend.choices import Choices
from ptml.recommend.circumstances import Circumstances
from ptml.recommend.cold import Cold
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.factors import CourseFactors, fit_factors
from ptml.recommend.following import Following, fit_following
from ptml.recommend.popularity import Popularity

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

FEWEST_FACTORS = 4


@dataclass(frozen=True, eq=False)
class Taste:
    """What the place of a person leads to expect, and what the own choices add to it.

    Attributes
    ----------
    cold : Cold
        By role, unit, grade and gap.
    following : Following or None
        Effects of past choices on the next.
    factors : CourseFactors or None
    factor_share : float
        Weight of the factors.
    recency_power : float
        A choice after which k others were made weighs ``(1 + k) ** -recency_power``.
    """

    cold: Cold
    following: Following | None
    factors: CourseFactors | None
    factor_share: float
    recency_power: float

    @property
    def is_personal(self) -> bool:
        """Whether a person's own choices count."""
        return self.following is not None or self.factors is not None

    def shares(
        self, recent: csr_matrix, where: Circumstances, closed: Float32Array | None = None
    ) -> Float32Array:
        """Expected share of each person's next choices that falls on each course, (n, n_courses).

        Parameters
        ----------
        recent : csr_matrix (n, n_courses)
            `Choices.recent_matrix` of the people.
        where : Circumstances
            Of the n people.
        closed : (n, n_courses) float32, optional
            Gap that each course closes.

        Notes
        -----
        ``what the place leads to expect + recent choices x effect + factor_share x factors``;
        without own choices the first alone. It may be below 0, and adds up to 1 only about.
        """
        return self.with_own(self.own_shares(recent), where, closed)

    def with_own(
        self,
        own: tuple[Float32Array | None, Float32Array | None],
        where: Circumstances,
        closed: Float32Array | None,
    ) -> Float32Array:
        """`shares` of people whose `own_shares` are at hand."""
        shares = self.cold.shares(where, closed)
        for found in own:
            if found is not None:
                shares += found
        return shares

    def own_shares(self, recent: csr_matrix) -> tuple[Float32Array | None, Float32Array | None]:
        """What follows the recent choices, and factors times their weight, (n, n_courses) each.

        They add up to what own choices add to the shares; None = there is no such part.
        """
        following, factors = self.following, self.factors
        return (
            None if following is None else following.score(recent),
            None if factors is None else factors.score(recent, self.factor_share),
        )

    def past_parts(
        self, recent: csr_matrix, row: IntArray, course: IntArray
    ) -> tuple[NDArray[np.int64], IntArray, FloatArray]:
        """What each own choice adds to the shares of m pairs.

        Parameters
        ----------
        recent : csr_matrix (n, n_courses)
        row, course : (m,) int32

        Returns
        -------
        pair, own, part : (q,) each
            Position of the pair, code of the course that was chosen, and what it adds.
        """
        recent = csr_matrix(recent, copy=True)
        recent.eliminate_zeros()
        n_own = np.diff(recent.indptr)[row]
        pair = np.repeat(np.arange(len(row)), n_own)
        first = np.repeat(recent.indptr[row] - np.cumsum(n_own) + n_own, n_own)
        at = first + np.arange(len(pair))
        own, other = recent.indices[at], course[pair]
        part = np.zeros(len(pair))
        if self.following is not None:
            effect = self.following.of_pairs(own, other, recent.shape[1])
            part += recent.data[at] * effect
        if self.factors is not None:
            stands_for = self.factors.own_parts(recent).data[at]
            part += self.factor_share * stands_for * self.factors.between(own, other)
        return pair, own, part

    def placed(self, neighbours: csr_matrix, n_chosen: FloatArray, strength: float) -> Self:
        """The same with effects and factors of courses that few chose pulled to the neighbours'.

        Parameters
        ----------
        neighbours : csr_matrix (n_courses, n_courses)
            `CourseSpace.neighbours`.
        n_chosen : (n_courses,) float64
            Choices that each course's own part rests on.
        strength : float
            Number of choices at which own and neighbours' count alike.
        """
        has_neighbours = np.diff(neighbours.indptr) > 0
        own = np.where(has_neighbours, n_chosen / (n_chosen + strength), 1.0)
        placing = csr_matrix(diags_array(own) + diags_array(1 - own) @ neighbours)
        return self._onto(placing, self.cold)

    def onto(self, placing: csr_matrix) -> Self:
        """The same for other courses that are weighted means of these, (n_others, n_courses)."""
        return self._onto(placing, self.cold.onto(placing))

    def _onto(self, placing: csr_matrix, cold: Cold) -> Self:
        return replace(
            self,
            cold=cold,
            following=None if self.following is None else self.following.onto(placing),
            factors=None if self.factors is None else self.factors.onto(placing),
        )


def fit_taste(
    choices: Choices,
    shape: tuple[int, int],
    cold: Cold,
    factors: CourseFactors | None,
    config: PreferenceConfig,
) -> Taste:
    """Learn from choices what own choices add to the cold shares.

    Parameters
    ----------
    choices : Choices
        All known before the as-of day.
    shape : (n_employees, n_courses)
    factors : CourseFactors or None
        `fit_factors_of` the same choices.
    """
    if len(choices) == 0:
        return cold_taste(cold)
    following = fit_following(choices, cold.popularity, config)
    return Taste(cold, following, factors, config.factor_share, config.recency_power)


def fit_factors_of(
    choices: Choices, shape: tuple[int, int], config: PreferenceConfig, seed: int
) -> CourseFactors:
    """Factors of the courses, fewer for a small catalogue."""
    most = min(config.max_factors, shape[1] // config.courses_per_factor)
    return fit_factors(
        choices.matrix(*shape),
        max(most, FEWEST_FACTORS),
        config.regularization,
        config.alpha,
        config.iterations,
        seed,
    )


def cold_taste(cold: Cold) -> Taste:
    """By place alone."""
    return Taste(cold, None, None, 0.0, 0.0)


def cold_by_role(
    choices: Choices, n_roles: int, n_courses: int, as_of_day: int, half_life_days: float
) -> Cold:
    """Popularity within the role alone, of choices without anything else that is known."""
    return Cold(Popularity.fit(choices, as_of_day, half_life_days, n_roles, n_courses))
