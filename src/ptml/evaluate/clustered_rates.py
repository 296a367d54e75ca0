"""Rates of cases that belong to people, with intervals that know that cases of one are alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml.intervals import Z_95, wilson_interval

Doubles = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """A mean over cases.

    Attributes
    ----------
    value, low, high : float
        With the 95 % interval; NaN where nothing is there to average.
    n_cases, n_people : int
    effective : float
        Independent cases that would be as good to know a share by; NaN for what is no share.
    """

    value: float
    low: float
    high: float
    n_cases: int
    n_people: int
    effective: float = float("nan")


@dataclass(frozen=True)
class Ratio:
    """One rate over another, at most 1 where the lower one is over the higher."""

    value: float
    low: float
    high: float


def clustered_mean(values: Doubles, person: Codes) -> Estimate:
    """Mean of cases, with Student's interval on a standard error that is clustered by person.

    ``se^2 = m / (m - 1) x sum_i (sum of the residuals of person i)^2 / n^2`` with m people
    (linearised, Cochran 1977, ch. 6).

    Parameters
    ----------
    values : (n,) float64
    person : (n,) int64
        Whose case it is.

    Examples
    --------
    >>> once = clustered_mean(np.array([1.0, 2.0, 3.0]), np.arange(3))
    >>> twice = clustered_mean(np.repeat([1.0, 2.0, 3.0], 2), np.repeat(np.arange(3), 2))
    >>> once.value, round(float(once.low - twice.low), 9)
    (2.0, 0.0)
    """
    n, value, variance, m = _moments(values, person)
    half = _t(m) * np.sqrt(variance)
    return Estimate(value, value - half, value + half, n, m)


def clustered_share(hit: NDArray[np.bool_], person: Codes) -> Estimate:
    """Share of cases, with Wilson's interval on the number of cases that they are worth.

    ``n_eff = p (1 - p) / se^2``, at most n, times ``(z / t)^2`` for few people (Korn & Graubard
    1998; Franco et al. 2019). Where all cases are alike the people are what counts.

    Parameters
    ----------
    hit : (n,) bool
    person : (n,) int64

    Examples
    --------
    >>> nobody = clustered_share(np.zeros(60, bool), np.repeat(np.arange(30), 2))
    >>> nobody.value, round(nobody.high, 2)
    (0.0, 0.12)
    """
    n, value, variance, m = _moments(hit.astype(np.float64), person)
    return share_estimate(value, variance, n, m)


def standardised_share(
    hit: NDArray[np.bool_], stratum: NDArray[np.bool_], weight_of_true: float, person: Codes
) -> Estimate:
    """Share that would be hit if as many cases were of the stratum as elsewhere.

    ``w P(hit | stratum) + (1 - w) P(hit | not stratum)`` (direct standardisation).

    Parameters
    ----------
    hit, stratum : (n,) bool
    weight_of_true : float
        Share of cases that are of the stratum elsewhere, 0-1.
    person : (n,) int64
    """
    influence, value = np.zeros(len(hit)), 0.0
    for rows, weight in ((stratum, weight_of_true), (~stratum, 1 - weight_of_true)):
        if weight == 0:
            continue
        if not rows.any():
            return _nothing(len(hit))
        rate = float(hit[rows].mean())
        value += weight * rate
        influence[rows] = weight * (hit[rows] - rate) / rows.sum()
    m = len(np.unique(person))
    return share_estimate(value, _cluster_variance(influence, person), len(hit), m)


def share_estimate(value: float, variance: float, n_cases: int, n_people: int) -> Estimate:
    """Wilson's interval of a share from its clustered variance."""
    if n_cases == 0:
        return _nothing(0)
    spread = value * (1 - value)
    alike = variance <= 0 or spread <= 0
    worth = float(n_people) if alike else min(spread / variance, float(n_cases))
    effective = worth * (Z_95 / _t(n_people)) ** 2
    low, high = wilson_interval(np.array([value]), np.array([effective]))
    return Estimate(
        value, min(float(low[0]), value), max(float(high[0]), value), n_cases, n_people, effective
    )


def ratio_of_shares(lower: Estimate, higher: Estimate, z: float = Z_95) -> Ratio | None:
    """Ratio of two shares with Katz's interval on the log, on effective cases.

    ``log(p1 / p2) -+ z sqrt(1/x1 - 1/n1 + 1/x2 - 1/n2)`` (Katz et al. 1978), every count with .5
    added so that a share of nothing has an interval too (Walter 1975).

    Returns
    -------
    Ratio or None
        None where a share is unknown or the higher one is nothing.

    Examples
    --------
    >>> half, third = (share_estimate(p, p * (1 - p) / 400, 400, 400) for p in (0.5, 1 / 3))
    >>> found = ratio_of_shares(third, half)
    >>> round(found.value, 3), round(found.low, 2), round(found.high, 2)
    (0.667, 0.56, 0.79)
    """
    if not (np.isfinite(lower.value) and higher.value > 0):
        return None
    n = np.array([lower.effective, higher.effective])
    x = np.array([lower.value, higher.value]) * n + 0.5
    n = n + 0.5
    middle = float(np.log(x[0] / n[0]) - np.log(x[1] / n[1]))
    half = z * float(np.sqrt(np.sum(1 / x - 1 / n)))
    value = lower.value / higher.value
    low, high = float(np.exp(middle - half)), float(np.exp(middle + half))
    return Ratio(value, min(low, value), max(high, value))


def _moments(values: Doubles, person: Codes) -> tuple[int, float, float, int]:
    n = len(values)
    if n == 0:
        return 0, float("nan"), float("nan"), 0
    value = float(values.mean())
    variance = _cluster_variance((values - value) / n, person)
    return n, value, variance, len(np.unique(person))


def _cluster_variance(influence: Doubles, person: Codes) -> float:
    """Variance of a sum of influences, people being independent and their cases not."""
    _, member = np.unique(person, return_inverse=True)
    of_person = np.bincount(member, influence)
    m = len(of_person)
    return float(m / (m - 1) * np.sum(of_person**2)) if m > 1 else float("nan")


def _t(n_people: int) -> float:
    return float(stats.t.ppf(0.975, n_people - 1)) if n_people > 1 else float("inf")


def _nothing(n_cases: int) -> Estimate:
    nan = float("nan")
    return Estimate(nan, nan, nan, n_cases, 0)
