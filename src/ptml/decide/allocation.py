"""What a budget buys in the coming quarter: most lift per money first, one course a person.

A budget is one for everybody, so offers are collected over all buckets and chosen from once.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import NonNegativeFloat

from ptml.config import FrozenConfig

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ObjectArray = NDArray[np.object_]

# Offers are looked at in blocks, so that those out of the question are dropped without a loop.
_BLOCK = 65_536
_NUMBERS = ("lift", "expected", "cost")
_HALF_A_QUARTER_DAYS = 45


class BudgetConfig(FrozenConfig):
    """What may be spent in the coming quarter."""

    money: NonNegativeFloat | None = None
    """Budget in the unit of `courses.cost`; empty = no allocation is made."""
    by_lower_bound: bool = True
    """Count on the lower end of each lift's interval."""


@dataclass(frozen=True, eq=False)
class Allocation:
    """What is bought, (k,) each, sorted by employee.

    Attributes
    ----------
    employee_id : object
    course : int64
    lift : float64
        Estimate, points, whatever end of the interval was counted on.
    cost : float64
    """

    employee_id: ObjectArray
    course: IntArray
    lift: FloatArray
    cost: FloatArray


@dataclass(frozen=True, eq=False)
class _Offers:
    """Pairs of one bucket that the budget could buy, (m,) each."""

    employee_id: ObjectArray
    course: IntArray
    lift: FloatArray
    expected: FloatArray
    cost: FloatArray


@dataclass
class OfferPool:
    """Courses that somebody may be given, added bucket by bucket.

    Only what a budget could buy is kept: a cost that is known, and a lift to count on.
    """

    config: BudgetConfig
    _buckets: list[_Offers] = field(default_factory=list)

    def add(
        self,
        employee_id: ObjectArray,
        course: NDArray[np.integer],
        lift: NDArray[np.floating],
        low: NDArray[np.floating],
        cost: NDArray[np.floating],
    ) -> None:
        """Add pairs, (m,) each; no pair twice.

        Parameters
        ----------
        lift, low : float
            Points; NaN = unknown.
        cost : float
            Of a seat; NaN = unknown.
        """
        if self.config.money is None:
            return
        expected = low if self.config.by_lower_bound else lift
        kept = (expected > 0) & (cost <= self.config.money)
        numbers = (column[kept].astype(np.float64) for column in (lift, expected, cost))
        self._buckets.append(_Offers(employee_id[kept], course[kept].astype(np.int64), *numbers))

    @property
    def table(self) -> pa.Table:
        """All that was added, a row a pair."""
        ids, course, numbers = self._joined()
        return pa.table(
            {"employee_id": pa.array(ids.tolist(), pa.string()), "course": course, **numbers}
        )

    def append(self, table: pa.Table) -> None:
        """Add the `table` of another pool with the same budget."""
        ids = table["employee_id"].to_numpy(zero_copy_only=False).astype(object)
        numbers = (table[name].to_numpy() for name in _NUMBERS)
        self._buckets.append(_Offers(ids, table["course"].to_numpy(), *numbers))

    def _joined(self) -> tuple[ObjectArray, IntArray, dict[str, FloatArray]]:
        ids = np.concatenate([np.zeros(0, dtype=object), *(b.employee_id for b in self._buckets)])
        course = np.concatenate([np.zeros(0, dtype=np.int64), *(b.course for b in self._buckets)])
        numbers = {
            name: np.concatenate([np.zeros(0), *(getattr(b, name) for b in self._buckets)])
            for name in _NUMBERS
        }
        return ids, course, numbers

    def allocate(self, seats: NDArray[np.integer]) -> Allocation:
        """Choose from all that were added.

        Parameters
        ----------
        seats : (n_courses,) int
            Seats a quarter; -1 = no limit.
        """
        ids, course, numbers = self._joined()
        lift, expected, cost = numbers.values()
        known, person = np.unique(ids.astype(str), return_inverse=True)
        chosen = allocate(person, course, expected, cost, seats, self.config)
        chosen = chosen[np.argsort(person[chosen], kind="stable")]
        owner = known.astype(object)[person[chosen]]
        return Allocation(owner, course[chosen], lift[chosen], cost[chosen])


def allocate(
    person: IntArray,
    course: IntArray,
    lift: NDArray[np.floating],
    cost: NDArray[np.floating],
    seats: NDArray[np.integer],
    config: BudgetConfig,
) -> IntArray:
    """Choose who gets which course: best lift per money first, one course a person.

    What does not fit any more (money, seats, a person who has a course) is passed over, and the
    next best is looked at. Equals are taken by the larger lift, then by person, then by course.

    Parameters
    ----------
    person, course, lift, cost : (m,)
        Pairs, in any order; those without a positive lift or a known cost are never chosen.
    seats : (n_courses,) int
        Seats a quarter; -1 = no limit.

    Returns
    -------
    (k,) positions of the chosen pairs, sorted; empty without a budget.
    """
    chosen: list[int] = []
    if config.money is None:
        return np.array(chosen, dtype=np.int64)
    with np.errstate(divide="ignore"):
        rate = np.divide(lift, cost, dtype=np.float64)
    possible = np.flatnonzero((lift > 0) & (cost <= config.money))
    keys = (course, person, -lift, -rate)
    order = possible[np.lexsort([key[possible] for key in keys])]
    left, free = float(config.money), np.where(seats < 0, len(order), seats).astype(np.int64)
    served = np.zeros(int(person.max(initial=-1)) + 1, dtype=np.bool_)
    for start in range(0, len(order), _BLOCK):
        block = order[start : start + _BLOCK]
        block = block[~served[person[block]] & (free[course[block]] > 0) & (cost[block] <= left)]
        for pair in block.tolist():
            if served[person[pair]] or not free[course[pair]] or cost[pair] > left:
                continue
            left -= float(cost[pair])
            free[course[pair]] -= 1
            served[person[pair]] = True
            chosen.append(pair)
    return np.sort(np.array(chosen, dtype=np.int64))


def coming_quarter(as_of: date) -> str:
    """The calendar quarter that most of the next three months belong to.

    Examples
    --------
    >>> coming_quarter(date(2026, 9, 20)), coming_quarter(date(2026, 10, 2))
    ('2026Q4', '2026Q4')
    """
    middle = as_of + timedelta(days=_HALF_A_QUARTER_DAYS)
    return f"{middle.year}Q{(middle.month - 1) // 3 + 1}"
