"""Which own goals stand in the plan on a day."""

from ptml.decide.development.config import DevelopmentConfig
from ptml.decide.development.own_goals import own_goals
from tests.features.small import Row, day_of, loaded, rows_of

DAY = "2026-10-02"


def goal(by_date: str | None, target: float = 3.0, **columns: object) -> Row:
    return {
        "employee_id": "ann",
        "competency_id": "sql",
        "target_level": target,
        "by_date": by_date,
        **columns,
    }


def targets(*goals: Row, **settings: int) -> dict[str, float]:
    history, _ = loaded(
        personal_goals=list(goals),
        competencies=[{"competency_id": c, "name": c} for c in ("sql", "talk")],
    )
    config = DevelopmentConfig(**settings)
    found = own_goals(history, rows_of(history, DAY), day_of(DAY), config)
    names = history.competencies.ids[found.competency].tolist()
    return dict(zip(names, found.target.tolist(), strict=True))


def test_a_goal_is_in_the_plan_from_a_year_before_its_date() -> None:
    assert targets(goal("2027-10-01")) == {"sql": 3.0}
    assert targets(goal("2027-10-02")) == {}
    assert targets(goal("2027-10-30"), plan_days=400) == {"sql": 3.0}


def test_a_goal_that_says_when_it_was_set_is_seen_from_the_day_after() -> None:
    assert targets(goal("2029-01-01", set_on="2026-10-01")) == {"sql": 3.0}
    assert targets(goal("2026-12-31", set_on="2026-10-02")) == {}


def test_an_overdue_goal_stays_for_half_a_year() -> None:
    assert targets(goal("2026-04-02")) == {"sql": 3.0}
    assert targets(goal("2026-04-01")) == {}


def test_a_goal_without_any_day_stands_as_the_source_has_it() -> None:
    assert targets(goal(None)) == {"sql": 3.0}


def test_of_several_the_next_that_is_due_counts() -> None:
    later, sooner, overdue = goal("2027-09-01", 5), goal("2026-12-01", 4), goal("2026-09-01", 2)
    assert targets(later, sooner, overdue, goal(None, 1)) == {"sql": 4.0}
    assert targets(overdue, goal("2026-06-01", 1), goal(None, 5)) == {"sql": 2.0}
    assert targets(goal("2026-12-01", 2), sooner) == {"sql": 4.0}
    assert targets(sooner, goal("2027-01-01", 2, competency_id="talk")) == {"sql": 4.0, "talk": 2.0}
