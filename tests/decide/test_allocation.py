from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.decide import allocation
from ptml.decide.allocation import BudgetConfig, OfferPool, allocate, coming_quarter

Offer = tuple[int, int, float, float]

NO_LIMIT = np.full(9, -1)
UNKNOWN = float("nan")


def bought(
    offers: list[Offer], money: float | None = 100.0, seats: Any = NO_LIMIT
) -> list[tuple[int, int]]:
    """Person and course of what is bought of offers: person, course, lift, cost."""
    columns = np.array(offers, dtype=np.float64).reshape(-1, 4)
    person, course = columns[:, 0].astype(np.int64), columns[:, 1].astype(np.int64)
    config = BudgetConfig(money=money)
    chosen = allocate(person, course, columns[:, 2], columns[:, 3], np.asarray(seats), config)
    return list(zip(person[chosen].tolist(), course[chosen].tolist(), strict=True))


def test_without_a_budget_nothing_is_bought() -> None:
    assert bought([(0, 0, 1.0, 0.0)], money=None) == []


def test_most_lift_per_money_is_bought_first() -> None:
    offers = [(0, 0, 3.0, 90.0), (1, 1, 2.0, 30.0), (2, 2, 1.0, 60.0)]
    assert bought(offers) == [(1, 1), (2, 2)]


def test_what_does_not_fit_any_more_is_passed_over() -> None:
    assert bought([(0, 0, 9.0, 80.0), (1, 0, 8.0, 80.0), (2, 1, 0.1, 20.0)]) == [(0, 0), (2, 1)]


def test_nobody_gets_two_courses() -> None:
    assert bought([(0, 0, 1.0, 10.0), (0, 1, 2.0, 10.0)]) == [(0, 1)]


def test_seats_are_kept_to() -> None:
    offers = [(person, 0, 1.0 + person, 1.0) for person in range(4)]
    assert bought(offers, seats=[2]) == [(2, 0), (3, 0)]
    assert bought(offers, seats=[0]) == []


def test_no_lift_or_an_unknown_figure_is_never_bought() -> None:
    unbuyable = [(0, 0, 0.0, 1.0), (1, 0, -1.0, 1.0), (2, 0, UNKNOWN, 1.0), (3, 0, 1.0, UNKNOWN)]
    assert bought(unbuyable) == []


def test_what_costs_nothing_comes_first_and_equals_go_by_person() -> None:
    free = [(1, 0, 0.1, 0.0), (0, 0, 0.1, 0.0), (2, 0, 5.0, 100.0)]
    assert bought(free, seats=[2]) == [(1, 0), (0, 0)]
    assert bought([(2, 0, 1.0, 1.0), (1, 0, 1.0, 1.0)], seats=[1]) == [(1, 0)]


offer_lists = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 3),
        st.sampled_from([-1.0, 0.5, 1.0, 2.0, UNKNOWN]),
        st.sampled_from([0.0, 5.0, 10.0, 30.0, UNKNOWN]),
    ),
    unique_by=lambda offer: offer[:2],
    max_size=24,
)
seat_lists = st.lists(st.integers(-1, 3), min_size=4, max_size=4)


@settings(deadline=None)
@given(offer_lists, st.integers(0, 80), seat_lists)
def test_money_seats_and_one_course_a_person_are_never_overdrawn(
    offers: list[Offer], money: int, seats: list[int]
) -> None:
    chosen = bought(offers, float(money), seats)
    cost = {(person, course): price for person, course, _, price in offers}
    assert sum(cost[pair] for pair in chosen) <= money
    people, courses = zip(*chosen, strict=True) if chosen else ((), ())
    assert len(set(people)) == len(people)
    assert all(seats[c] < 0 or courses.count(c) <= seats[c] for c in range(4))


@settings(deadline=None)
@given(offer_lists, st.integers(0, 80), seat_lists, st.randoms(use_true_random=False))
def test_the_order_in_which_offers_come_does_not_matter(
    offers: list[Offer], money: int, seats: list[int], random: Any
) -> None:
    mixed = random.sample(offers, len(offers))
    assert set(bought(offers, float(money), seats)) == set(bought(mixed, float(money), seats))


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    offers = [
        (person, course, float(rng.integers(1, 5)), float(rng.integers(0, 9)))
        for person in range(20)
        for course in range(4)
    ]
    whole = bought(offers, 40.0, [3, 3, -1, 5])
    monkeypatch.setattr(allocation, "_BLOCK", 3)
    assert bought(offers, 40.0, [3, 3, -1, 5]) == whole


def pool(config: BudgetConfig, *buckets: list[tuple[str, int, float, float, float]]) -> OfferPool:
    """Buckets of offers: employee id, course, lift, low, cost."""
    made = OfferPool(config)
    for offers in buckets:
        ids, course, lift, low, cost = zip(*offers, strict=True)
        made.add(np.array(ids, dtype=object), np.array(course), *map(np.array, (lift, low, cost)))
    return made


ANN, BOB = ("ann", 0, 2.0, 0.5, 60.0), ("bob", 0, 3.0, 0.4, 60.0)


def test_one_budget_is_spent_once_over_all_buckets() -> None:
    config = BudgetConfig(money=100.0, by_lower_bound=False)
    found = pool(config, [ANN], [BOB]).allocate(NO_LIMIT)
    assert found.employee_id.tolist() == ["bob"]
    assert (found.lift.tolist(), found.cost.tolist()) == ([3.0], [60.0])


def test_by_lower_bound_the_surer_lift_is_bought_and_its_estimate_told() -> None:
    found = pool(BudgetConfig(money=100.0), [ANN, BOB]).allocate(NO_LIMIT)
    assert found.employee_id.tolist() == ["ann"]
    assert found.lift.tolist() == [2.0]


def test_buckets_in_another_order_buy_the_same() -> None:
    config = BudgetConfig(money=120.0)
    rows = [(f"e{k}", k % 2, 1.0, 1.0, 20.0) for k in range(10)]
    one = pool(config, rows[:4], rows[4:]).allocate(np.array([4, 3]))
    two = pool(config, rows[4:], rows[:4]).allocate(np.array([4, 3]))
    assert one.employee_id.tolist() == two.employee_id.tolist()
    assert len(one.course) == 6


@pytest.mark.parametrize("config", [BudgetConfig(), BudgetConfig(money=10.0)])
def test_a_pool_without_a_budget_or_offers_is_empty(config: BudgetConfig) -> None:
    made = pool(config, [ANN]) if config.money is None else OfferPool(config)
    assert len(made.allocate(NO_LIMIT).course) == 0


@pytest.mark.parametrize(
    ("as_of", "quarter"),
    [
        (date(2026, 1, 1), "2026Q1"),
        (date(2026, 2, 10), "2026Q1"),
        (date(2026, 3, 31), "2026Q2"),
        (date(2026, 12, 2), "2027Q1"),
    ],
)
def test_the_coming_quarter_is_that_of_most_of_the_next_three_months(
    as_of: date, quarter: str
) -> None:
    assert coming_quarter(as_of) == quarter
