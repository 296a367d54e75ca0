"""Orthogonal signals: R- and DR-learner as one weighted regression of a target on features.

Both turn outcome, treatment and nuisances into a noisy but (to first order) unbiased view of each
row's effect. What learns an effect from them need not know which of the two it was given.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import Z_95

FloatArray = NDArray[np.float64]

# Below this residual of the treatment a row says nothing of the effect.
SMALLEST_RESIDUAL = 1e-6


@dataclass(frozen=True)
class Signals:
    """Noisy views of the effect of each row; the loss is ``sum(weight * (target - tau)**2)``.

    Attributes
    ----------
    target : (n,) float64
        In units of the outcome per treatment.
    weight : (n,) float64
        Not negative.
    """

    target: FloatArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.target)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.integer]) -> "Signals":
        """Some of the rows, by mask or position."""
        return Signals(self.target[chosen], self.weight[chosen])


@dataclass(frozen=True)
class Constant:
    """One number with its standard error, robust to clustering."""

    value: float
    error: float

    def interval(self, z: float = Z_95) -> tuple[float, float]:
        """Ends of the normal interval (95 % unless said otherwise)."""
        return self.value - z * self.error, self.value + z * self.error


def r_signals(
    y: NDArray[np.floating],
    a: NDArray[np.generic],
    m: NDArray[np.floating],
    e: NDArray[np.floating],
    weight: NDArray[np.floating] | None = None,
) -> Signals:
    """Signals of the R-learner: target ``(y - m) / (a - e)``, weight ``(a - e)**2``.

    Parameters
    ----------
    y : (n,)
        Outcome.
    a : (n,) bool or float
        Treatment; a dose serves as well.
    m, e : (n,)
        Out-of-fold expectations of outcome and treatment given the covariates.
    weight : (n,), optional
        Sampling weights, multiplied in.

    Notes
    -----
    Nie & Wager (2021), *Quasi-oracle estimation of heterogeneous treatment effects*, Biometrika.

    Examples
    --------
    >>> import numpy as np
    >>> found = r_signals(np.array([3.0, 1.0]), np.array([True, False]), np.full(2, 2.0),
    ...     np.full(2, 0.5))
    >>> found.target.tolist(), found.weight.tolist()
    ([2.0, 2.0], [0.25, 0.25])
    """
    residual = np.asarray(a, dtype=np.float64) - e
    informative = np.abs(residual) > SMALLEST_RESIDUAL
    safe = np.where(informative, residual, 1.0)
    target = np.where(informative, (y - m) / safe, 0.0)
    return Signals(target, _weighted(np.where(informative, residual**2, 0.0), weight))


def dr_signals(
    y: NDArray[np.floating],
    a: NDArray[np.generic],
    mu0: NDArray[np.floating],
    mu1: NDArray[np.floating],
    e: NDArray[np.floating],
    weight: NDArray[np.floating] | None = None,
    clip: float = 0.01,
) -> Signals:
    """Signals of the DR-learner: the pseudo-outcome of AIPW, all rows of equal weight.

    ``mu1 - mu0 + (a - e) / (e (1 - e)) * (y - mu_a)``

    Parameters
    ----------
    y, a : (n,)
        Outcome and binary treatment.
    mu0, mu1, e : (n,)
        Out-of-fold expectations of the outcome in each arm, and of the treatment.
    weight : (n,), optional
        Sampling weights.
    clip : float
        Propensities are moved into ``[clip, 1 - clip]``.

    Notes
    -----
    Kennedy (2023), *Towards optimal doubly robust estimation of heterogeneous causal effects*,
    Electronic Journal of Statistics.

    Examples
    --------
    >>> import numpy as np
    >>> found = dr_signals(np.array([3.0, 1.0]), np.array([True, False]), np.full(2, 1.0),
    ...     np.full(2, 2.0), np.full(2, 0.5))
    >>> found.target.tolist(), found.weight.tolist()
    ([3.0, 1.0], [1.0, 1.0])
    """
    treated = np.asarray(a, dtype=np.float64)
    propensity = np.clip(np.asarray(e, dtype=np.float64), clip, 1 - clip)
    mu_a = np.where(treated > 0, mu1, mu0)
    correction = (treated - propensity) / (propensity * (1 - propensity)) * (y - mu_a)
    target: FloatArray = np.asarray(mu1 - mu0 + correction, dtype=np.float64)
    return Signals(target, _weighted(np.ones(len(target)), weight))


def orthogonal_loss(signals: Signals, tau: NDArray[np.floating] | float) -> float:
    """Weighted mean of ``(target - tau)**2``; only differences between learners mean something.

    Examples
    --------
    >>> import numpy as np
    >>> orthogonal_loss(Signals(np.array([1.0, 3.0]), np.array([1.0, 1.0])), 2.0)
    1.0
    """
    return float(np.sum(signals.weight * (signals.target - tau) ** 2) / np.sum(signals.weight))


def constant_effect(signals: Signals, cluster: NDArray[np.integer] | None = None) -> Constant:
    """The effect as one number: the minimiser of the loss, with cluster-robust standard error.

    Parameters
    ----------
    cluster : (n,) int, optional
        Code of each row's cluster (employee, say); rows are their own where left out.

    Notes
    -----
    ``c = sum(w t) / sum(w)``; variance ``G / (G - 1) * sum_g (sum_{i in g} w (t - c))**2 /
    sum(w)**2``. With R-signals this is the overlap-weighted average effect, with DR-signals the
    average effect.

    Examples
    --------
    >>> import numpy as np
    >>> found = constant_effect(Signals(np.array([1.0, 3.0]), np.array([1.0, 1.0])))
    >>> found.value, round(found.error, 3)
    (2.0, 1.0)
    """
    total = float(np.sum(signals.weight))
    value = float(np.sum(signals.weight * signals.target)) / total
    scores = cluster_sums(signals.weight * (signals.target - value), cluster)
    n = len(scores)
    error = float(np.sqrt(n / max(n - 1, 1) * np.sum(scores**2))) / total
    return Constant(value, error)


def cluster_sums(values: FloatArray, cluster: NDArray[np.integer] | None) -> FloatArray:
    """Sums (n_clusters,) of values (n,) over clusters that occur."""
    if cluster is None:
        return values
    codes = np.unique(cluster, return_inverse=True)[1]
    sums: FloatArray = np.bincount(codes, values).astype(np.float64)
    return sums


def _weighted(own: FloatArray, weight: NDArray[np.floating] | None) -> FloatArray:
    return own if weight is None else own * np.asarray(weight, dtype=np.float64)
