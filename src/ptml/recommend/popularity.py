"""What people of one's role choose: the way in for those without a history, and the bar to beat."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.recommend.choices import Choices
from ptml.recommend.shrinkage import prior_strength

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# A course that was on offer for less of the choices counts as if it had been for this much.
_LEAST_ON_OFFER = 0.02
_ROUNDS = 20
_TINY_SHARE = 1e-3
_TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True, eq=False)
class Offer:
    """What is known of courses beside how often they were chosen.

    Attributes
    ----------
    opened : (n_courses,) int32
        First day on which each could be chosen; the smallest int32 = always.
    neighbours : (n_courses, n_courses) csr
        `CourseSpace.neighbours`.
    """

    opened: IntArray
    neighbours: csr_matrix


@dataclass(frozen=True, eq=False)
class Popularity:
    """Share of recent choices that fall on each course while it is on offer.

    Attributes
    ----------
    overall : (n_courses,) float32
        Adds up to 1; all 0 where nobody chose anything.
    in_role : (n_roles + 1, n_courses) float32
        The same within roles, pulled towards `overall`; the last row is for no role.
    on_offer : (n_courses,) float64
        How much of the choosing each course was there for, 0-1.
    strength : float
        Average choices that were added to each role.
    """

    overall: Float32Array
    in_role: Float32Array
    on_offer: FloatArray
    strength: float

    @classmethod
    def fit(
        cls,
        choices: Choices,
        as_of_day: int,
        half_life_days: float,
        n_roles: int,
        n_courses: int,
        offer: Offer | None = None,
    ) -> Self:
        """Count choices within roles, newer ones for more.

        Parameters
        ----------
        offer : Offer, optional
            Without it all courses count as always open, and none is placed at its neighbours.

        Notes
        -----
        With ``c`` the weighted choices of a course, ``n`` of all, and ``e`` the part of the
        choosing that it was there for, ``(c + k m) / (n e + k)``, ``m`` being the mean of its
        neighbours and ``k`` learnt (`prior_strength`); within a role, ``(c + s p) / (n e + s)``
        with everybody's share ``p`` likewise. So a course that opened last month is not unpopular
        for that.
        """
        weight = age_weight(choices, as_of_day, half_life_days)
        in_role = np.zeros((n_roles + 1, n_courses))
        np.add.at(in_role, (choices.role, choices.course), weight)
        on_offer = _on_offer(choices, weight, offer, n_courses)
        overall = _overall(in_role.sum(axis=0), on_offer, offer)
        strength = prior_strength(in_role[:n_roles], _shared_out(overall * on_offer))
        n = in_role.sum(axis=1, keepdims=True)
        in_role = _shared_out((in_role + strength * overall) / (n * on_offer + strength))
        # Who had no role is like everybody.
        in_role[n_roles] = overall
        return cls(overall.astype(np.float32), in_role.astype(np.float32), on_offer, strength)

    def shares(self, role: IntArray) -> Float32Array:
        """Expected shares of the next choices in each person's role, (n, n_courses)."""
        return self.in_role[role]

    def onto(self, placing: csr_matrix) -> Self:
        """The same for courses that are weighted means of these, (n_others, n_courses)."""
        return replace(
            self,
            overall=(placing @ self.overall).astype(np.float32),
            in_role=(placing @ self.in_role.T).T.astype(np.float32),
            on_offer=placing @ self.on_offer,
        )


def age_weight(choices: Choices, as_of_day: int, half_life_days: float) -> FloatArray:
    """Weight of each choice, halved with each half-life of its age, (n,)."""
    age_days = as_of_day - choices.day.astype(np.float64)
    return np.asarray(0.5 ** (age_days / half_life_days))


def _on_offer(
    choices: Choices, weight: FloatArray, offer: Offer | None, n_courses: int
) -> FloatArray:
    """How much of the choosing each course was there for, 1 = all of it.

    A choice among few courses counts for more of each: the exposure of the Plackett-Luce model with
    changing sets of courses, by the iteration of Hunter (2004, MM algorithms for generalized
    Bradley-Terry models).
    """
    if offer is None or len(choices) == 0:
        return np.ones(n_courses)
    order = np.argsort(choices.day, kind="stable")
    day, weight = choices.day[order], weight[order]
    count = np.bincount(choices.course[order], weight, n_courses)
    by_opening = np.argsort(offer.opened, kind="stable")
    n_open = np.searchsorted(offer.opened[by_opening], day, side="right")
    first = np.searchsorted(day, offer.opened)
    on_offer = np.ones(n_courses)
    for _ in range(_ROUNDS):
        share = _shared_out(count / on_offer)
        open_share = np.append(0, np.cumsum(share[by_opening]))[n_open]
        # A course that was chosen before it opened leaves a day with nothing on offer.
        since = np.append(np.cumsum((weight / np.maximum(open_share, _TINY_SHARE))[::-1])[::-1], 0)
        on_offer = np.maximum(since[first] / since[0], _LEAST_ON_OFFER)
    return on_offer


def _overall(count: FloatArray, on_offer: FloatArray, offer: Offer | None) -> FloatArray:
    # bincount of nothing makes integers; shares of nothing are 0.
    if offer is None or not count.any():
        return _shared_out(count)
    alike = offer.neighbours
    n = count.sum()
    rate = n / on_offer.sum()
    # The mean of the neighbours, with the catalogue's mean as one more neighbour.
    expected = _shared_out((alike @ count + rate) / (alike @ on_offer + 1))
    strength = prior_strength(count[None, :], _shared_out(expected * on_offer))
    return _shared_out((count + strength * expected) / (n * on_offer + strength))


def _shared_out(values: FloatArray) -> FloatArray:
    """The same with rows that add up to 1, or to 0."""
    return np.asarray(values / np.maximum(values.sum(axis=-1, keepdims=True), _TINY))
