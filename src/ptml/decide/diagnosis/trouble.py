r"""Units whose work is in trouble: what incidents and answers foretell of a unit's performance.

Over all units the year's mean score is regressed on what surrounds the work: hours lost to
incidents a head (in logarithms) and the mean answer on opportunity. A measure counts only in the
direction in which it can be trouble. With weights :math:`w_j` and standardised measures
:math:`x_j`, what a measure is worth has the posterior

.. math:: \gamma \sim N(A^{-1} X'Wy / s^2, A^{-1}), \qquad A = X'WX / s^2 + diag(\tau_k^{-2})

where each :math:`\tau_k` follows from the data (automatic relevance: MacKay 1992), so that a
measure that foretells nothing weighs nothing. What a unit loses is
:math:`-\gamma'(x_j - \tilde x)` against the median unit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.diagnosis.surroundings import Surroundings

FloatArray = NDArray[np.float64]

_ROUNDS = 30
_FLAT = 1e-6
# Person-periods of which the spread of persons is that of units: halves the weight of a small unit.
_HALF_WEIGHT = 16.0


@dataclass(frozen=True, eq=False)
class Trouble:
    """What the surroundings cost each unit, (n_units,) float64 each.

    Attributes
    ----------
    points
        Points that it loses against the median unit, 0 and more.
    error
        Standard error of it.
    strength
        Probability that it is worth a matter (`worthwhile_points`).
    """

    points: FloatArray
    error: FloatArray
    strength: FloatArray


def trouble_of_units(found: Surroundings, config: DiagnosisConfig) -> Trouble:
    """Tell what the surroundings cost each unit; nothing with too few units to learn it from."""
    measures = np.column_stack([-np.log1p(found.hours_per_head), found.opportunity])
    has_score = np.isfinite(found.score)
    if has_score.sum() < config.min_units:
        return _none(len(measures))
    away = _from_the_median(measures, has_score)
    spread = np.sqrt((away[has_score] ** 2).mean(axis=0))
    away = away / np.where(spread > 0, spread, 1)
    mean, covariance = _posterior(away[has_score], found, has_score, config)
    mean = np.maximum(mean, 0)
    points = np.maximum(-(away @ mean), 0)
    error = np.sqrt(np.einsum("ij,jk,ik->i", away, covariance, away))
    above = (points - config.worthwhile_points) / np.maximum(error, 1e-9)
    return Trouble(points, error, np.where(points > 0, ndtr(above), 0.0))


def _none(n: int) -> Trouble:
    return Trouble(np.zeros(n), np.zeros(n), np.zeros(n))


def _from_the_median(measures: FloatArray, has_score: NDArray[np.bool_]) -> FloatArray:
    """Distance to the median unit; a measure that is not known is as usual."""
    away = np.zeros_like(measures)
    for k, column in enumerate(measures.T):
        known = np.isfinite(column)
        if (known & has_score).any():
            away[known, k] = column[known] - np.median(column[known & has_score])
    return away


def _posterior(
    away: FloatArray, found: Surroundings, has_score: NDArray[np.bool_], config: DiagnosisConfig
) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of what a spread of each measure is worth, points."""
    n = found.n_scores[has_score]
    weight = n / (n + _HALF_WEIGHT)
    score = found.score[has_score]
    design = np.column_stack([np.ones(len(away)), away])
    product = design.T @ (design * weight[:, None])
    moment = design.T @ (score * weight)
    left = score - design @ np.linalg.lstsq(product, moment, rcond=None)[0]
    freedom = max(len(score) - design.shape[1], 1)
    variance = max(float((weight * left**2).sum() / freedom), 1e-6)
    worth = np.full(away.shape[1], config.prior_points**2)
    for _ in range(_ROUNDS):
        prior = np.diag([_FLAT, *(1 / worth)])
        covariance = np.linalg.inv(product / variance + prior)
        mean = covariance @ moment / variance
        told = np.clip(1 - np.diag(covariance)[1:] / worth, 1e-3, 1)
        worth = np.clip(np.maximum(mean[1:], 0) ** 2 / told, _FLAT, config.prior_points**2)
    return mean[1:], covariance[1:, 1:]
