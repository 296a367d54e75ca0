"""Since when a series is unlike before: the most likely day of one step, and how sure that is."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import date_of

Doubles = NDArray[np.float64]

# Twice the log likelihood that a day may lose to the best one and still lie in the 95 % set:
# (1 - exp(-x / 2))^2 = .95 for the two sides of a step (Siegmund 1988).
_WITHIN = 7.35
_FEWEST_DAYS = 6


@dataclass(frozen=True)
class Step:
    """The first day of the new level, with the days between which it lies (95 %)."""

    day: date
    earliest: date
    latest: date


def step_in(day: NDArray[np.integer], value: Doubles, weight: Doubles | None = None) -> Step | None:
    """Find the one step of a mean; None where no step stands out.

    Parameters
    ----------
    day : (n,) int
        Days since 1970-01-01, not falling.
    value : (n,) float64
        NaN = unknown.
    weight : (n,) float64, optional
        Inverse variances up to a factor; 1 each where left out.

    Notes
    -----
    The step with the largest ``W1 W2 / (W1 + W2) (m1 - m2)^2`` (least squares, Hinkley 1970).

    Examples
    --------
    >>> days = np.arange(20_000, 20_040)
    >>> step_in(days, np.where(days < 20_030, 1.0, 5.0) + 0.1 * np.sin(days)).day
    datetime.date(2024, 11, 3)
    """
    weight = np.ones(len(value)) if weight is None else weight
    known = np.isfinite(value) & (weight > 0)
    day, value, weight = day[known], value[known], weight[known]
    days, first = np.unique(day, return_index=True)
    if len(days) < _FEWEST_DAYS:
        return None
    left = np.add.reduceat(weight, first).cumsum()[:-1]
    summed = np.add.reduceat(weight * value, first).cumsum()
    right = weight.sum() - left
    apart = summed[:-1] / left - (summed[-1] - summed[:-1]) / right
    gain = left * right / (left + right) * apart**2
    centre = float(summed[-1] / weight.sum())
    best = int(np.argmax(gain))
    rest = float((weight * (value - centre) ** 2).sum()) - float(gain[best])
    noise = max(rest / max(len(value) - 2, 1), 1e-12)
    if gain[best] < _WITHIN * noise:
        return None
    within = np.flatnonzero(gain >= gain[best] - _WITHIN * noise)
    at = (date_of(int(days[k + 1])) for k in (best, within[0], within[-1]))
    return Step(*at)


def step_in_ranks(day: NDArray[np.integer], value: Doubles) -> Step | None:
    """The same of ranks, which no single wild value decides."""
    order = np.argsort(np.argsort(value, kind="stable"), kind="stable").astype(np.float64)
    return step_in(day, np.where(np.isfinite(value), order, np.nan))
