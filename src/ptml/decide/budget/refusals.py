"""Which demand cannot be met, and why: said by name, never relaxed."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ptml.decide.budget.demands import Demands, Refusal, as_told
from ptml.decide.budget.problem import Problem
from ptml.decide.budget.rounding import rounded
from ptml.decide.budget.solve import Plan, Solver, solve, usage_of

Doubles = NDArray[np.float64]

# More would not be read, and each is solved for by itself.
_MOST_TOLD = 10


def unmet(problem: Problem, demands: Demands, plan: Plan, solver: Solver) -> tuple[Refusal, ...]:
    """Say which minima stand in the way of a plan; empty where it was found."""
    if plan.is_found:
        return ()
    found = [*_too_few_people(problem, demands), *_too_dear(problem, demands)]
    return tuple(found) or _by_solving(problem, demands, plan, solver)


def _members(problem: Problem, g: int) -> NDArray[np.bool_]:
    return np.asarray((problem.groups == g).any(axis=1))


def _named(demands: Demands, g: int) -> str:
    return f"{demands.kind[g].replace('_', ' ')} {demands.name[g]}"


def _too_few_people(problem: Problem, demands: Demands) -> list[Refusal]:
    has_offer = np.diff(problem.start) > 0
    found = []
    for g in np.flatnonzero(demands.people).tolist():
        n, needed = int((_members(problem, g) & has_offer).sum()), int(demands.people[g])
        if n < needed:
            why = (
                f"{needed:,} of the {demands.heads[g]:,} people of {_named(demands, g)} must get a"
                f" course, and only {n:,} have one that can be bought (a lift above nothing, a"
                " known cost, a free seat, hours for it, and training as the matter)"
            )
            found.append(Refusal("people", demands.name[g], why))
    return found[:_MOST_TOLD]


def _too_dear(problem: Problem, demands: Demands) -> list[Refusal]:
    """Minima whose cheapest way costs more than there is, or whose dearest way costs too little."""
    cost, person = problem.cost[problem.course], problem.person
    cheapest = np.full(problem.n_people, np.inf)
    np.minimum.at(cheapest, person, cost)
    order = np.lexsort((-cost, person))
    place = np.arange(len(order)) - problem.start[person[order]]
    top = order[place < problem.most]
    dearest = np.bincount(person[top], cost[top], problem.n_people)
    found = []
    for g in range(len(demands)):
        members = _members(problem, g)
        least = np.sort(cheapest[members])[: int(demands.people[g])].sum()
        if problem.limits.money < least < np.inf:
            why = (
                f"{int(demands.people[g]):,} people of {_named(demands, g)} must get a course: at"
                f" its cheapest that costs {as_told(least)}, and {as_told(problem.limits.money)} is"
                " left"
            )
            found.append(Refusal("people", demands.name[g], why))
        most = float(dearest[members].sum())
        if most < demands.money[g]:
            why = (
                f"{as_told(demands.money[g])} must be spent on {_named(demands, g)}: all that can"
                f" be bought for its people comes to {as_told(most)}"
            )
            found.append(Refusal("group_money", demands.name[g], why))
    return found[:_MOST_TOLD]


def _by_solving(
    problem: Problem, demands: Demands, plan: Plan, solver: Solver
) -> tuple[Refusal, ...]:
    chosen = rounded(problem, plan.prices).chosen
    usage = usage_of(problem, chosen)
    short = np.flatnonzero((usage.people < demands.people) | (usage.group_money < demands.money))
    alone = [g for g in short[:_MOST_TOLD] if _fails_alone(problem, int(g), solver)]
    if alone:
        return tuple(_for_want_of_room(demands, g) for g in alone)
    told = "; ".join(
        f"{_named(demands, g)} would get {_got(demands, g, usage.people[g], usage.group_money[g])}"
        for g in short[:_MOST_TOLD]
    )
    what = "cannot be met together" if plan.is_infeasible else "were not met together"
    why = f"the minima {what}: served first, {told}; lower a minimum or give more money or seats"
    return (Refusal("together", "", why),)


def _fails_alone(problem: Problem, g: int, solver: Solver) -> bool:
    def only(needs: Doubles) -> Doubles:
        return np.where(np.arange(len(needs)) == g, needs, 0.0)

    limits = problem.limits
    fewer = replace(limits, people=only(limits.people), group_money=only(limits.group_money))
    return not solve(problem.with_limits(fewer), solver).is_found


def _for_want_of_room(demands: Demands, g: int) -> Refusal:
    needs_people = bool(demands.people[g])
    what = (
        f"{int(demands.people[g]):,} people of {_named(demands, g)} must get a course"
        if needs_people
        else f"{as_told(demands.money[g])} must be spent on {_named(demands, g)}"
    )
    return Refusal(
        "people" if needs_people else "group_money",
        demands.name[g],
        f"{what}: even for it alone, seats, hours and money together do not allow it; open seats in"
        " what its people need, or lower the minimum",
    )


def _got(demands: Demands, g: int, people: float, money: float) -> str:
    if people < demands.people[g]:
        return f"{int(people):,} of {int(demands.people[g]):,} people"
    return f"{as_told(money)} of {as_told(demands.money[g])}"
