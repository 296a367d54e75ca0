"""How well probabilities rank and how true they are, with intervals that respect who is who.

Several rows of one employee are alike, so intervals resample employees and not rows (Field &
Welsh 2007, *Bootstrapping clustered data*).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import wilson_interval
from ptml.separation import tied_totals

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

Metric = Callable[[BoolArray, FloatArray, FloatArray | None], float]


@dataclass(frozen=True)
class Interval:
    """A figure with the interval around it; NaN where it is not defined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ReliabilityCurve:
    """What was said and what came true, by bins of equally many cases.

    Attributes
    ----------
    predicted, observed : (n_bins,) float64
        Mean probability and share of positives.
    low, high : (n_bins,) float64
        Wilson's 95 % interval of the share.
    count : (n_bins,) int64
    """

    predicted: FloatArray
    observed: FloatArray
    low: FloatArray
    high: FloatArray
    count: NDArray[np.int64]


def average_precision(
    label: BoolArray, score: FloatArray, weight: FloatArray | None = None
) -> float:
    """Precision averaged over recall, ``sum_k (R_k - R_(k-1)) P_k`` down the distinct scores.

    Parameters
    ----------
    label, score, weight
        As in `auc`; NaN without a positive.

    Examples
    --------
    >>> label = np.array([True, False, True, False])
    >>> round(average_precision(label, np.array([0.9, 0.8, 0.7, 0.1])), 4)
    0.8333
    """
    positive, negative = tied_totals(label, score, weight)
    if positive.sum() <= 0:
        return float("nan")
    true = np.cumsum(positive)
    flagged = true + np.cumsum(negative)
    precision = np.divide(true, flagged, out=np.zeros_like(true), where=flagged > 0)
    return float((positive * precision).sum() / positive.sum())


def expected_calibration_error(
    label: BoolArray | FloatArray,
    probability: FloatArray,
    weight: FloatArray | None = None,
    n_bins: int = 10,
) -> float:
    """Mean distance between what was said and what came true.

    ``sum_b (n_b / n) |mean probability in b - share of positives in b|`` over bins of equally many
    cases (Naeini, Cooper & Hauskrecht 2015). Never negative, so that chance alone lifts it above 0.
    Where the true probabilities are known they may stand for the labels: no chance is in it then.

    Examples
    --------
    >>> label = np.array([False, True, True, True])
    >>> expected_calibration_error(label, np.array([0.25, 0.25, 0.75, 0.75]), n_bins=2)
    0.25
    """
    if len(label) == 0:
        return float("nan")
    weights = np.ones(len(label)) if weight is None else weight
    bins = _bins(probability, n_bins)
    distance = np.bincount(bins, weights * (probability - label), minlength=n_bins)
    return float(np.abs(distance).sum() / weights.sum())


def calibration_error_by_chance(
    probability: FloatArray, rng: np.random.Generator, n_draws: int = 500, n_bins: int = 10
) -> float:
    """Calibration error that true probabilities would exceed by chance once in a hundred times.

    Outcomes are drawn from the probabilities themselves. A larger error than this is not chance.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> few, many = np.full(50, 0.3), np.full(5000, 0.3)
    >>> calibration_error_by_chance(few, rng) > calibration_error_by_chance(many, rng)
    True
    """
    if len(probability) == 0:
        return float("nan")
    drawn = [
        expected_calibration_error(
            rng.random(len(probability)) < probability, probability, None, n_bins
        )
        for _ in range(n_draws)
    ]
    return float(np.quantile(drawn, 0.99))


def reliability_curve(
    label: BoolArray, probability: FloatArray, n_bins: int = 10
) -> ReliabilityCurve:
    """Compare what was said with what came true, bin by bin.

    The interval is Wilson's (1927).

    Examples
    --------
    >>> curve = reliability_curve(np.array([False, True]), np.array([0.2, 0.6]), n_bins=2)
    >>> curve.predicted.tolist(), curve.observed.tolist(), curve.count.tolist()
    ([0.2, 0.6], [0.0, 1.0], [1, 1])
    """
    bins = _bins(probability, n_bins)
    count = np.bincount(bins, minlength=n_bins)
    kept = count > 0
    n = count[kept]
    predicted = np.bincount(bins, probability, minlength=n_bins)[kept] / n
    observed = np.bincount(bins, label, minlength=n_bins)[kept] / n
    low, high = wilson_interval(observed, n)
    return ReliabilityCurve(predicted, observed, low, high, n)


def clustered_interval(
    metric: Metric,
    label: BoolArray,
    score: FloatArray,
    cluster: NDArray[np.integer],
    rng: np.random.Generator,
    n_draws: int = 200,
    weight: FloatArray | None = None,
) -> Interval:
    """Give a metric between 0 and 1 with its 95 % bootstrap interval.

    The spread of the draws is laid around the value itself: resampling adds chance of its own,
    which lifts the calibration error of every draw above that of the cases.

    Parameters
    ----------
    metric : callable
        ``metric(label, score, weight)``, such as `auc`.
    label, score : (n,)
    cluster : (n,) int
        Whose case it is: clusters are drawn with replacement, all cases of one together.
    rng : numpy.random.Generator
    n_draws : int
        Draws in which the metric is not defined (one class alone) are left out.
    weight : (n,) float64, optional
        What each case counts, in the value and in every draw.
    """
    # Sorted once: the stable sort inside the metric is then linear in every draw.
    order = np.argsort(-score, kind="stable")
    label, score = label[order], score[order]
    own = None if weight is None else weight[order]
    value = metric(label, score, own)
    if len(label) == 0 or not np.isfinite(value):
        return Interval(float("nan"), float("nan"), float("nan"))
    _, member = np.unique(cluster[order], return_inverse=True)
    n_clusters = int(member.max()) + 1
    times = (_drawn_weights(member, n_clusters, rng) for _ in range(n_draws))
    drawn = np.array([metric(label, score, n if own is None else n * own) for n in times])
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) == 0:
        return Interval(value, float("nan"), float("nan"))
    low, middle, high = value + np.quantile(drawn, [0.025, 0.5, 0.975]) - np.median(drawn)
    return Interval(value, float(np.clip(low, 0, middle)), float(np.clip(high, middle, 1)))


def _drawn_weights(
    member: NDArray[np.intp], n_clusters: int, rng: np.random.Generator
) -> FloatArray:
    drawn = rng.integers(0, n_clusters, n_clusters)
    return np.bincount(drawn, minlength=n_clusters)[member].astype(np.float64)


def _bins(probability: FloatArray, n_bins: int) -> NDArray[np.intp]:
    """Bin of each case, 0 .. n_bins - 1; equal probabilities share one, whatever their order."""
    ranked = np.sort(probability)
    edges = ranked[(np.arange(1, n_bins) * len(ranked)) // n_bins] if len(ranked) else ranked
    return np.searchsorted(edges, probability, side="right")
