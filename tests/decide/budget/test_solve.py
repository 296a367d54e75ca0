from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from ptml.decide.budget.dual import lowest_bound
from ptml.decide.budget.greedy import most_lift_per_money
from ptml.decide.budget.problem import Problem
from ptml.decide.budget.rounding import points_of
from ptml.decide.budget.solve import Plan, solve
from tests.decide.budget.programs import best_by_trying, keeps, program, programs

CLOSE = 1e-4


@settings(deadline=None, max_examples=60)
@given(programs())
def test_the_exact_plan_is_the_best_of_all(problem: Problem) -> None:
    best = best_by_trying(problem)
    plan = solve(problem, "exact", tolerance=1e-6)
    assert plan.is_found == (best is not None)
    if best is None:
        assert plan.is_infeasible
        assert len(plan.chosen) == 0
    else:
        assert plan.points == pytest.approx(best, abs=CLOSE)
        assert plan.bound >= best - CLOSE
        assert keeps(problem, plan.chosen)


@settings(deadline=None, max_examples=60)
@given(programs())
def test_prices_alone_keep_every_limit_and_their_bound_holds(problem: Problem) -> None:
    best = best_by_trying(problem)
    plan = solve(problem, "dual")
    if best is None:
        assert not plan.is_found
        return
    assert not plan.is_infeasible
    assert plan.bound >= best - CLOSE
    if plan.is_found:
        assert keeps(problem, plan.chosen)
        assert plan.points <= best + CLOSE
        assert plan.points == pytest.approx(points_of(problem, plan.chosen))


def crowd(n: int = 400, seats: float = 40.0, money: float = 6_000.0, most: int = 2) -> Problem:
    """People of unlike gains, twelve courses, some short of seats."""
    rng = np.random.default_rng(3)
    value = rng.gamma(2.0, 1.0, (n, 12)).astype(np.float32) + 0.01
    offers = [[(c, float(v)) for c, v in enumerate(row)] for row in value]
    cost = sorted(float(x) for x in rng.integers(10, 60, 12))
    return program(
        offers,
        cost,
        money=money,
        seats={0: seats, 1: seats, 2: seats},
        unit=[k % 4 for k in range(n)],
        unit_hours=[float("inf")] * 4,
        groups=[[k % 4] for k in range(n)],
        people=[0.0, 0.0, 0.0, 0.0],
        overlap={(3, 4): 0.5, (4, 5): 1.0},
        most=most,
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    return solve(crowd(), "dual")


def test_prices_come_within_a_percent_of_their_bound(plan: Plan) -> None:
    assert plan.is_found
    assert plan.gap < 0.01


def test_the_integer_program_and_the_prices_agree(plan: Plan) -> None:
    exact = solve(crowd(), "exact", tolerance=1e-4)
    assert exact.solver == "exact"
    assert exact.points == pytest.approx(plan.points, rel=0.01)
    assert exact.points >= plan.points - CLOSE
    assert exact.gap <= 1e-3


def test_the_rule_of_most_lift_per_money_brings_no_more(plan: Plan) -> None:
    problem = replace(crowd(), most=1)
    by_rule = points_of(problem, most_lift_per_money(problem))
    assert by_rule <= solve(problem, "dual").points


def test_a_price_lies_between_what_one_more_brings_and_one_less_takes() -> None:
    problem = crowd(seats=8.0)
    dual, limits = lowest_bound(problem), problem.limits
    at = int(np.argmax(dual.prices.seats))

    def bound(seats: float = 0.0, money: float = 0.0) -> float:
        changed = replace(
            limits,
            seats=limits.seats + np.where(np.arange(12) == at, seats, 0.0),
            money=limits.money + money,
        )
        return lowest_bound(problem.with_limits(changed)).bound

    for price, up, down in (
        (dual.prices.seats[at], bound(seats=1.0) - dual.bound, dual.bound - bound(seats=-1.0)),
        (dual.prices.money * 60, bound(money=60.0) - dual.bound, dual.bound - bound(money=-60.0)),
    ):
        assert price > 0
        assert up - 0.01 * price <= price <= down + 0.01 * price
        assert up == pytest.approx(price, rel=0.2)


def test_what_is_not_short_has_no_price() -> None:
    problem = crowd(money=float("inf"), seats=10_000.0)
    prices = lowest_bound(problem).prices
    assert prices.money == 0
    assert prices.seats.max() == pytest.approx(0, abs=1e-6)


def test_a_minimum_costs_points_and_its_price_says_so(plan: Plan) -> None:
    problem = crowd()
    got = np.bincount(np.unique(problem.person[plan.chosen]) % 4, minlength=4)
    least = int(np.argmin(got))
    needed = np.where(np.arange(4) == least, got[least] + 20.0, 0.0)
    demanding = problem.with_limits(replace(problem.limits, people=needed))
    found = solve(demanding, "dual")
    assert found.is_found
    assert found.usage.people[least] >= needed[least]
    assert found.points < plan.bound
    assert found.prices.people[least] > 0


def test_the_same_problem_gives_the_same_plan(plan: Plan) -> None:
    again = solve(crowd(), "dual")
    assert again.chosen.tolist() == plan.chosen.tolist()
    assert again.prices.seats.tolist() == plan.prices.seats.tolist()


def test_one_person_may_get_two_courses_that_do_not_overlap_in_hours_and_content() -> None:
    offers = [[(0, 3.0), (1, 2.0), (2, 2.5)]]
    problem = program(
        offers, [1.0, 1.0, 1.0], hours=[5.0, 5.0, 9.0], room=10.0, overlap={(0, 1): 0.9}, most=2
    )
    assert solve(problem, "dual").chosen.tolist() == [0, 1]
    tight = replace(problem, overlap=np.ones((3, 3), dtype=np.float32))
    assert solve(tight, "dual").chosen.tolist() == [0]
