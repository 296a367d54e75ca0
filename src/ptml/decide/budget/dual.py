"""Prices at which the bound is lowest: the dual of the program with its shared limits priced.

The bound is a convex function of the prices, made of a piece a person. With many people it is
nearly smooth, so steps with memory of its curve (L-BFGS-B) find the bottom in a few dozen looks at
everybody. Prices of a part of the people, with the same part of every limit, are a good start.
"""

import math
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from ptml.decide.budget.problem import Limits, Problem, Usage
from ptml.decide.budget.response import Prices, respond

Doubles = NDArray[np.float64]

# People of the part that is priced first; below twice as many all are.
_PART = 20_000
_LOOKS_AT_A_PART, _LOOKS = 300, 40
_HALVINGS, _BEGINNINGS = 20, 4
# A demand that costs more points than this times the largest lift for one person more is not met.
_DEAREST = 1_000.0


@dataclass(frozen=True, eq=False)
class DualBound:
    """Prices and what they prove.

    Attributes
    ----------
    prices : Prices
    bound : float
        No plan brings more points; below 0 there is none at all.
    looks : int
        Times that everybody was asked.
    """

    prices: Prices
    bound: float
    looks: int


def lowest_bound(problem: Problem, start: Prices | None = None) -> DualBound:
    """Find prices with a low bound.

    Parameters
    ----------
    start : Prices, optional
        Of a problem much like this one.
    """
    step = problem.n_people // _PART
    looks = _LOOKS_AT_A_PART if step < 2 else _LOOKS
    if start is None and step >= 2:
        start = lowest_bound(problem.every(step)).prices
    search = _Search(problem, _Scale.of(problem))
    search(search.scale.vector(start) if start is not None else np.zeros(search.scale.size))
    if start is None:
        _price_money(search)
    # What groups must get is priced last: from nowhere the search would leap to its dearest.
    n_demands = search.scale.n_demands
    for n_fixed in sorted({0, n_demands if start is None else 0}, reverse=True):
        _descend(search, n_fixed, looks)
    return DualBound(search.scale.prices(search.best), search.bound, search.looks)


def _price_money(search: "_Search") -> None:
    """Halve an interval around the price at which the money is just spent."""
    if not search.scale.has_money:
        return
    at, low, high = search.best.copy(), 0.0, math.inf
    at[0] = 0.1 * search.bound
    for _ in range(_HALVINGS):
        is_too_cheap = search(at)[1][0] < 0
        low, high = (float(at[0]), high) if is_too_cheap else (low, float(at[0]))
        at[0] = 2 * low if math.isinf(high) else (low + high) / 2


def _descend(search: "_Search", n_fixed: int, looks: int) -> None:
    """Go down from the best so far, the last prices fixed; begun anew where it is stuck."""
    size, scale = search.scale.size, search.scale
    unit = max(abs(search.bound), 1e-6)
    low, high = np.zeros(size), scale.dearest / unit
    until = search.looks + looks
    for _ in range(_BEGINNINGS):
        before, best = search.bound, search.best / unit
        low[size - n_fixed :] = high[size - n_fixed :] = best[size - n_fixed :]
        left = until - search.looks
        if not size or left < 1:
            return
        look: Any = partial(search.in_units, unit)
        options: dict[str, Any] = {
            "method": "L-BFGS-B",
            "jac": True,
            "bounds": Bounds(low, high),
            "options": {
                "maxfun": left,
                "maxiter": left,
                "maxcor": 20,
                "ftol": 1e-9,
                "gtol": 1e-9,
            },
        }
        minimize(look, best, **options)
        if before - search.bound < 1e-6 * unit:
            return


def bound_at(problem: Problem, prices: Prices) -> float:
    """What prices prove: no plan brings more points."""
    return respond(problem, prices).gain + prices.worth(problem.limits)


