"""The contract's performance score: whole numbers, so that no order of rows matters.

In SQL for everybody, in NumPy for the rows of a bucket: the same to the last bit.
"""

import numpy as np

from ptml.features.arrays import Bools, Doubles, Positions

# Weights are relative; beyond this they would not fit into a whole number.
LARGEST_WEIGHT = 1e6

_ATTAINMENT = """CASE
    WHEN coalesce(k.higher_is_better, true) THEN p.value / p.target
    WHEN p.value <= 0 THEN 2.0
    ELSE p.target / p.value END"""


_WEIGHT_UNIT, _POINT_UNIT = 2.0**20, 104857600.0
# A weight is split here, so that no sum of parts leaves 64 bits.
_HALF_WEIGHT = 20


def period_scores_sql() -> str:
    """SQL for the score of every employee and period."""
    return f"""
    SELECT employee_id, period_start, period_end,
        sum(parts)::DOUBLE / sum(weights)::DOUBLE / 1048576 AS score
    FROM (
        SELECT p.employee_id, p.period_start, p.period_end,
            floor(least(coalesce(p.weight, 1), {LARGEST_WEIGHT}) * 1048576)::HUGEINT AS weights,
            weights * floor(least(greatest({_ATTAINMENT}, 0.0), 2.0) * 104857600 + 0.5)::HUGEINT
                AS parts
        FROM performance AS p LEFT JOIN kpis AS k USING (kpi_id)
    )
    GROUP BY employee_id, period_start, period_end
    HAVING sum(weights) > 0
    """


def attainment(value: Doubles, target: Doubles, higher_is_better: Bools) -> Doubles:
    """Share of the target that was reached, (n,) float64; 0-2.

    Parameters
    ----------
    value, target : (n,) float64
        The target is above 0.
    higher_is_better : (n,) bool
    """
    with np.errstate(over="ignore"):
        turned = np.divide(target, value, out=np.full_like(value, 2.0), where=value > 0)
        reached = np.where(higher_is_better, value / target, turned)
    return np.minimum(np.maximum(reached, 0.0), 2.0)


def weighted_scores(reached: Doubles, weight: Doubles, first: Positions) -> Doubles:
    """Score of each group of at most 40,000 rows, (n_groups,) float64; NaN for one without weight.

    Parameters
    ----------
    reached : (n,) float64
        As `attainment` gives.
    weight : (n,) float64
        Not below 0.
    first : (n_groups,) int64
        Where each group begins.
    """
    if len(first) == 0:
        return np.zeros(0)
    points = np.floor(reached * _POINT_UNIT + 0.5).astype(np.int64)
    whole = np.floor(np.minimum(weight, LARGEST_WEIGHT) * _WEIGHT_UNIT).astype(np.int64)
    weights = np.add.reduceat(whole, first)
    high = np.add.reduceat((whole >> _HALF_WEIGHT) * points, first)
    low = np.add.reduceat((whole & (2**_HALF_WEIGHT - 1)) * points, first)
    sums = _as_doubles(high, low)
    known = weights > 0
    return np.where(known, sums / np.where(known, weights, 1) / 1048576, np.nan)


def _as_doubles(high: Positions, low: Positions) -> Doubles:
    """Numbers ``high * 2**20 + low`` as DuckDB makes doubles of them."""
    fits = high < 2**42 - (low >> _HALF_WEIGHT)
    sums = ((np.where(fits, high, 0) << _HALF_WEIGHT) + np.where(fits, low, 0)).astype(np.float64)
    for k in np.flatnonzero(~fits):
        exact = (int(high[k]) << _HALF_WEIGHT) + int(low[k])
        sums[k] = float(exact & (2**64 - 1)) + float(exact >> 64) * 2.0**64
    return sums
