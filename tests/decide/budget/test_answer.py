from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ptml.decide.budget.answer import Answer, answer
from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.facts import Facts, PointWeights
from ptml.decide.budget.quarter import coming_quarter, first_day
from tests.decide.budget.companies import NAN, facts


def bought(of: Facts, found: Answer) -> set[tuple[int, int]]:
    """Person and course of what is bought."""
    pair = found.prepared.pair[found.plan.chosen]
    person = np.repeat(np.arange(len(of.people)), np.diff(of.offers.start))
    return set(zip(person[pair].tolist(), of.offers.course[pair].tolist(), strict=True))


def planned(of: Facts, money: float = 1000.0, **settings: Any) -> Answer:
    return answer(of, BudgetConfig(money=money, **{"curve": (), **settings}), money)


def refused(of: Facts, money: float = 1000.0, **settings: Any) -> list[str]:
    found = planned(of, money, **settings)
    assert found.plan.is_found == (not found.refusals)
    if found.refusals:
        assert bought(of, found) == set()
    return [refusal.why for refusal in found.refusals]


TWO = facts([{0: 3.0, 1: 1.0}, {0: 2.0}])


def test_the_estimate_counts_unless_the_lower_end_is_asked_for() -> None:
    assert planned(TWO).plan.points == pytest.approx(6.0)
    assert planned(TWO, by_lower_bound=True).plan.points == pytest.approx(3.0)


def test_money_buys_what_brings_most() -> None:
    assert bought(TWO, planned(TWO, 100.0)) == {(0, 0)}
    assert bought(TWO, planned(TWO, 300.0, courses_per_person=1)) == {(0, 0), (1, 0)}
    assert bought(TWO, planned(TWO, 300.0)) == {(0, 0), (0, 1), (1, 0)}


def test_a_point_counts_what_the_unit_must_achieve() -> None:
    weight = PointWeights(np.array([[0.1, 1.0]]), np.array([[1.0, 0], [0, 2.0], [0, 0]]))
    steered = facts([{0: 3.0, 1: 1.0}, {0: 2.0}], weight=weight)
    assert bought(steered, planned(steered, 100.0)) == {(0, 1)}
    assert bought(steered, planned(steered, 100.0, goals=False)) == {(0, 0)}


def test_a_course_counts_as_the_mean_of_what_it_teaches() -> None:
    of_unit = np.array([[0.4, 1.0, 2.0], [1.0, 1.0, 1.0]])
    taught = np.array([[1.0, 0, 3.0], [0, 1.0, 0], [0, 0, 0]])
    weight = PointWeights(of_unit, taught)
    unit, course = np.divmod(np.arange(6), 3)
    expected = [(0.4 + 3 * 2) / 4, 1, 1, 1, 1, 1]
    assert weight.at(unit, course).tolist() == pytest.approx(expected)
    nothing = PointWeights(np.ones((2, 0)), np.ones((3, 0)))
    assert nothing.at(unit, course).tolist() == [1] * 6


def test_what_cannot_be_bought_is_counted_by_reason() -> None:
    of = facts(
        [{0: 3.0, 1: 1.0}, {0: -2.0, 2: 4.0}, {1: 1.0}],
        cost=(100.0, NAN, 100.0),
        seats=(-1, -1, 3),
        taken=(0, 0, 3),
        trainable=[True, True, False],
    )
    found = planned(of)
    assert bought(of, found) == {(0, 0)}
    assert {name: n for name, n in found.prepared.left_out.items() if n} == {
        "nothing_to_count_on": 1,
        "environment": 1,
        "cost_unknown": 1,
        "seats": 1,
    }


def test_mandatory_courses_use_money_seats_and_hours_first() -> None:
    of = facts([{0: 3.0, 1: 2.0}, {0: 2.0}], due=[(0, 2), (1, 0)], seats=(2, -1, -1))
    found = planned(of, 300.0, courses_per_person=1)
    assert found.prepared.mandatory.money == 20_000
    assert bought(of, found) == {(0, 0)}
    assert bought(of, planned(of, 300.0, mandatory="apart")) == {(0, 0), (0, 1)}
    tight = planned(of, 300.0, hours_per_person=15.0)
    assert bought(of, tight) == set()


def test_open_courses_take_hours_of_the_person() -> None:
    of = facts([{0: 3.0}, {0: 2.0}], open_hours=[25.0, 0.0])
    assert bought(of, planned(of, hours_per_person=30.0)) == {(1, 0)}


def test_hours_of_a_unit_are_kept_to() -> None:
    of = facts([{0: 3.0}, {0: 2.0}, {0: 1.0}], unit=[0, 0, 1])
    assert bought(of, planned(of, hours_per_head=6.0)) == {(0, 0)}
    assert bought(of, planned(of, hours_per_head=10.0)) == {(0, 0), (1, 0), (2, 0)}


