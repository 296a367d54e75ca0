"""Beta calibration: below and above the middle a slope each, and a shift, on the log-odds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ptml.transfer.calibration import sigmoid

Doubles = NDArray[np.float64]

_TOLERANCE = 1e-10
# Closer than this a difference of quotients is all rounding.
_NEAR = 1e-4


@dataclass(frozen=True)
class Calibration:
    """``logit(p) = low ln s - high ln(1 - s) + shift`` with ``s = sigmoid(log-odds)``.

    Far below 0 the slope is `low`, far above `high`; where they are equal it is Platt's scaling.

    Attributes
    ----------
    low, high : float
        Never negative, so that the order of cases stays.
    shift : float
    """

    low: float
    high: float
    shift: float

    def log_odds(self, raw: Doubles) -> Doubles:
        """Calibrated log-odds of the classifier's raw ones."""
        below, above = -np.logaddexp(0.0, -raw), np.logaddexp(0.0, raw)
        return self.low * below + self.high * above + self.shift

    def slope_between(self, start: Doubles, end: Doubles) -> Doubles:
        """Mean slope from one raw value to another, (n,); at one point, the slope there.

        What shares from `start` to `end` are scaled by, so that they add up after calibration.
        """
        apart = end - start
        middle = sigmoid((start + end) / 2)
        at_point = self.low * (1 - middle) + self.high * middle
        is_apart = np.abs(apart) > _NEAR
        change = self.log_odds(end) - self.log_odds(start)
        return np.where(is_apart, change / np.where(is_apart, apart, 1.0), at_point)


def fit_calibration(
    raw: Doubles, weak: NDArray[np.bool_], weight: Doubles | None = None
) -> Calibration:
    """Fit by maximum likelihood (Kull, Silva Filho & Flach 2017) with Platt's (1999) targets.

    Targets ``(n_weak + 1) / (n_weak + 2)`` and ``1 / (n_sound + 2)`` keep few labels from
    promising certainty. A slope that would turn the order round becomes 0.

    Parameters
    ----------
    raw : (n,) float64
        Log-odds of the classifier on folds that it was not fitted on.
    weak : (n,) bool
    weight : (n,) float64, optional
        What each case counts in the likelihood.
    """
    counts = np.ones(len(raw)) if weight is None else weight
    n_weak = int(weak.sum())
    target = np.where(weak, (n_weak + 1) / (n_weak + 2), 1 / (len(weak) - n_weak + 2))
    if float(raw.std()) < _TOLERANCE:
        share = float(np.average(target, weights=counts))
        return Calibration(0.0, 0.0, float(np.log(share / (1 - share))))
    design = np.stack([-np.logaddexp(0.0, -raw), np.logaddexp(0.0, raw), np.ones_like(raw)], axis=1)

    def loss(beta: Doubles) -> tuple[float, Doubles]:
        log_odds = design @ beta
        value = np.average(np.logaddexp(0.0, log_odds) - target * log_odds, weights=counts)
        return float(value), design.T @ (counts * (sigmoid(log_odds) - target)) / counts.sum()

    bounds = [(0.0, None), (0.0, None), (None, None)]
    start = np.array([1.0, 1.0, 0.0])
    found = minimize(
        loss,
        start,
        jac=True,
        bounds=bounds,
        method="L-BFGS-B",
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000},
    )
    low, high, shift = (float(value) for value in found.x)
    return Calibration(low, high, shift)