@dataclass(frozen=True, eq=False)
class _Scale:
    """Prices as one vector in points for all there is of a limit; only limits that are there."""

    limits: Limits
    has_money: bool
    courses: NDArray[np.int64]
    units: NDArray[np.int64]
    people: NDArray[np.int64]
    groups: NDArray[np.int64]
    per_unit: Doubles
    dearest: Doubles

    @classmethod
    def of(cls, problem: Problem) -> "_Scale":
        limits = problem.limits
        has_money = bool(np.isfinite(limits.money))
        courses = np.flatnonzero(np.isfinite(limits.seats))
        units = np.flatnonzero(np.isfinite(limits.unit_hours))
        people, groups = np.flatnonzero(limits.people), np.flatnonzero(limits.group_money)
        has = np.concatenate(
            [
                np.full(int(has_money), limits.money),
                limits.seats[courses],
                limits.unit_hours[units],
                limits.people[people],
                limits.group_money[groups],
            ]
        )
        largest = float(problem.value.max(initial=0))
        per_unit = np.maximum(has, 1.0)
        n_demands = len(people) + len(groups)
        dearest = np.full(len(has), np.inf)
        dearest[len(has) - n_demands :] = _DEAREST * largest * per_unit[len(has) - n_demands :]
        return cls(limits, has_money, courses, units, people, groups, per_unit, dearest)

    @property
    def n_demands(self) -> int:
        return len(self.people) + len(self.groups)

    @property
    def size(self) -> int:
        return len(self.per_unit)

    def prices(self, vector: Doubles) -> Prices:
        each = vector / self.per_unit
        cuts = np.cumsum(
            [int(self.has_money), len(self.courses), len(self.units), len(self.people)]
        )
        money, *parts = np.split(each, cuts)
        limits = self.limits
        whole = [
            np.zeros(len(of))
            for of in (limits.seats, limits.unit_hours, limits.people, limits.group_money)
        ]
        at = (self.courses, self.units, self.people, self.groups)
        for of, where, part in zip(whole, at, parts, strict=True):
            of[where] = part
        return Prices(float(money.sum()), *whole)

    def vector(self, prices: Prices) -> Doubles:
        each = self._joined(
            prices.money, prices.seats, prices.unit_hours, prices.people, prices.group_money
        )
        return np.minimum(each * self.per_unit, self.dearest)

    def slope(self, usage: Usage) -> Doubles:
        """Change of the bound with each entry of the vector."""
        limits = self.limits
        left = self._joined(
            limits.money - usage.money,
            limits.seats - usage.seats,
            limits.unit_hours - usage.unit_hours,
            usage.people - limits.people,
            usage.group_money - limits.group_money,
        )
        return left / self.per_unit

    def _joined(
        self, money: float, seats: Doubles, hours: Doubles, people: Doubles, group_money: Doubles
    ) -> Doubles:
        of_money = np.full(int(self.has_money), money)
        return np.concatenate(
            [
                of_money,
                seats[self.courses],
                hours[self.units],
                people[self.people],
                group_money[self.groups],
            ]
        )


@dataclass
class _Search:
    """The bound as a function of the prices; remembers the lowest."""

    problem: Problem
    scale: _Scale
    best: Doubles = field(init=False)
    bound: float = float("inf")
    looks: int = 0

    def __call__(self, vector: Doubles) -> tuple[float, Doubles]:
        prices = self.scale.prices(vector)
        found = respond(self.problem, prices)
        bound = found.gain + prices.worth(self.problem.limits)
        self.looks += 1
        if bound < self.bound:
            self.bound, self.best = bound, vector.copy()
        slope = self.scale.slope(found.usage)
        # A price of 0 that would fall stays: its slope tells the search nothing.
        return bound, np.where((vector <= 0) & (slope > 0), 0.0, slope)

    def in_units(self, unit: float, vector: Doubles) -> tuple[float, Doubles]:
        """Both by units of points: steps of length 1 are of the order of what is sought."""
        bound, slope = self(vector * unit)
        return bound / unit, slope
