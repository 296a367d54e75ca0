"""The first three levels of Kirkpatrick of each course: liked, learnt, used; with their doubt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.health.totals import COARSE, UNIT, HealthTotals
from ptml.intervals import Z_90, wilson_interval

FloatArray = NDArray[np.float64]

LOWEST_MARK, HIGHEST_MARK, FULL_SCORE = 1.0, 5.0, 100.0


@dataclass(frozen=True, eq=False)
class Mean:
    """A mean by course with its 90 % interval, (n_courses,) each; NaN where too few are known.

    Attributes
    ----------
    n : float64
        How many it is of.
    value, low, high : float64
    """

    n: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False)
class Levels:
    """What people thought, learnt and used, by course.

    Attributes
    ----------
    completion : (n_courses,) float64
        Share completed of what has ended.
    satisfaction : Mean
        1-5.
    exam : Mean
        0-100.
    attempts : (n_courses,) float64
        Mean attempts of those examined.
    gain : Mean
        Change of the assessed level, levels; of those assessed on both sides.
    before, after : (n_courses,) float64
        Mean level of the same people, 0-5.
    transfer : Mean
        Share used on the job of what was checked.
    """

    completion: FloatArray
    satisfaction: Mean
    exam: Mean
    attempts: FloatArray
    gain: Mean
    before: FloatArray
    after: FloatArray
    transfer: Mean


def levels_of(totals: HealthTotals, fewest: int) -> Levels:
    """Work out the levels; a mean of fewer than `fewest` would be about persons."""
    before, after = (totals.mean(f"level_{side}", "assessed", fewest) for side in _SIDES)
    return Levels(
        completion=totals.mean("completed", "ended"),
        satisfaction=_mean(totals, ("liked", "liked_squared", "likes"), fewest, _MARKS),
        exam=_mean(totals, ("exam", "exam_squared", "exams"), fewest, (0.0, FULL_SCORE)),
        attempts=totals.mean("attempts", "attempted", fewest),
        gain=_gain(totals, (after - before) * UNIT, fewest),
        before=before * UNIT,
        after=after * UNIT,
        transfer=transfer_rate(totals, fewest),
    )


_SIDES, _MARKS = ("before", "after"), (LOWEST_MARK, HIGHEST_MARK)


def transfer_rate(totals: HealthTotals, fewest: int) -> Mean:
    """Share used on the job of what was checked, with Wilson's interval."""
    n = totals.count("checked")
    rate = 1 - totals.mean("weak", "checked", fewest)
    low, high = wilson_interval(rate, np.maximum(n, 1), Z_90)
    return Mean(n, rate, low, high)


def _mean(
    totals: HealthTotals, names: tuple[str, str, str], fewest: int, within: tuple[float, float]
) -> Mean:
    total, squared, n = names
    value = totals.mean(total, n, fewest) * UNIT
    size = totals.count(n)
    half = Z_90 * totals.spread(total, squared, n) / np.sqrt(np.maximum(size, 1))
    return Mean(size, value, np.clip(value - half, *within), np.clip(value + half, *within))


def _gain(totals: HealthTotals, gain: FloatArray, fewest: int) -> Mean:
    n = totals.count("assessed")
    mean_square = totals.mean("gain_squared", "assessed", fewest) * COARSE
    variance = np.maximum(mean_square - gain**2, 0) * n / np.maximum(n - 1, 1)
    half = Z_90 * np.sqrt(variance / np.maximum(n, 1))
    return Mean(n, gain, gain - half, gain + half)
