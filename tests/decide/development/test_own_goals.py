"""Which own goals stand in the plan on a day."""

import pytest

from ptml.decide.development.config import DevelopmentConfig
from ptml.decide.development.own_goals import own_goals
from tests.features.small import Row, day_of, loaded, rows_of

DAY = "2026-10-02"


def goal(by_date: str | None, target: float = 3.0, **columns: object) -> Row:
    return {"competency_id": "sql", "target_level": target, "by_date": by_date, **columns}


LATER, SOONER, OVERDUE = goal("2027-09-01", 5), goal("2026-12-01", 4), goal("2026-09-01", 2)
# A person a case: one company is read for all of them.
CASES: dict[str, list[Row]] = {
    "in a year less a day": [goal("2027-10-01")],
    "in a year": [goal("2027-10-02")],
    "set yesterday for long": [goal("2029-01-01", set_on="2026-10-01")],
    "set today": [goal("2026-12-31", set_on="2026-10-02")],
    "half a year ago": [goal("2026-04-02")],
    "longer ago": [goal("2026-04-01")],
    "no day": [goal(None)],
    "all kinds": [LATER, SOONER, OVERDUE, goal(None, 1)],
    "nothing ahead": [OVERDUE, goal("2026-06-01", 1), goal(None, 5)],
    "two at once": [goal("2026-12-01", 2), SOONER],
    "two things": [SOONER, goal("2027-01-01", 2, competency_id="talk")],
}


def targets(case: str, **settings: int) -> dict[str, float]:
    history, _ = loaded(
        employees=[{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", *CASES)],
        personal_goals=[{"employee_id": name, **row} for name in CASES for row in CASES[name]],
        competencies=[{"competency_id": c, "name": c} for c in ("sql", "talk")],
    )
    config = DevelopmentConfig.model_validate(settings)
    found = own_goals(history, rows_of(history, DAY, case), day_of(DAY), config)
    names = history.competencies.ids[found.competency].tolist()
    return dict(zip(names, found.target.tolist(), strict=True))


@pytest.mark.parametrize(
    ("case", "told"),
    [("in a year less a day", {"sql": 3.0}), ("in a year", {}), ("no day", {"sql": 3.0})],
)
def test_a_goal_is_in_the_plan_from_a_year_before_its_date(
    case: str, told: dict[str, float]
) -> None:
    assert targets(case) == told
    assert targets(case, plan_days=400) == {"sql": 3.0}


def test_a_goal_that_says_when_it_was_set_is_seen_from_the_day_after() -> None:
    assert targets("set yesterday for long") == {"sql": 3.0}
    assert targets("set today") == {}


def test_an_overdue_goal_stays_for_half_a_year() -> None:
    assert targets("half a year ago", overdue_days=183) == {"sql": 3.0}
    assert targets("longer ago") == {}


def test_of_several_the_next_that_is_due_counts() -> None:
    assert targets("all kinds") == {"sql": 4.0}
    assert targets("nothing ahead") == {"sql": 2.0}
    assert targets("two at once") == {"sql": 4.0}
    assert targets("two things") == {"sql": 4.0, "talk": 2.0}
