"""How far goals are reached, and what may not be shown of it."""

from typing import Any

import numpy as np
import pytest

from ptml.decide.goals.attainment import AttainmentTotals, attainment_points
from ptml.decide.goals.config import GoalConfig
from ptml.decide.goals.weights import GoalWeights
from ptml.features.kpi_results import KpiResults
from tests.features.small import Row

from .companies import company, day_of, goal

DAY = "2026-12-15"
TREE: list[Row] = [
    {"org_unit_id": "house", "parent_id": None},
    {"org_unit_id": "one", "parent_id": "house"},
    {"org_unit_id": "two", "parent_id": "house"},
]
YEAR = {"period_start": "2026-01-01", "period_end": "2026-12-31"}


def goals_of(*goals: Row) -> GoalWeights:
    read, _ = company(goals=list(goals), org_units=TREE, assignments=[])
    return GoalWeights.of(read, day_of(DAY), GoalConfig())


def results(units: list[int], reached: list[float], quarter: str = "2026-10-01") -> KpiResults:
    """A result a person in the first KPI, of the two months from a day."""
    n = len(units)
    start = day_of(quarter)

    def codes(*values: Any) -> np.ndarray[Any, np.dtype[np.int32]]:
        return np.array(values, dtype=np.int32)

    return KpiResults(
        codes(*range(n)),
        codes(*units),
        codes(*[0] * n),
        codes(*[start] * n),
        codes(*[start + 60] * n),
        np.array(reached),
    )


def told(goals: GoalWeights, *added: KpiResults) -> list[float | None]:
    totals = AttainmentTotals(len(goals.tables.unit))
    for part in added:
        totals.add(goals.tables, goals.shares, part)
    points, shown = attainment_points(totals, goals.tables, goals.shares)
    return [round(p, 3) if s else None for p, s in zip(points.tolist(), shown, strict=True)]


def test_a_goal_is_as_far_as_the_mean_of_its_units_results() -> None:
    goals = goals_of(goal("one"))
    assert told(goals, results([1] * 5 + [2], [0.9, 1.0, 1.1, 1.2, 0.8, 0.1])) == [100.0]


def test_results_below_count_for_the_goal_of_the_house() -> None:
    goals = goals_of(goal("house"))
    assert told(goals, results([1, 1, 1, 2, 2], [1, 1, 1, 2, 2])) == [140.0]


def test_results_outside_the_period_do_not_count() -> None:
    goals = goals_of(goal("one"))
    assert told(goals, results([1] * 9, [1.0] * 9, "2026-07-01")) == [None]
    year = goals_of(goal("one", **YEAR))
    assert told(year, results([1] * 9, [1.0] * 9, "2026-07-01")) == [100.0]


def test_goals_that_are_coming_have_no_attainment_yet() -> None:
    goals = goals_of(goal("one", period_start="2027-01-01", period_end="2027-12-31"))
    assert told(goals, results([1] * 9, [1.0] * 9)) == [None]


def test_fewer_than_five_people_are_not_shown_however_many_results() -> None:
    goals = goals_of(goal("one", **YEAR))
    four = [results([1] * 4, [1.0] * 4, day) for day in ("2026-04-01", "2026-07-01")]
    joined = KpiResults(
        *(np.concatenate([getattr(part, name) for part in four]) for name in vars(four[0]))
    )
    assert told(goals, joined) == [None]


def test_a_unit_that_is_hidden_cannot_be_worked_out_from_the_house() -> None:
    goals = goals_of(goal("house"), goal("one"), goal("two"))
    units = [1] * 6 + [2] * 3
    assert told(goals, results(units, [1.0] * 9)) == [None, 100.0, None]
    enough = [1] * 6 + [2] * 5
    assert told(goals, results(enough, [1.0] * 11)) == [100.0] * 3


def test_buckets_add_up_to_everybody() -> None:
    goals = goals_of(goal("house"), goal("one"))
    a, b = results([1, 2, 1], [0.7, 0.3, 1.9]), results([2, 1, 1, 1], [1.0, 0.4, 0.6, 1.0])
    parts = [AttainmentTotals(2) for _ in range(2)]
    for totals, part in zip(parts, (a, b), strict=True):
        totals.add(goals.tables, goals.shares, part)
    whole = AttainmentTotals(2)
    for part in (b, a):
        whole.add(goals.tables, goals.shares, part)
    for name in ("reached", "results", "people"):
        assert (sum(getattr(p, name) for p in parts) == getattr(whole, name)).all()
    assert told(goals, a, b) == [None, pytest.approx(100 * (0.7 + 1.9 + 0.4 + 0.6 + 1) / 5)]
