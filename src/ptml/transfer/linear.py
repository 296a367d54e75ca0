"""The straight part of the classifier: a logistic regression that keeps the field's directions.

Where the field is sure that more of something never raises (or never lowers) the risk, a straight
line says most of it from few labels; trees, which come after, add what is not straight. Signs that
are held make it sparse by themselves (Slawski & Hein 2013).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ptml.transfer.calibration import sigmoid
from ptml.transfer.config import LinearConfig

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

_MOST_STEPS = 300
_LEAST_SPREAD = 1e-9


@dataclass(frozen=True, eq=False)
class Linear:
    """``intercept + sum of weight x (x - centre)``; an unknown value adds nothing.

    Attributes
    ----------
    weight, centre : (p,) float64
        Log-odds a unit of each feature, and the mean of its known values.
    intercept : float
    """

    weight: Doubles
    centre: Doubles
    intercept: float

    @property
    def n_used(self) -> int:
        """Features with a weight."""
        return int(np.count_nonzero(self.weight))

    def shares(self, x: Floats) -> Doubles:
        """Exact Shapley values of a sum of single features, (n, p): each its own term."""
        found = np.zeros(x.shape)
        used = np.flatnonzero(self.weight)
        found[:, used] = np.nan_to_num(x[:, used] - self.centre[used]) * self.weight[used]
        return found

    def log_odds(self, x: Floats) -> Doubles:
        """Log-odds, (n,) float64."""
        used = np.flatnonzero(self.weight)
        apart = np.nan_to_num(x[:, used] - self.centre[used])
        # Not a matrix product: that rounds by the number of rows, and so by bucket.
        return self.intercept + np.einsum("ij,j->i", apart, self.weight[used])


def fit_linear(
    x: Floats,
    weak: Bools,
    names: Sequence[str],
    directions: Mapping[str, int],
    config: LinearConfig,
    weight: Doubles | None = None,
) -> Linear:
    """Fit the features with a direction, their signs held, by penalised maximum likelihood.

    Minimises ``-log L + ridge / 2 |b|^2 + lasso |b|`` over standardised features; with signs held
    the lasso is smooth, so that bounded quasi-Newton steps find the one optimum (Byrd et al. 1995).

    Parameters
    ----------
    x : (n, p) float32
        NaN = unknown.
    weak : (n,) bool
    names : sequence of str, length p
    directions : mapping of str to int
        1 = more never lowers the risk, -1 = more never raises it. Others get no weight.
    weight : (n,) float64, optional
        What each case counts in the likelihood.
    """
    sign = np.array([directions.get(name, 0) for name in names], dtype=np.float64)
    counts = np.ones(len(weak)) if weight is None else weight
    found, centre = np.zeros(len(names)), np.zeros(len(names))
    used = np.flatnonzero(sign) if config.is_used else np.zeros(0, dtype=np.intp)
    z, centre[used], spread = _standardised(x[:, used])
    slope, intercept = _optimum(z, weak, counts, sign[used], config)
    found[used] = slope / spread
    return Linear(found, centre, intercept)


def _standardised(x: Floats) -> tuple[Doubles, Doubles, Doubles]:
    """Centred and scaled columns, unknown = the mean; their centres and spreads."""
    values = x.astype(np.float64)
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    centre = total / np.maximum(known.sum(axis=0), 1)
    apart = np.where(known, values - centre, 0.0)
    spread = apart.std(axis=0)
    spread[spread < _LEAST_SPREAD] = np.inf
    return apart / spread, centre, spread


def _optimum(
    z: Doubles, weak: Bools, counts: Doubles, sign: Doubles, config: LinearConfig
) -> tuple[Doubles, float]:
    y = weak.astype(np.float64)

    def loss(beta: Doubles) -> tuple[float, Doubles]:
        slope = beta[:-1]
        log_odds = z @ slope + beta[-1]
        value = counts @ (np.logaddexp(0.0, log_odds) - y * log_odds)
        value += config.ridge / 2 * slope @ slope + config.lasso * np.abs(slope).sum()
        error = counts * (sigmoid(log_odds) - y)
        gradient = z.T @ error + config.ridge * slope + config.lasso * sign
        return float(value), np.append(gradient, error.sum())

    share = np.clip(np.average(y, weights=counts), 1e-6, 1 - 1e-6)
    start = np.append(np.zeros(z.shape[1]), np.log(share / (1 - share)))
    bounds = [(0.0, None) if s > 0 else (None, 0.0) for s in sign] + [(None, None)]
    found = minimize(
        loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": _MOST_STEPS}
    )
    return np.asarray(found.x[:-1], dtype=np.float64), float(found.x[-1])
