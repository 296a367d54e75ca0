"""Columns of `course_health`: what counts, what is too few to tell, what money is assumed."""

import json
from typing import Any

import numpy as np
import pytest

from ptml.decide.health.config import HealthConfig
from ptml.decide.health.evidence import CourseEvidence, CourseLift
from ptml.decide.health.table import course_health, figures_of
from ptml.decide.health.totals import HealthTotals
from tests.decide.histories import Row, completed, day_of, enrolled, loaded

from .catalogues import catalogue

PEOPLE = [f"p{k}" for k in range(6)]
DAY = "2024-07-01"


def totals_of(enrolments: list[Row], weak: dict[str, bool] | None = None) -> HealthTotals:
    history, _ = loaded(PEOPLE, enrolments=enrolments)
    known = {} if weak is None else weak
    ids = [str(i) for i in history.enrolments.enrolment_id]
    totals = HealthTotals(history.n_courses, 3, 365, 730)
    checked = np.array([i in known for i in ids])
    totals.add(history, day_of(DAY), checked, np.array([known.get(i, False) for i in ids]))
    return totals


def health_of(
    totals: HealthTotals, lift: float = np.nan, cost: float = 100.0, **settings: Any
) -> dict[str, Any]:
    """Figures of the course sql."""
    lifts = CourseLift(*(np.array([lift + half, np.nan]) for half in (0.0, -1.0, 1.0)))
    config, courses = HealthConfig(**settings), catalogue([{}, {}], cost=[cost, np.nan])
    figures = figures_of(
        totals,
        lifts,
        CourseEvidence.of_intervals(lifts),
        courses,
        np.zeros(3, dtype=bool),
        np.array(["sql", "tact"], dtype=object),
        day_of(DAY),
        config,
    )
    columns = course_health(totals, figures, courses, config)
    return {
        name: column[0].as_py() if hasattr(column[0], "as_py") else column[0]
        for name, column in columns.items()
    }


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
    assert (found["enrolled"], found["completed"], found["completion_rate"]) == (2, 1, 1.0)


def test_means_are_of_those_who_answered_and_need_five() -> None:
    rows = [completed(p, exam_score=60.0 + k, satisfaction=4.0) for k, p in enumerate(PEOPLE[:5])]
    found = health_of(totals_of([*rows, completed("p5")]))
    assert found["mean_exam"] == pytest.approx(62.0)
    assert found["exam_n"] == 5
    # Their standard deviation is the root of 2.5.
    assert found["exam_high"] - 62.0 == pytest.approx(1.645 * np.sqrt(2.5 / 5), abs=0.01)
    assert found["satisfaction_low"] == found["mean_satisfaction"] == pytest.approx(4.0)
    few = health_of(totals_of(rows[:4]))
    assert np.isnan(few["mean_exam"])
    assert np.isnan(few["satisfaction_low"])
    assert few["satisfaction_n"] is None


def test_attempts_are_of_those_who_were_examined() -> None:
    rows = [completed(p, exam_attempts=k, exam_score=70.0) for k, p in enumerate(PEOPLE)]
    assert health_of(totals_of(rows))["mean_attempts"] == 3.0


def test_the_transfer_rate_is_the_share_not_weak_of_what_was_checked() -> None:
    weak = {f"{person} sql": person == "p0" for person in PEOPLE[:5]}
    found = health_of(totals_of([completed(person) for person in PEOPLE], weak))
    assert found["transfer_rate"] == pytest.approx(0.8)
    assert found["transfer_n"] == 5
    assert 0.4 < found["transfer_low"] < 0.8 < found["transfer_high"] < 1


def test_benefit_is_told_only_with_a_value_and_counts_those_who_started() -> None:
    totals = totals_of([completed("p0"), completed("p1"), enrolled("p2", started_on=None)])
    untold = health_of(totals, lift=2.0)
    assert untold["cost"] == 300.0
    assert np.isnan(untold["benefit"])
    assert np.isnan(untold["roi"])
    assert untold["break_even"] == 300 / (2 * 2.0)
    told = health_of(totals, lift=2.0, value_per_point=150.0)
    assert told["benefit"] == 2 * 2.0 * 150.0
    assert (told["benefit_low"], told["benefit_high"]) == (300.0, 900.0)
    assert told["roi"] == pytest.approx(1.0)
    assert (told["roi_low"], told["roi_high"]) == pytest.approx((0.0, 2.0))


def test_the_time_of_people_is_a_cost_once_an_hour_has_one() -> None:
    found = health_of(
        totals_of([completed("p0")]), lift=2.0, value_per_point=450.0, cost_per_hour=25.0
    )
    assert found["time_cost"] == 8 * 25.0
    assert found["roi"] == pytest.approx((900 - 300) / 300)
    codes = [item["code"] for item in json.loads(found["assumed"])]
    assert codes == ["value_given", "time_counted", "takers_alike", "two_periods", "intangible"]


def test_what_is_not_known_of_a_return_is_said() -> None:
    found = health_of(totals_of([completed("p0")]), cost=np.nan)
    codes = [item["code"] for item in json.loads(found["assumed"])]
    assert codes[:3] == ["lift_unknown", "cost_unknown", "value_unknown"]
    assert "takers_alike" not in codes


def test_a_lift_or_cost_that_is_not_known_makes_no_benefit_or_return() -> None:
    totals = totals_of([completed("p0")])
    assert np.isnan(health_of(totals, value_per_point=10.0)["benefit"])
    free = health_of(totals, lift=1.0, cost=0.0, value_per_point=10.0)
    assert free["benefit"] == 10.0
    assert np.isnan(free["roi"])
    assert np.isnan(health_of(totals, lift=-1.0)["break_even"])
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
    found = health_of(totals_of(rows), lift=-0.1, min_people=6)
    assert "high_satisfaction_no_lift" in found["alerts"]
    assert "high_completion_low_lift" in found["alerts"]
