"""Courses that serve no goal, and goals that no course serves."""

import numpy as np

from ptml.contracts.goals import ALIGNMENT_REASONS
from ptml.decide.goals.alignment import alignment, serving_courses
from ptml.decide.goals.config import GoalConfig
from ptml.decide.goals.weights import GoalWeights
from tests.features.small import Row, enrolment

from .companies import company, day_of, drive, goal

DAY = "2026-10-02"
COURSES: list[Row] = [
    {"course_id": "closing well"},
    {"course_id": "hearing"},
    {"course_id": "small talk"},
    {"course_id": "fire drill", "mandatory": True},
    {"course_id": "gone", "retired_on": "2026-10-01"},
]
TAUGHT = [("closing well", "closing"), ("hearing", "listening"), ("gone", "advice")]


def found(
    taught: list[tuple[str, str]] = TAUGHT, **given: list[Row]
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Reasons by course, and by unit and KPI."""
    teaching: list[Row] = [
        {"course_id": c, "competency_id": k, "from_level": 0, "to_level": 3} for c, k in taught
    ]
    read, _ = company(
        courses=COURSES,
        enrolments=[enrolment("x", "2020-01-02", course_id="hearing")],
        course_competencies=teaching,
        **given,
    )
    goals = GoalWeights.of(read, day_of(DAY), GoalConfig())
    staffed = np.array([unit == "team" for unit in read.maps.units.ids])
    told = alignment(goals, read.catalogue, staffed, day_of(DAY))
    courses = dict(
        zip(
            read.maps.courses.ids[told.course].tolist(),
            (ALIGNMENT_REASONS[k] for k in told.course_reason),
            strict=True,
        )
    )
    units, kpis = read.maps.units.ids[told.unit], goals.tables.kpis.ids[told.kpi]
    cells = zip(units.tolist(), kpis.tolist(), strict=True)
    return courses, dict(zip(cells, (ALIGNMENT_REASONS[k] for k in told.goal_reason), strict=True))


def test_open_courses_that_serve_no_goal_are_listed_with_the_reason() -> None:
    courses, goals = found(goals=[goal()])
    assert courses == {"hearing": "serves_no_goal", "small talk": "teaches_nothing"}
    assert goals == {}


def test_a_goal_of_the_house_is_a_goal_of_its_teams() -> None:
    courses, _ = found(goals=[goal(unit="house"), goal(kpi="complaints")])
    assert courses == {"small talk": "teaches_nothing"}


def test_goals_of_units_without_people_need_nothing() -> None:
    units = [
        {"org_unit_id": "house", "parent_id": None},
        {"org_unit_id": "team", "parent_id": None},
    ]
    kpis = [{"kpi_id": "sales"}, {"kpi_id": "morale"}]
    courses, goals = found(
        goals=[goal(unit="house", kpi="morale"), goal()],
        org_units=units,
        kpis=kpis,
        kpi_competencies=[drive("sales", "closing"), drive("morale", "listening")],
    )
    assert "hearing" in courses
    assert goals == {}


def test_without_a_goal_no_course_is_called_unaligned() -> None:
    assert found(goals=[]) == ({}, {})
    assert found(goals=[goal(period_start="2020-01-01", period_end="2020-12-31")]) == ({}, {})


def test_goals_without_a_course_say_why() -> None:
    kpis = [{"kpi_id": k} for k in ("sales", "morale", "advised", "complaints")]
    links = [drive("advised", "advice"), drive("sales", "closing"), drive("complaints", "charm")]
    competencies = [{"competency_id": c, "name": c} for c in ("advice", "closing", "charm")]
    asks = [{"role_id": "seller", "competency_id": "charm", "required_level": 3}]
    _, goals = found(
        taught=[("closing well", "closing"), ("gone", "advice")],
        goals=[goal(kpi=kpi) for kpi in ("sales", "morale", "advised", "complaints")],
        kpis=kpis,
        kpi_competencies=links,
        competencies=competencies,
        role_requirements=asks,
    )
    assert goals == {
        ("team", "morale"): "no_competency",
        ("team", "complaints"): "no_course",
        ("team", "advised"): "no_open_course",
    }


def test_courses_that_serve_a_kpi_are_counted_while_they_are_open() -> None:
    read, _ = company(
        courses=COURSES,
        enrolments=[enrolment("x", "2020-01-02", course_id="hearing")],
        course_competencies=[
            {"course_id": c, "competency_id": "closing", "from_level": 0, "to_level": 3}
            for c in ("closing well", "hearing", "gone")
        ],
        goals=[goal()],
    )
    goals = GoalWeights.of(read, day_of(DAY), GoalConfig())
    assert serving_courses(goals, read.catalogue, day_of(DAY)).tolist() == [2]
