"""A person's next courses one after the other, and what a budget buys.

Both are simple rules on the ranked list; each is true as far as it goes and says so in its table.
"""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class PathConfig(FrozenConfig):
    """How a path is laid."""

    hours_per_week: PositiveFloat = 2.0
    """Hours that a person can learn in a week."""
    max_steps: PositiveInt = 4
    """Courses in a path at the most."""


class BudgetConfig(FrozenConfig):
    """What may be spent in the coming quarter."""

    money: Annotated[float, Field(ge=0)] | None = None
    """Budget in the unit of `courses.cost`; empty = no allocation is made."""
    by_lower_bound: bool = True
    """Count on the lower end of each lift's interval."""


def lay_path(
    row: IntArray, rank: IntArray, hours: FloatArray, config: PathConfig
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Put each person's first recommendations one after the other.

    Prerequisites are done before a course is recommended, so the order of ranks may stand. A course
    whose hours are not known has no length and ends the path before it.

    Parameters
    ----------
    row, rank, hours : (m,)
        Recommendations sorted by row and rank.

    Returns
    -------
    chosen, step, starts_in_week, weeks : (k,)
        Position among the recommendations, step from 1, week of the start from 0, weeks of work.
    """
    first = np.searchsorted(row, row)
    unknown = np.cumsum(~np.isfinite(hours))
    unknown_before = unknown - np.where(first > 0, unknown[np.maximum(first - 1, 0)], 0)
    kept = np.flatnonzero((rank <= config.max_steps) & (unknown_before == 0))
    weeks = hours[kept] / config.hours_per_week
    total = np.cumsum(weeks)
    start = np.searchsorted(row[kept], row[kept])
    before = total - weeks - np.where(start > 0, total[np.maximum(start - 1, 0)], 0)
    return kept, rank[kept], np.floor(before + 1e-9).astype(np.int64), weeks


def allocate(
    person: IntArray,
    course: IntArray,
    lift: FloatArray,
    cost: FloatArray,
    seats: IntArray,
    config: BudgetConfig,
) -> IntArray:
    """Choose who gets which course: best lift per money first, one course a person.

    Parameters
    ----------
    person, course, lift, cost : (m,)
        Recommended pairs whose lift and cost are known.
    seats : (n_courses,) int64
        Seats a quarter; -1 = no limit.

    Returns
    -------
    (k,) positions of the chosen pairs, sorted; empty without a budget.
    """
    if config.money is None:
        return np.empty(0, dtype=np.int64)
    rate = lift / np.maximum(cost, 1e-9)
    left, free, served = config.money, seats.copy(), set()
    chosen = []
    for pair in np.lexsort((course, person, -rate)):
        who, what = int(person[pair]), int(course[pair])
        fits = cost[pair] <= left and free[what] != 0 and lift[pair] > 0
        if not fits or who in served:
            continue
        left -= float(cost[pair])
        free[what] -= free[what] > 0
        served.add(who)
        chosen.append(int(pair))
    return np.sort(np.array(chosen, dtype=np.int64))
