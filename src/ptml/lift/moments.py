"""Each course's share of the evidence: doubly robust moments of takers against weighted controls.

For a course with takers T and controls C that stand for ``w`` pairs each and have odds ``o`` of
starting, and ``r`` the residual outcome without the course,

    sum_T z (r - z'beta) = sum_C w o z r                       (AIPW for the treated)

holds in expectation when the outcome model *or* the propensity is right (Sant'Anna and Zhao 2020).
The right-hand side has mean 0 where the outcome model is right.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.sample import PairSample

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Moments:
    """Sums by course.

    Attributes
    ----------
    gram : (n_courses, k, k) float64
        ``sum_T z z'``.
    moment : (n_courses, k) float64
    """

    gram: FloatArray
    moment: FloatArray

    def less(self, other: "Moments") -> "Moments":
        """These without another's, which must be a part of them."""
        return Moments(self.gram - other.gram, self.moment - other.moment)


@dataclass(frozen=True)
class Contrast:
    """Takers and controls with what they contribute, ready to be summed over any of their columns.

    Attributes
    ----------
    pair : (p,) int64
        Positions in the sample: takers, then controls.
    course : (p,) int32
    is_taker : (p,) bool
    weight : (p,) float64
        1 (times censoring) for takers, minus the weight times the odds for controls.
    """

    pair: NDArray[np.int64]
    course: IntArray
    is_taker: BoolArray
    weight: FloatArray

    def moments(self, y: FloatArray, z: Float32Array, n_courses: int, kept: BoolArray) -> Moments:
        """Sum the contributions of the pairs ``kept`` (p,).

        Parameters
        ----------
        y : (p,) float64
            Outcome without all *other* courses, less its expectation, points.
        z : (p, k) float32
        """
        k = z.shape[1]
        gram, moment = np.zeros((n_courses, k, k)), np.zeros((n_courses, k))
        order = np.flatnonzero(kept)
        order = order[np.argsort(self.course[order], kind="stable")]
        bounds = np.searchsorted(self.course[order], np.arange(n_courses + 1))
        for c in np.flatnonzero(np.diff(bounds)):
            part = order[bounds[c] : bounds[c + 1]]
            taker = part[self.is_taker[part]]
            own = z[taker].astype(np.float64)
            gram[c] = own.T @ (own * self.weight[taker, None])
            moment[c] = (self.weight[part] * y[part]) @ z[part]
        return Moments(gram, moment)

    def inflation(self, residual: FloatArray, employee: IntArray, team: NDArray[np.int64]) -> float:
        """How much larger the variance of a moment is than that of independent takers (>= 1).

        Two-way clustered by employee and team-quarter (Cameron, Gelbach and Miller 2011), with
        the noise that the controls add.

        Parameters
        ----------
        residual : (p,) float64
            What effects leave of ``y``.
        employee, team : (p,)
        """
        score = self.weight * residual
        own = float((score[self.is_taker] ** 2).sum())
        robust = (
            summed_squares(score, employee) + summed_squares(score, team) - float((score**2).sum())
        )
        return max(robust / own, float((score**2).sum()) / own, 1.0) if own > 0 else 1.0


def summed_squares(score: FloatArray, cluster: NDArray[np.integer]) -> float:
    """Squares of the sums of scores (p,) by cluster (p,), added up."""
    _, code = np.unique(cluster, return_inverse=True)
    return float((np.bincount(code, score) ** 2).sum())


def contrast(sample: PairSample, odds: FloatArray, row_weight: FloatArray) -> Contrast:
    """Set takers against controls.

    Parameters
    ----------
    odds : (m,) float64
        Odds of starting of each pair of the sample.
    row_weight : (n,) float64
        Of the panel's rows.
    """
    takers, controls = sample.takers, sample.controls
    pair = np.concatenate([takers, controls])
    is_taker = np.arange(len(pair)) < len(takers)
    stands = (
        np.where(is_taker, 1.0, sample.weight[pair] * odds[pair]) * row_weight[sample.row[pair]]
    )
    # In each quarter and course controls stand for as many as took it (Hajek): what all went
    # through cancels, whatever the level of the odds.
    _, cell = np.unique(sample.cell[pair], return_inverse=True)
    took = np.bincount(cell, np.where(is_taker, stands, 0.0))
    stood = np.bincount(cell, np.where(is_taker, 0.0, stands))
    factor = (took / np.where(stood > 0, stood, 1.0))[cell]
    return Contrast(
        pair, sample.course[pair], is_taker, np.where(is_taker, stands, -factor * stands)
    )
