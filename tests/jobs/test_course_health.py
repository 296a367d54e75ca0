"""Which competencies goals ask for, as the age of courses is judged."""

from datetime import date
from typing import Any

from ptml.jobs.course_health import asked_by_goals
from tests.decide.goals.companies import COMPETENCIES, company, drive, goal

DAY = date(2026, 10, 2)


def asked(**given: list[dict[str, Any]]) -> set[str]:
    found, _ = company(**given)
    names = found.maps.competencies.ids.tolist()
    return {
        name for name, is_asked in zip(names, asked_by_goals(found, DAY), strict=True) if is_asked
    }


def test_goals_of_the_last_year_and_the_next_period_ask() -> None:
    over = goal(period_start="2025-10-01", period_end="2025-12-31")
    coming = goal(kpi="complaints", period_start="2027-01-01", period_end="2027-03-31")
    assert asked(goals=[over, coming]) == {"closing", "listening"}


def test_goals_long_over_or_not_known_yet_do_not() -> None:
    over = goal(period_start="2024-10-01", period_end="2024-12-31")
    far = goal(kpi="complaints", period_start="2027-07-01", period_end="2027-12-31")
    assert asked(goals=[over, far]) == set()


def test_a_kpi_that_names_a_group_asks_for_what_is_in_it() -> None:
    below = [{"competency_id": c, "name": c, "parent_id": "trade"} for c in COMPETENCIES]
    groups = [{"competency_id": "trade", "name": "trade", "parent_id": None}]
    found = asked(
        goals=[goal()], competencies=[*below, *groups], kpi_competencies=[drive("sales", "trade")]
    )
    assert found == set(COMPETENCIES)


def test_without_goals_nothing_is_asked_for() -> None:
    assert asked() == set()