def team(n: int = 6, poor: float = 0.2) -> Facts:
    """A unit of those who gain much and one of those who gain little."""
    return facts([{0: 3.0 + k} for k in range(n)] + [{1: poor}] * n, unit=[0] * n + [1] * n)


def test_a_minimum_is_met_and_its_price_is_what_it_takes() -> None:
    minimum = {"group": "unit", "people_share": 0.5}
    found = planned(team(), 600.0, minima=(minimum,))
    assert sum(person >= 6 for person, _ in bought(team(), found)) == 3
    assert found.without_minima is not None
    lost = found.without_minima.points - found.plan.points
    assert lost == pytest.approx(3 + 4 + 5 - 3 * 0.2, abs=1e-3)
    # One less would give the next of the others 5 points, one more would take 6.
    assert 4.8 - 1e-6 <= found.plan.prices.people[1] <= 5.8 + 1e-6


def test_a_group_gets_its_part_of_the_money() -> None:
    minimum = {"group": "unit", "name": "U1", "money_share": 0.5}
    found = planned(team(), 800.0, minima=(minimum,))
    assert found.plan.usage.group_money[0] >= 20_000


def test_a_group_under_five_has_no_minimum_of_its_own() -> None:
    found = planned(team(4), minima=({"group": "unit", "people_share": 1.0},))
    assert found.prepared.demands.too_small == 2
    assert not found.prepared.demands.people.any()


def test_a_demand_that_cannot_be_met_is_named_and_nothing_is_bought() -> None:
    minimum = {"group": "unit", "people_share": 1.0}
    [why] = refused(team(), 500.0, minima=(minimum | {"name": "U1"},))
    assert "6 people of unit U1" in why
    assert "600" in why
    [why] = refused(team(poor=-1.0), 5000.0, minima=(minimum | {"name": "U1"},))
    assert "6 of the 6 people of unit U1" in why
    assert "only 0" in why
    [why] = refused(team(), 5000.0, minima=(minimum | {"name": "U9"},))
    assert "U9" in why
    [why] = refused(team(), 900.0, minima=(minimum,))
    assert "together" in why
    [why] = refused(team(), 5000.0, minima=({"group": "unit", "name": "U1", "money_share": 1.0},))
    assert "all that can be bought for its people comes to 600" in why


def test_mandatory_courses_that_do_not_fit_are_named() -> None:
    due = [(0, 2), (1, 2)]
    [why] = refused(facts([{0: 1.0}, {}], due=due), 150.0)
    assert "cost 200" in why
    assert "150" in why
    [why] = refused(facts([{0: 1.0}, {}], due=due, seats=(-1, -1, 1)))
    assert "C2" in why
    assert "1 seats" in why
    [why] = refused(facts([{0: 1.0}, {}], due=due), hours_per_person=5.0)
    assert "2 people" in why
    [why] = refused(
        facts([{0: 1.0}, *[{}] * 4], due=[(i, 2) for i in range(5)]), hours_per_head=5.0
    )
    assert "25 hours more than unit U0" in why


def test_what_a_unit_of_few_has_to_take_is_not_told() -> None:
    of = facts([{0: 1.0}, *[{}] * 5], due=[(0, 2), (1, 2)], unit=[0, 1, 2, 2, 2, 2])
    [why] = refused(of, hours_per_head=5.0)
    assert "2 units of fewer than 5 people" in why
    assert "U0" not in why
    assert "U1" not in why


def test_the_curve_rises_and_its_marginal_falls() -> None:
    rng = np.random.default_rng(5)
    of = facts([{c: float(x) for c, x in enumerate(rng.gamma(2, 1, 3))} for _ in range(60)])
    found = answer(of, BudgetConfig(money=4000.0), 4000.0)
    points = [point.points for point in found.curve]
    marginal = [point.marginal for point in found.curve]
    assert len(points) == 8
    assert points == sorted(points)
    assert all(b <= a + 1e-4 for a, b in pairwise(marginal))
    assert all(point.points <= point.bound for point in found.curve)


def test_no_money_buys_nothing_and_refuses_nothing() -> None:
    found = planned(TWO, 0.0)
    assert found.plan.is_found
    assert bought(TWO, found) == set()


@pytest.mark.parametrize(
    ("as_of", "quarter", "first"),
    [
        (date(2026, 1, 1), "2026Q1", date(2026, 1, 1)),
        (date(2026, 2, 10), "2026Q1", date(2026, 1, 1)),
        (date(2026, 3, 31), "2026Q2", date(2026, 4, 1)),
        (date(2026, 12, 2), "2027Q1", date(2027, 1, 1)),
    ],
)
def test_the_coming_quarter_is_that_of_most_of_the_next_three_months(
    as_of: date, quarter: str, first: date
) -> None:
    assert coming_quarter(as_of) == quarter
    assert first_day(as_of) == first
