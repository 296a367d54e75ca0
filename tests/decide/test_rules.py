"""Causes, segments, paths and budgets follow their written rules."""

import numpy as np
import pytest

from ptml.decide.causes import CAUSES, CauseConfig, Signals, cause_of
from ptml.decide.needs import NeedsConfig, NeedTotals, needs_of
from ptml.decide.plan import BudgetConfig, PathConfig, allocate, lay_path

NAN = float("nan")


@pytest.mark.parametrize(
    ("hours", "opportunity", "motivation", "gap", "score", "cause"),
    [
        (200, 4, 4, 3, 80, "mixed"),
        (200, 4, 4, 0, 100, "environment"),
        (0, 4, 1.5, 0, 100, "motivation"),
        (0, 4, 4, 3, 80, "capability"),
        (0, 4, 4, 3, 110, "unclear"),
        (NAN, NAN, NAN, NAN, NAN, "unclear"),
    ],
)
def test_cause(
    hours: float, opportunity: float, motivation: float, gap: float, score: float, cause: str
) -> None:
    one = [np.array([v], dtype=float) for v in (hours, opportunity, motivation, gap, score)]
    assert CAUSES[cause_of(Signals(*one), CauseConfig())[0]] == cause


def test_units_of_fewer_than_five_are_named_without_figures() -> None:
    totals = NeedTotals(2, 1)
    unit = np.array([0] * 4 + [1] * 6, dtype=np.int32)
    column = np.full(10, 2.0)
    totals.add(unit, Signals(*(column,) * 5), np.full((10, 1), 1.5, dtype=np.float32))
    found = needs_of(totals, NeedsConfig(), CauseConfig())
    small = [need for need in found if need.unit == 0]
    assert [need.gap for need in small] == [None]
    assert small[0].cause == "unclear"
    assert [need.gap for need in found if need.unit == 1] == [2.0, 1.5]


def test_path_steps_follow_each_other_within_the_hours_of_a_week() -> None:
    row, rank = np.array([0, 0, 0, 1]), np.array([1, 2, 3, 1])
    hours = np.array([4.0, 6.0, 2.0, 8.0])
    kept, step, week, weeks = lay_path(row, rank, hours, PathConfig(hours_per_week=2, max_steps=2))
    assert kept.tolist() == [0, 1, 3]
    assert step.tolist() == [1, 2, 1]
    assert week.tolist() == [0, 2, 0]
    assert weeks.tolist() == [2.0, 3.0, 4.0]


def test_a_course_without_hours_ends_the_path() -> None:
    row, rank = np.array([0, 0, 0]), np.array([1, 2, 3])
    kept, *_ = lay_path(row, rank, np.array([4.0, np.nan, 2.0]), PathConfig())
    assert kept.tolist() == [0]


def test_budget_buys_the_best_lift_per_money_within_seats() -> None:
    person, course = np.array([0, 1, 2]), np.array([0, 0, 0])
    lift, cost = np.array([1.0, 3.0, 2.0]), np.array([100.0, 100.0, 100.0])
    chosen = allocate(person, course, lift, cost, np.array([2]), BudgetConfig(money=1000))
    assert chosen.tolist() == [1, 2]
    chosen = allocate(person, course, lift, cost, np.array([-1]), BudgetConfig(money=100))
    assert chosen.tolist() == [1]
    assert len(allocate(person, course, lift, cost, np.array([-1]), BudgetConfig())) == 0
