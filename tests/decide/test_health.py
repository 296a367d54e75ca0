from typing import Any

import numpy as np
import pytest

from ptml.decide.health import CourseLift, HealthConfig, HealthTotals, course_health

from .histories import Row, completed, day_of, enrolled, loaded

PEOPLE = [f"p{k}" for k in range(6)]
DAY = "2024-07-01"


def totals_of(enrolments: list[Row], weak: dict[str, bool] | None = None) -> HealthTotals:
    history, _ = loaded(PEOPLE, enrolments=enrolments)
    known = {} if weak is None else weak
    ids = [str(i) for i in history.enrolments.enrolment_id]
    totals = HealthTotals(history.n_courses)
    checked = np.array([i in known for i in ids])
    totals.add(history, day_of(DAY), checked, np.array([known.get(i, False) for i in ids]))
    return totals


def health_of(
    totals: HealthTotals, lift: float = np.nan, cost: float = 100.0, **settings: Any
) -> dict[str, Any]:
    """Figures of the course sql."""
    lifts = CourseLift(*(np.array([lift + half, np.nan]) for half in (0.0, -1.0, 1.0)))
    columns = course_health(totals, lifts, np.array([cost, np.nan]), HealthConfig(**settings))
    return {name: column[0] for name, column in columns.items()}


def test_only_what_was_known_before_the_day_counts() -> None:
    found = health_of(
        totals_of(
            [
                completed("p0"),
                enrolled("p1", completed_on=DAY, satisfaction=1.0),
                enrolled("p2", enrolled_on=DAY, started_on=None),
            ]
        )
    )
    assert (found["enrolled"], found["completed"]) == (2, 1)


def test_means_are_of_those_who_answered_and_need_five() -> None:
    rows = [completed(p, exam_score=60.0 + k, satisfaction=4.0) for k, p in enumerate(PEOPLE[:5])]
    found = health_of(totals_of([*rows, completed("p5")]))
    assert found["mean_exam"] == pytest.approx(62.0)
    assert found["mean_satisfaction"] == pytest.approx(4.0)
    few = health_of(totals_of(rows[:4]))
    assert np.isnan(few["mean_exam"])
    assert np.isnan(few["mean_satisfaction"])


def test_the_transfer_rate_is_the_share_not_weak_of_what_was_checked() -> None:
    weak = {f"{person} sql": person == "p0" for person in PEOPLE[:5]}
    found = health_of(totals_of([completed(person) for person in PEOPLE], weak))
    assert found["transfer_rate"] == pytest.approx(0.8)


def test_benefit_is_told_only_with_a_value_and_counts_those_who_started() -> None:
    totals = totals_of([completed("p0"), completed("p1"), enrolled("p2", started_on=None)])
    untold = health_of(totals, lift=2.0)
    assert untold["cost"] == 300.0
    assert np.isnan(untold["benefit"])
    assert np.isnan(untold["roi"])
    told = health_of(totals, lift=2.0, value_per_point=150.0)
    assert told["benefit"] == 2 * 2.0 * 150.0
    assert told["roi"] == pytest.approx(1.0)


def test_a_lift_or_cost_that_is_not_known_makes_no_benefit_or_return() -> None:
    totals = totals_of([completed("p0")])
    assert np.isnan(health_of(totals, value_per_point=10.0)["benefit"])
    free = health_of(totals, lift=1.0, cost=0.0, value_per_point=10.0)
    assert free["benefit"] == 10.0
    assert np.isnan(free["roi"])
    unknown = health_of(totals, lift=1.0, cost=np.nan, value_per_point=10.0)
    assert np.isnan(unknown["cost"])
    assert np.isnan(unknown["roi"])


def test_a_course_that_nobody_took_has_counts_of_zero_and_no_means() -> None:
    totals = totals_of([completed("p0", course_id="tact")])
    found = health_of(totals)
    assert (found["enrolled"], found["completed"], found["alerts"]) == (0, 0, "[]")
    assert np.isnan(found["transfer_rate"])


def test_totals_do_not_depend_on_how_people_are_cut_into_buckets() -> None:
    rows = [completed(p, exam_score=59.9 + k / 7, satisfaction=3.7) for k, p in enumerate(PEOPLE)]
    one, two = totals_of(rows), totals_of(rows[:2])
    two.sums += totals_of(rows[2:]).sums
    assert health_of(one) | {"lift": 0} == pytest.approx(health_of(two) | {"lift": 0}, nan_ok=True)
    assert one.sums.tolist() == two.sums.tolist()


def test_alerts_stand_beside_the_figures() -> None:
    rows = [completed(p, satisfaction=5.0) for p in PEOPLE]
    found = health_of(totals_of(rows), lift=0.1, min_people=6)
    assert "high_satisfaction_no_lift" in found["alerts"]
    assert "high_completion_low_lift" in found["alerts"]
