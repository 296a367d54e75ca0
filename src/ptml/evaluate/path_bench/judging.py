"""Figures of laid paths by the truth of a simulated organisation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LaidWay:
    """Paths of n people as one way lays them.

    Attributes
    ----------
    lift : (n,) float64
        True points of the whole, what each step adds in its turn.
    hours : (n,) float64
    over_time : (n,) float64
        True points on average over the weeks that a path may take: a step counts from its end on.
    told : (n,) float64
        Points of the whole as the way tells them; NaN = it tells none.
    low, high : (n,) float64
        The 90 % interval of that; NaN = none.
    """

    lift: Doubles
    hours: Doubles
    over_time: Doubles
    told: Doubles
    low: Doubles
    high: Doubles


def figures_of(way: LaidWay) -> dict[str, float]:
    """True points a person, hours, points an hour; bias and coverage of what is told."""
    known = np.isfinite(way.told)
    inside = (way.low <= way.lift) & (way.lift <= way.high)
    ranged = known & np.isfinite(way.low)
    nothing = float("nan")
    return {
        "points": float(way.lift.mean()),
        "hours": float(way.hours.mean()),
        "over_time": float(way.over_time.mean()),
        "points_per_ten_hours": float(10 * way.lift.sum() / max(way.hours.sum(), 1e-9)),
        "told": float(way.told[known].mean()) if known.any() else nothing,
        "bias": float((way.told - way.lift)[known].mean()) if known.any() else nothing,
        "coverage": float(inside[ranged].mean()) if ranged.any() else nothing,
    }
