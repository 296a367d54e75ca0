"""The best plan that can be found, how good it is for certain, what more of a limit is worth."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ptml.decide.budget.dual import DualBound, bound_at, lowest_bound
from ptml.decide.budget.exact import exact_plan, relaxed_prices
from ptml.decide.budget.problem import Problem, Usage
from ptml.decide.budget.response import Prices
from ptml.decide.budget.rounding import points_of, rounded

Positions = NDArray[np.int64]
Solver = Literal["auto", "exact", "dual"]

# What a whole number of hundredths may be off by, after division.
_ROUNDING = 1e-6

# Where those who choose first leave too little for a minimum, what is short is made dearer to them;
# what is left goes round afterwards all the same.
_DEARER = (1.0, 1.003, 1.01, 1.03, 1.1, 1.3, 2.0)


@dataclass(frozen=True, eq=False)
class Plan:
    """Who gets what.

    Attributes
    ----------
    chosen : (k,) int64
        Positions of the offers, sorted by person; empty where there is no plan.
    points : float
        What it brings, overlaps counted once.
    bound : float
        No plan brings more.
    usage : Usage
    prices : Prices
    solver : str
        ``dual`` or ``exact``, by which the plan was found.
    is_found : bool
        Whether it keeps every limit and gives every group what it must get.
    is_infeasible : bool
        Whether it is proven that no plan does.
    """

    chosen: Positions
    points: float
    bound: float
    usage: Usage
    prices: Prices
    solver: str
    is_found: bool
    is_infeasible: bool

    @property
    def gap(self) -> float:
        """Part of the bound that the plan may be short of at the most."""
        return max(self.bound - self.points, 0.0) / self.bound if self.bound > 0 else 0.0


def solve(
    problem: Problem,
    solver: Solver = "auto",
    tolerance: float = 0.001,
    exact_pairs: int = 40_000,
    start: Prices | None = None,
) -> Plan:
    """Find a plan of most points.

    Prices come first: they give a plan, a bound and the worth of every limit, for any number of
    people. Where the gap is wider than `tolerance`, an integer program takes over, up to
    `exact_pairs` offers.

    Parameters
    ----------
    start : Prices, optional
        Of a problem much like this one.
    """
    dual = lowest_bound(problem, start)
    plan, chosen = _rounded(problem, dual)
    is_close = plan.is_found and plan.gap <= tolerance
    if solver == "dual" or plan.is_infeasible:
        return plan
    if solver == "auto" and (is_close or problem.n_pairs > exact_pairs):
        return plan
    # Of few people the bound has many kinks, on which the search for prices may end too early.
    relaxed = relaxed_prices(problem)
    if relaxed is not None and bound_at(problem, relaxed) < dual.bound:
        dual = replace(dual, prices=relaxed, bound=bound_at(problem, relaxed))
    exact = exact_plan(problem, tolerance)
    bound = min(dual.bound, exact.bound)
    if exact.chosen is not None:
        found = _plan(problem, exact.chosen, bound, dual.prices, "exact", False)
        if found.is_found and (not plan.is_found or found.points >= plan.points):
            return found
    return _plan(problem, chosen, bound, dual.prices, "dual", exact.is_infeasible)


def _rounded(problem: Problem, dual: DualBound) -> tuple[Plan, Positions]:
    """A plan by prices, and the offers of the last try where it is none."""
    is_infeasible = dual.bound < -_ROUNDING
    has_minima = bool(problem.limits.people.any() or problem.limits.group_money.any())
    for dearer in _DEARER if has_minima and not is_infeasible else _DEARER[:1]:
        chosen = rounded(problem, _dearer(dual.prices, dearer)).chosen
        plan = _plan(problem, chosen, dual.bound, dual.prices, "dual", is_infeasible)
        if plan.is_found:
            break
    return plan, chosen


def _dearer(prices: Prices, factor: float) -> Prices:
    return replace(
        prices,
        money=prices.money * factor,
        seats=prices.seats * factor,
        unit_hours=prices.unit_hours * factor,
    )


def usage_of(problem: Problem, chosen: Positions) -> Usage:
    """What chosen offers use."""
    person, course = problem.person_of(chosen), problem.course[chosen]
    n_minima, cost = len(problem.limits.people), problem.cost[course]
    seats = np.bincount(course, minlength=len(problem.cost)).astype(np.float64)
    unit, hours = problem.unit[person], problem.hours[course]
    n_units = len(problem.limits.unit_hours)
    busy = np.bincount(unit[unit >= 0], hours[unit >= 0], n_units).astype(np.float64)
    groups = problem.groups[person]
    is_first = np.concatenate([[True], person[1:] != person[:-1]])[: len(person)]
    people, money = np.zeros(n_minima), np.zeros(n_minima)
    for k in range(groups.shape[1]):
        at = np.flatnonzero(groups[:, k] >= 0)
        people += np.bincount(groups[at, k], is_first[at], n_minima)
        money += np.bincount(groups[at, k], cost[at], n_minima)
    return Usage(float(cost.sum()), seats, busy, people, money)


def _plan(
    problem: Problem,
    chosen: Positions,
    bound: float,
    prices: Prices,
    solver: str,
    is_infeasible: bool,
) -> Plan:
    usage = usage_of(problem, chosen)
    is_found = not is_infeasible and _keeps(problem, usage)
    if not is_found:
        chosen = chosen[:0]
    points = points_of(problem, chosen)
    return Plan(chosen, points, max(bound, points), usage, prices, solver, is_found, is_infeasible)


def _keeps(problem: Problem, usage: Usage) -> bool:
    limits = problem.limits
    return bool(
        usage.money <= limits.money + _ROUNDING
        and (usage.seats <= limits.seats + _ROUNDING).all()
        and (usage.unit_hours <= limits.unit_hours + _ROUNDING).all()
        and (usage.people >= limits.people - _ROUNDING).all()
        and (usage.group_money >= limits.group_money - _ROUNDING).all()
    )
