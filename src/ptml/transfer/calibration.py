"""Platt's calibration: one scale and one shift on the log-odds, so that shares still add up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_N_STEPS = 50
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Platt:
    """``logit(p) = scale x log-odds + shift``."""

    scale: float
    shift: float

    def log_odds(self, raw: Doubles) -> Doubles:
        """Calibrated log-odds of the classifier's raw ones."""
        return self.scale * raw + self.shift


def sigmoid(log_odds: Doubles) -> Doubles:
    """``1 / (1 + exp(-x))`` without overflow."""
    return np.exp(-np.logaddexp(0.0, -log_odds))


def log_loss(weak: NDArray[np.bool_], log_odds: Doubles, weight: Doubles | None = None) -> float:
    """Mean negative log-likelihood, nats; weighted where weights are given.

    Examples
    --------
    >>> round(log_loss(np.array([True, False]), np.array([0.0, 0.0])), 4)
    0.6931
    """
    losses = np.logaddexp(0.0, np.where(weak, -log_odds, log_odds))
    return float(np.average(losses, weights=weight))


def fit_platt(raw: Doubles, weak: NDArray[np.bool_], weight: Doubles | None = None) -> Platt:
    """Fit scale and shift by maximum likelihood with Platt's (1999) smoothed targets.

    Targets ``(n_weak + 1) / (n_weak + 2)`` and ``1 / (n_sound + 2)`` keep few labels from
    promising certainty. A negative scale would turn the model round: it becomes 0.

    Parameters
    ----------
    raw : (n,) float64
        Log-odds of the classifier on a fold that it was not fitted on.
    weak : (n,) bool
    weight : (n,) float64, optional
        What each case counts in the likelihood.
    """
    counts = np.ones(len(raw)) if weight is None else weight
    n_weak = int(weak.sum())
    target = np.where(weak, (n_weak + 1) / (n_weak + 2), 1 / (len(weak) - n_weak + 2))
    spread = float(raw.std())
    if spread < _TOLERANCE:
        return _constant(target, counts)
    platt = _newton(raw, target, counts, np.array([1.0, 0.0]))
    return platt if platt.scale > 0 else _constant(target, counts)


def _constant(target: Doubles, counts: Doubles) -> Platt:
    share = float(np.average(target, weights=counts))
    return Platt(0.0, float(np.log(share / (1 - share))))


@dataclass(frozen=True, eq=False)
class _Loss:
    """Mean negative log-likelihood by scale and shift."""

    design: Doubles
    target: Doubles
    counts: Doubles

    def at(self, beta: Doubles) -> float:
        raw = self.design @ beta
        losses = np.logaddexp(0.0, raw) - self.target * raw
        return float(np.average(losses, weights=self.counts))


def _downhill(loss: _Loss, beta: Doubles, step: Doubles) -> Doubles:
    """Halve a step while it raises the loss: far from the optimum a full one overshoots."""
    # Log-odds move by a few units at most.
    step, here = np.clip(step, -2.0, 2.0), loss.at(beta)
    while np.abs(step).max() >= _TOLERANCE and loss.at(beta - step) > here + _TOLERANCE:
        step = step / 2
    return step


def _newton(raw: Doubles, target: Doubles, counts: Doubles, start: Doubles) -> Platt:
    design = np.stack([raw, np.ones_like(raw)], axis=1)
    beta = start
    for _ in range(_N_STEPS):
        p = sigmoid(design @ beta)
        gradient = design.T @ (counts * (p - target))
        hessian = (design * (counts * p * (1 - p))[:, None]).T @ design + _TOLERANCE * np.eye(2)
        newton = np.linalg.solve(hessian, gradient).astype(np.float64)
        step = _downhill(_Loss(design, target, counts), beta, newton)
        beta = beta - step
        if np.abs(step).max() < _TOLERANCE:
            break
    return Platt(float(beta[0]), float(beta[1]))
