"""What people know before and after, who is beyond a course, and what falls."""

from collections.abc import Sequence

import numpy as np
import pytest

from ptml.decide.health.age import age_of
from ptml.decide.health.assessed import level_change
from ptml.decide.health.config import AlertConfig
from ptml.decide.health.fading import fading_of
from ptml.decide.health.totals import HealthTotals
from tests.decide.histories import Row, completed, day_of, loaded
from tests.decide.portraits import portraits

from .catalogues import catalogue, column, evidence

CONFIG = AlertConfig()


def test_levels_are_the_last_before_and_the_first_after_as_others_saw_them() -> None:
    def said(day: str, level: float, source: str = "test") -> Row:
        return {
            "employee_id": "ann",
            "competency_id": "k",
            "level": level,
            "source": source,
            "assessed_on": day,
        }

    history, _ = loaded(
        ["ann"],
        enrolments=[completed("ann")],
        competencies=[{"competency_id": "k", "name": "K"}],
        course_competencies=[
            {"course_id": "sql", "competency_id": "k", "from_level": 1, "to_level": 3}
        ],
        assessments=[
            said("2023-10-01", 0.5),
            said("2023-12-01", 1.5),
            said("2024-01-01", 4.0, "self"),
            said("2024-03-01", 2.5),
            said("2024-05-01", 5.0),
        ],
    )
    found = level_change(history, day_of("2024-07-01"))
    assert (found.before.tolist(), found.after.tolist()) == ([1.5], [2.5])
    assert len(level_change(history, day_of("2024-03-01")).course) == 0


def counted(**sums: Sequence[float]) -> HealthTotals:
    """Sums of a few courses by name."""
    totals = HealthTotals(len(next(iter(sums.values()))), 3, 365, 730)
    for name, values in sums.items():
        totals.sums[totals.NAMES.index(name)] = values
    return totals


def test_a_course_is_beyond_people_by_those_whose_role_asks_for_it() -> None:
    totals = counted(enrolled_recent=[0, 0])
    wanted, levels = [[3.0, np.nan, np.nan]] * 10, [[2.5, 5, 0]] * 8 + [[1.0, 5, 0]] * 2
    totals.add_people(portraits(levels, wanted))
    courses = catalogue([{0: (0, 2)}, {1: (0, 2)}], opened=[-3650, -3650])
    found = age_of(courses, totals, np.zeros(3, dtype=bool), 0, CONFIG)
    assert found.beyond[0] == pytest.approx(0.8)
    assert np.isnan(found.beyond[1])
    assert found.asked.tolist() == [1.0, 0.0]
    assert found.years == pytest.approx(3650 / 365.25)
    by_goal = age_of(courses, totals, np.array([False, True, False]), 0, CONFIG)
    assert by_goal.asked.tolist() == [1.0, 1.0]


def test_demand_is_held_against_that_of_all_courses() -> None:
    courses = catalogue([{}] * 10)
    totals = counted(enrolled_recent=[20] + [100] * 9, enrolled_earlier=[200] * 10)
    found = age_of(courses, totals, np.zeros(3, dtype=bool), 0, CONFIG)
    # A fifth of what the others have, who themselves are at half of what they were.
    assert found.demand[0] == pytest.approx(0.2, abs=0.01)
    assert found.p_demand[0] < 0.001
    assert found.p_demand[1:] == pytest.approx(0.5)


def test_that_everybody_has_taken_a_mandatory_course_is_no_fall_of_demand() -> None:
    courses = catalogue([{}] * 10, mandatory=[True] + [False] * 9)
    totals = counted(enrolled_recent=[5] + [100] * 9, enrolled_earlier=[500] + [200] * 9)
    found = age_of(courses, totals, np.zeros(3, dtype=bool), 0, CONFIG)
    assert np.isnan(found.demand[0])
    assert np.isnan(found.p_demand[0])
    assert found.demand[1:] == pytest.approx(1.0)


def test_nobody_asked_for_anything_says_nothing_about_what_is_asked_for() -> None:
    found = age_of(
        catalogue([{0: (0, 2)}]), counted(enrolled_recent=[0]), np.zeros(3, bool), 0, CONFIG
    )
    assert np.isnan(found.asked[0])
    assert np.isnan(found.years[0])


def test_a_lift_that_is_gone_for_later_takers_is_fading_and_one_that_stays_is_not() -> None:
    earlier, later = column(3.0, *[1.0] * 9), column(0.0, *[1.0] * 9)
    own = evidence([1.0] * 10, earlier=earlier, later=later)
    found = fading_of(counted(checked=[0] * 10), own, CONFIG)
    assert found.p_lift[0] < 0.001
    assert found.lift_fell.tolist() == [True] + [False] * 9
    assert found.p_lift[1:] == pytest.approx(0.5)
    assert np.isnan(found.p_transfer).all()


def test_a_fall_of_all_courses_is_no_matter_of_one() -> None:
    weak = {"weak_recent": [30] * 9, "checked_recent": [50] * 9}
    before = {"weak_earlier": [10] * 9, "checked_earlier": [50] * 9}
    found = fading_of(counted(**weak, **before), evidence([None] * 9), CONFIG)
    assert found.transfer_fell.all()
    assert found.p_transfer == pytest.approx(0.5)


def test_use_that_falls_on_one_course_alone_is_fading() -> None:
    weak = {"weak_recent": [40, 10, 10, 10], "checked_recent": [50] * 4}
    before = {"weak_earlier": [10] * 4, "checked_earlier": [50] * 4}
    found = fading_of(counted(**weak, **before), evidence([None] * 4), CONFIG)
    assert found.p_transfer[0] < 0.001
    assert found.p_transfer[1:] == pytest.approx(0.5)
