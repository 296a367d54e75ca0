r"""A mixed model from sums: what a unit shares against what is personal, exact at any size.

.. math:: y_{ij} = x_{ij}'\beta + u_j + e_{ij}, \quad u_j \sim N(0, \sigma_u^2), \quad
   e_{ij} \sim N(0, \sigma_e^2)

Restricted maximum likelihood (Patterson and Thompson 1971) needs no more of people than the sums
of each unit and the cross products of all: with :math:`\lambda = \sigma_u^2 / \sigma_e^2` and
:math:`\theta_j = \lambda / (1 + n_j \lambda)`,

.. math:: \sigma_e^2 X'V^{-1}X = \sum x x' - \sum_j \theta_j s_j s_j'

so that one search over :math:`\lambda` is all that is left. Sums are whole numbers: the answer is
the same however people are cut and ordered. Tests hold it against statsmodels' ``MixedLM``.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from ptml.decide.diagnosis.measures import UNIT

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Shares of the variance that lie between units; beyond these there is nothing to tell apart.
_LEAST, _MOST = 1e-6, 1e2


@dataclass(frozen=True, eq=False)
class MixedSums:
    """Sums over people; the first column is one, the last the outcome.

    Attributes
    ----------
    by_unit : (n_units, q) float64
        Sums of the columns by unit; the first is the number of people.
    products : (q, q) float64
        Cross products over all people.
    """

    by_unit: FloatArray
    products: FloatArray

    @classmethod
    def of(cls, unit: IntArray, measures: FloatArray, outcome: FloatArray, n_units: int) -> Self:
        """Add people up, (n,), (n, p), (n,); all of them have a unit and all is known."""
        columns = np.column_stack([np.full(len(unit), 1 / UNIT), measures / UNIT, outcome / UNIT])
        whole = np.rint(columns).astype(np.int64)
        by_unit = np.stack(
            [np.bincount(unit, column, n_units) for column in whole.T.astype(np.float64)], axis=1
        )
        products = (whole.T @ whole).astype(np.float64)
        return cls((by_unit * UNIT).astype(np.float64), products * UNIT**2)


@dataclass(frozen=True, eq=False)
class MixedModel:
    """What is shared by a unit, and what belongs to a person.

    Attributes
    ----------
    intercept : float
    worth : (p,) float64
        Points that one of each measure is worth.
    covariance : (p, p) float64
        Of `worth`.
    personal_variance, shared_variance : float
        Squared points, within and between units.
    effect, effect_variance : (n_units,) float64
        What each unit shares beyond its measures, best linear unbiased prediction.
    """

    intercept: float
    worth: FloatArray
    covariance: FloatArray
    personal_variance: float
    shared_variance: float
    effect: FloatArray
    effect_variance: FloatArray


def fit_mixed(sums: MixedSums, good: IntArray | None = None, prior: float = np.inf) -> MixedModel:
    """Fit by restricted maximum likelihood.

    Parameters
    ----------
    good : (p,) int, optional
        1 where more can only be better, -1 where it can only be worse: a worth of the other sign
        is taken for nought.
    prior : float
        Standard deviation, points, of what a standard deviation of a measure is worth, before the
        data are seen.
    """
    found = minimize_scalar(
        lambda log_ratio: _criterion(sums, np.exp(log_ratio)),
        bounds=(np.log(_LEAST), np.log(_MOST)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    ratio = float(np.exp(found.x))
    inner, left = _weighted(sums, ratio)
    personal = left / _freedom(sums)
    precision = inner[:-1, :-1] / personal + np.diag(_shrinkage(sums, prior))
    covariance = np.asarray(np.linalg.pinv(precision, hermitian=True), dtype=np.float64)
    beta = covariance @ (inner[:-1, -1] / personal)
    worth = beta[1:] if good is None else np.where(beta[1:] * good > 0, beta[1:], 0.0)
    intercept = beta[0] + float(_means(sums) @ (beta[1:] - worth))
    n = sums.by_unit[:, 0]
    rest = sums.by_unit[:, -1] - n * intercept - sums.by_unit[:, 1:-1] @ worth
    return MixedModel(
        intercept=float(intercept),
        worth=worth,
        covariance=covariance[1:, 1:],
        personal_variance=personal,
        shared_variance=ratio * personal,
        effect=ratio / (1 + n * ratio) * rest,
        effect_variance=ratio * personal / (1 + n * ratio),
    )


def _weighted(sums: MixedSums, ratio: float) -> tuple[FloatArray, float]:
    """Cross products weighted by the inverse of the variance, and what is left of the outcome."""
    weight = ratio / (1 + sums.by_unit[:, 0] * ratio)
    inner = sums.products - sums.by_unit.T @ (sums.by_unit * weight[:, None])
    beta = np.linalg.pinv(inner[:-1, :-1], hermitian=True) @ inner[:-1, -1]
    return inner, max(float(inner[-1, -1] - beta @ inner[:-1, -1]), 1e-9)


def _criterion(sums: MixedSums, ratio: float) -> float:
    """Minus twice the restricted log-likelihood, up to a constant."""
    inner, left = _weighted(sums, ratio)
    values = np.linalg.eigvalsh(inner[:-1, :-1])
    told = values[values > values.max() * 1e-12]
    spread = np.log1p(sums.by_unit[:, 0] * ratio).sum()
    return float(_freedom(sums) * np.log(left) + spread + np.log(told).sum())


def _freedom(sums: MixedSums) -> float:
    return max(float(sums.products[0, 0]) - (len(sums.products) - 1), 1.0)


def _means(sums: MixedSums) -> FloatArray:
    return sums.products[0, 1:-1] / max(sums.products[0, 0], 1)


def _shrinkage(sums: MixedSums, prior: float) -> FloatArray:
    """Precision of each worth before the data are seen, by the spread of its measure."""
    n = max(float(sums.products[0, 0]), 1)
    square = np.diag(sums.products)[1:-1] / n - _means(sums) ** 2
    return np.concatenate([[0.0], np.maximum(square, 0) / prior**2])
