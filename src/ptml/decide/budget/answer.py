"""What a budget buys: the plan, what its minima cost, what more would be worth, and the curve."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.demands import Refusal
from ptml.decide.budget.facts import Facts
from ptml.decide.budget.greedy import most_lift_per_money
from ptml.decide.budget.prepare import Prepared, prepare
from ptml.decide.budget.problem import HUNDREDTHS, Limits, Problem, hundredths
from ptml.decide.budget.refusals import unmet
from ptml.decide.budget.response import Prices
from ptml.decide.budget.rounding import points_of
from ptml.decide.budget.solve import Plan, solve, usage_of

# Sorting more offers by lift per money, only to compare, is not worth the time.
_MOST_COMPARED = 5_000_000


@dataclass(frozen=True)
class CurvePoint:
    """What one budget buys.

    Attributes
    ----------
    money : float
    points, bound, spent : float
        NaN where there is no plan.
    people : int
        Who get a course, mandatory ones not counted.
    marginal : float
        Points for one more of money there; NaN where there is no plan.
    """

    money: float
    points: float
    bound: float
    spent: float
    people: int
    marginal: float


@dataclass(frozen=True, eq=False)
class Answer:
    """Everything about one budget.

    Attributes
    ----------
    money : float
    prepared : Prepared
    plan : Plan
    refusals : tuple of Refusal
        Empty = there is a plan.
    without_minima : Plan or None
        The same without minima; None = there are none.
    by_rate : tuple of (float, float, int) or None
        Points, money spent and people by the rule of most lift per money; None = not compared.
    curve : tuple of CurvePoint
        By money, ascending.
    """

    money: float
    prepared: Prepared
    plan: Plan
    refusals: tuple[Refusal, ...]
    without_minima: Plan | None
    by_rate: tuple[float, float, int] | None
    curve: tuple[CurvePoint, ...]


def answer(facts: Facts, config: BudgetConfig, money: float) -> Answer:
    """Plan a budget.

    Parameters
    ----------
    money : float
        In the unit of costs; infinite = no limit.
    """
    prepared = prepare(facts, config, money)
    problem = prepared.problem
    free = _without_minima(problem)
    has_minima = bool(problem.limits.people.any() or problem.limits.group_money.any())
    unbound = _solved(free, config) if has_minima else None
    start = None if unbound is None else unbound.prices
    plan = _solved(problem, config, start)
    refusals = prepared.refusals or unmet(problem, prepared.demands, plan, config.solver)
    if refusals:
        plan = replace(plan, chosen=plan.chosen[:0], points=0.0, is_found=False)
    return Answer(
        money=money,
        prepared=prepared,
        plan=plan,
        refusals=refusals,
        without_minima=unbound,
        by_rate=_by_rate(free),
        curve=_curve(prepared, config, money, plan),
    )


def people_of(problem: Problem, plan: Plan) -> int:
    """How many people a plan gives a course."""
    return len(np.unique(problem.person_of(plan.chosen)))


def needed_only(problem: Problem, plan: Plan) -> NDArray[np.bool_]:
    """Chosen offers that are there for a minimum: without it worth less than their prices, (k,)."""
    prices, chosen = plan.prices, plan.chosen
    course, person = problem.course[chosen], problem.person_of(chosen)
    unit = problem.unit[person]
    hour = np.where(unit >= 0, np.append(prices.unit_hours, 0.0)[unit], 0.0)
    net = (
        problem.value[chosen]
        - prices.seats[course]
        - prices.money * problem.cost[course]
        - hour * problem.hours[course]
    )
    bonus = np.append(prices.people + prices.group_money, 0.0)[problem.groups].sum(axis=1)
    gain = np.bincount(person, net, problem.n_people)
    return np.asarray((gain[person] < 0) & (bonus[person] > 0))


def _solved(problem: Problem, config: BudgetConfig, start: Prices | None = None) -> Plan:
    return solve(problem, config.solver, config.tolerance, config.exact_pairs, start)


def _without_minima(problem: Problem) -> Problem:
    limits = problem.limits
    nothing = np.zeros_like(limits.people)
    return problem.with_limits(replace(limits, people=nothing, group_money=nothing.copy()))


def _by_rate(problem: Problem) -> tuple[float, float, int] | None:
    if problem.n_pairs > _MOST_COMPARED:
        return None
    chosen = most_lift_per_money(problem)
    spent = usage_of(problem, chosen).money / HUNDREDTHS
    return points_of(problem, chosen), spent, len(chosen)


def _curve(
    prepared: Prepared, config: BudgetConfig, money: float, plan: Plan
) -> tuple[CurvePoint, ...]:
    if not config.curve or not np.isfinite(money) or money == 0 or prepared.refusals:
        return ()
    at = sorted({1.0, *config.curve})
    found = {1.0: plan}
    for shares in (at[at.index(1.0) + 1 :], at[: at.index(1.0)][::-1]):
        start = plan.prices
        for share in shares:
            limits = _limits_of(prepared, money, share)
            if limits is None:
                continue
            problem = prepared.problem.with_limits(limits)
            found[share] = solve(problem, "dual", config.tolerance, start=start)
            start = found[share].prices
    return _rising(prepared, money, {share: found[share] for share in at if share in found})


def _limits_of(prepared: Prepared, money: float, share: float) -> Limits | None:
    """Limits of a part of the money; None where mandatory courses alone cost more."""
    limits = prepared.problem.limits
    left = float(np.floor(hundredths(money * share))) - prepared.mandatory.money
    if left < 0:
        return None
    part = left / limits.money if limits.money else 1.0
    return replace(limits, money=left, group_money=np.ceil(limits.group_money * part))


def _rising(prepared: Prepared, money: float, plans: dict[float, Plan]) -> tuple[CurvePoint, ...]:
    """The curve; a plan for less money is also one for more, unless money must be spent."""
    points = []
    best: Plan | None = None
    may_keep = not prepared.demands.money.any()
    for share, plan in plans.items():
        if may_keep and best is not None and (not plan.is_found or best.points > plan.points):
            kept = replace(best, prices=plan.prices, bound=max(plan.bound, best.points))
            plan = kept
        if plan.is_found:
            best = plan
        points.append(_point(prepared, money * share, plan))
    return tuple(points)


def _point(prepared: Prepared, money: float, plan: Plan) -> CurvePoint:
    if not plan.is_found:
        return CurvePoint(money, np.nan, np.nan, np.nan, 0, np.nan)
    spent = (plan.usage.money + prepared.mandatory.money) / HUNDREDTHS
    people = people_of(prepared.problem, plan)
    marginal = plan.prices.money * HUNDREDTHS
    return CurvePoint(money, plan.points, plan.bound, spent, people, marginal)
