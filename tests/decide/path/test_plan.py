from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from ptml.decide.path.config import PathConfig
from ptml.decide.path.later import AFTER, READY
from ptml.decide.path.offers import Offers, People
from ptml.decide.path.plan import EMPTY, OPTIMAL, REQUIRED_ONLY, Plans, plan_paths
from ptml.decide.path.standing import completed, due, running
from ptml.decide.path.steps import first_weeks
from ptml.decide.path.totals import gap_closed_share
from ptml.features.capability import Capability
from ptml.features.eligibility import EligibilityConfig, eligibility
from ptml.features.history import History
from ptml.features.rows import Rows
from tests.decide.histories import day_of, loaded
from tests.decide.portraits import portraits

TODAY = "2026-10-05"
UNKNOWN = float("nan")


def course(course_id: str, hours: float = 8.0, **columns: Any) -> dict[str, Any]:
    return {"course_id": course_id, "hours": hours, "opened_on": "2020-01-01", **columns}


def teaches(course_id: str, low: float, high: float, competency: str = "k1") -> dict[str, Any]:
    return {
        "course_id": course_id,
        "competency_id": competency,
        "from_level": low,
        "to_level": high,
        "weight": 1.0,
    }


def in_weeks(weeks: int) -> str:
    return str(date.fromisoformat(TODAY) + timedelta(weeks=weeks))


def taken(course_id: str, **columns: Any) -> dict[str, Any]:
    return {
        "enrolment_id": course_id,
        "employee_id": "ann",
        "course_id": course_id,
        "enrolled_on": "2026-09-01",
        **columns,
    }


class Case:
    """One person with courses that bring the points named; those after a colon open later."""

    def __init__(
        self,
        courses: list[dict[str, Any]],
        points: dict[str, float],
        taught: list[dict[str, Any]] | None = None,
        level: float = 1.0,
        required: float = UNKNOWN,
        enrolments: list[dict[str, Any]] | None = None,
        after: dict[str, str] | None = None,
        later: dict[str, int] | None = None,
        assessed: int | None = None,
        trainable: bool = True,
        weights: list[float] | None = None,
        p_complete: float = UNKNOWN,
        **settings: Any,
    ) -> None:
        after, later = after or {}, later or {}
        none = [{"enrolment_id": "x", "employee_id": "ann", "course_id": "away"} | _LONG_AGO]
        tables = {
            "courses": [*courses, course("away")],
            "enrolments": [*(enrolments or []), *none],
            "competencies": [{"competency_id": k, "name": k} for k in ("k1", "k2")],
            "course_competencies": taught or [teaches("away", 0, 1, "k2")],
            "prerequisites": [
                {"course_id": one, "requires_course_id": other} for one, other in after.items()
            ]
            or [{"course_id": "away", "requires_course_id": "away"}],
        }
        history, _ = loaded(["ann"], **tables)
        self.history, self.config = history, PathConfig(**settings)
        self.rows = Rows.at(np.zeros(1, dtype=np.int32), day_of(TODAY))
        self.portraits = _portrait(level, required, assessed)
        code = {name: int(history.courses.codes([name])[0]) for name in points}
        names = sorted(points, key=lambda name: code[name])
        why = {**dict.fromkeys(after, AFTER), **later}
        self.offers = Offers(
            row=np.zeros(len(names), dtype=np.int32),
            course=np.array([code[name] for name in names], dtype=np.int32),
            points=np.array([points[name] for name in names]),
            p_complete=np.full(len(names), p_complete),
            why=np.array([why.get(name, 0) for name in names], dtype=np.uint8),
            opens=np.array(
                [max(_week(history, code[name]), 0.0) for name in names], dtype=np.float64
            ),
            waits=np.zeros(len(names), dtype=np.bool_),
        )
        self.trainable, self.weights = trainable, weights

    def plans(self) -> Plans:
        """The path of the person."""
        history, rows = self.history, self.rows
        reason = eligibility(history, rows, self.portraits)
        runs = running(history, rows, 180, self.config)
        fixed = (runs, due(history, rows, reason, runs, self.config))
        under_way = np.zeros((1, history.n_courses), dtype=np.bool_)
        for part in fixed:
            under_way[part.row, part.course] = True
        people = People(
            portraits=self.portraits,
            weights=None if self.weights is None else np.array([self.weights]),
            trainable=np.array([self.trainable]),
            done=completed(history, rows),
            under_way=under_way,
            begins=first_weeks(1, fixed, self.config.spacing_weeks),
        )
        return plan_paths(
            self.offers,
            people,
            fixed,
            history.catalogue,
            EligibilityConfig(),
            day_of(TODAY),
            np.zeros(0, dtype=np.int64),
            self.config,
        )

    def path(self) -> list[tuple[str, float]]:
        """Courses with the week of their start."""
        steps = self.plans().steps
        names = self.history.courses.ids[steps.course].tolist()
        return list(zip(names, steps.starts.round(2).tolist(), strict=True))


_LONG_AGO = {"enrolled_on": "2021-01-01", "dropped_on": "2021-01-02"}


def _week(history: History, code: int) -> float:
    return (float(history.catalogue.opened[code]) + 1 - day_of(TODAY)) / 7


def _portrait(level: float, required: float, assessed: int | None) -> Capability:
    found = portraits([[level, level]], [[required, UNKNOWN]])
    if assessed is not None:
        found.last_assessed[:] = assessed
    return found


def test_what_brings_much_in_few_hours_comes_first_with_a_week_between() -> None:
    case = Case([course("long", 20), course("short", 4)], {"long": 2.0, "short": 2.0})
    assert case.path() == [("short", 0), ("long", 3)]


def test_a_course_that_requires_another_comes_after_it_and_both_are_worth_it_together() -> None:
    courses = [course("first"), course("next"), course("other")]
    points = {"first": 0.3, "next": 5.0, "other": 1.0}
    case = Case(courses, points, after={"next": "first"}, max_steps=2)
    assert [name for name, _ in case.path()] == ["first", "next"]


def test_that_what_is_required_may_not_be_completed_makes_the_next_worth_less() -> None:
    courses = [course("first"), course("next"), course("other")]
    points = {"first": 0.3, "next": 5.0, "other": 3.0}
    case = Case(courses, points, after={"next": "first"}, max_steps=2, p_complete=0.5)
    assert [name for name, _ in case.path()] == ["other", "first"]


def test_a_course_whose_requirement_nobody_offers_is_out_of_reach() -> None:
    case = Case([course("first"), course("next")], {"next": 5.0}, after={"next": "first"})
    assert case.path() == []
    assert case.plans().status.tolist() == [EMPTY]


def test_a_course_that_is_too_hard_comes_after_one_that_makes_ready_for_it() -> None:
    taught = [teaches("hard", 3, 5), teaches("easy", 1, 3), teaches("other", 0, 3, "k2")]
    points = {"hard": 4.0, "easy": 1.0, "other": 2.0}
    case = Case(
        [course(name) for name in points], points, taught, later={"hard": READY}, max_steps=2
    )
    assert [name for name, _ in case.path()] == ["easy", "hard"]


def test_no_step_begins_before_its_course_opens_or_ends_after_it_is_retired() -> None:
    courses = [
        course("soon", opened_on=in_weeks(10)),
        course("gone", retired_on=in_weeks(3)),
        course("going", retired_on=in_weeks(5)),
    ]
    case = Case(courses, {"soon": 1.0, "gone": 9.0, "going": 1.0})
    assert case.path() == [("going", 0), ("soon", 10.14)]


def test_a_path_is_through_within_its_weeks() -> None:
    courses = [course(name, 30) for name in ("a", "b", "c")]
    case = Case(courses, dict.fromkeys(("a", "b", "c"), 2.0), horizon_weeks=32)
    assert [name for name, _ in case.path()] == ["a", "b"]


def test_what_runs_stays_and_comes_first_then_what_everybody_has_to_take() -> None:
    courses = [course("open", 20), course("duty", 4, mandatory=True), course("best")]
    half = taken("open", started_on="2026-09-02", progress=0.5)
    case = Case(courses, {"best": 3.0}, enrolments=[half])
    assert case.path() == [("open", 0), ("duty", 6), ("best", 9)]
    steps = case.plans().steps
    assert steps.running.tolist() == [True, False, False]


def test_progress_that_was_told_at_a_later_end_is_not_looked_at() -> None:
    told = {"started_on": "2026-09-02", "progress": 1.0}
    for end in ("completed_on", "dropped_on"):
        later = taken("open", **told, **{end: "2027-01-15"})
        steps = Case([course("open", 40)], {}, enrolments=[later]).plans().steps
        assert steps.weeks.tolist() == pytest.approx([20 - 33 / 7])


def test_a_certificate_is_renewed_in_the_quarter_before_it_runs_out() -> None:
    courses = [course("permit", valid_days=60), course("pass", valid_days=300)]
    done = {"completed_on": "2026-09-20"}
    case = Case(courses, {}, enrolments=[taken("permit", **done), taken("pass", **done)])
    assert case.path() == [("permit", 0)]
    assert case.plans().steps.due.round(1).tolist() == [6.4]


def test_a_competency_far_below_the_role_is_worked_on_before_any_gain() -> None:
    taught = [teaches("need", 1, 3), teaches("best", 0, 3, "k2")]
    points = {"need": 0.01, "best": 9.0}
    case = Case(
        [course(name) for name in points], points, taught, level=1.0, required=3.0, max_steps=1
    )
    plans = case.plans()
    assert [name for name, _ in case.path()] == ["need"]
    assert plans.worked_on[0].tolist()[0]


def test_whose_matter_is_the_surroundings_gets_what_is_required_alone() -> None:
    taught = [teaches("need", 1, 3), teaches("best", 0, 3, "k2")]
    points = {"need": 1.0, "best": 9.0}
    case = Case([course(name) for name in points], points, taught, required=3.0, trainable=False)
    assert [name for name, _ in case.path()] == ["need"]
    assert case.plans().status.tolist() == [REQUIRED_ONLY]


def test_what_two_teach_is_counted_once_and_the_better_of_twins_is_taken() -> None:
    taught = [teaches("a", 1, 3), teaches("b", 1, 3), teaches("c", 0, 3, "k2")]
    points = {"a": 3.0, "b": 2.9, "c": 1.0}
    overlap = {"holds": 1.0}
    case = Case([course(n) for n in points], points, taught, max_steps=2, overlap=overlap)
    assert sorted(name for name, _ in case.path()) == ["a", "c"]


def test_what_was_completed_since_the_last_assessment_counts_as_done() -> None:
    taught = [teaches("done", 1, 3), teaches("twin", 1, 3), teaches("other", 0, 3, "k2")]
    points = {"twin": 3.0, "other": 1.0}
    had = [taken("done", completed_on="2026-09-20")]
    courses = [course(name) for name in ("done", "twin", "other")]
    settings: dict[str, Any] = {"max_steps": 1, "overlap": {"holds": 1.0}}
    fresh = Case(courses, points, taught, enrolments=had, **settings)
    assert [name for name, _ in fresh.path()] == ["other"]
    known = Case(courses, points, taught, enrolments=had, assessed=day_of("2026-09-25"), **settings)
    assert [name for name, _ in known.path()] == ["twin"]


def test_goals_of_the_unit_decide_between_courses_of_like_gain() -> None:
    taught = [teaches("a", 0, 3), teaches("b", 0, 3, "k2")]
    points = {"a": 1.0, "b": 1.1}
    settings: dict[str, Any] = {"level": 0.0, "max_steps": 1}
    courses = [course(name) for name in points]
    assert [n for n, _ in Case(courses, points, taught, **settings).path()] == ["b"]
    aimed = Case(courses, points, taught, weights=[1.5, 0.5], **settings)
    assert [n for n, _ in aimed.path()] == ["a"]


def test_a_short_course_on_the_same_matter_fills_the_week_between() -> None:
    taught = [teaches("a", 0, 3), teaches("b", 0, 3, "k2"), teaches("tip", 0, 3)]
    courses = [course("a"), course("b"), course("tip", 1, kind="micro")]
    case = Case(courses, {"a": 3.0, "b": 2.0, "tip": 0.05}, taught, level=0.0)
    assert case.path() == [("a", 0), ("tip", 4), ("b", 5)]


def test_a_course_of_unknown_length_has_no_place() -> None:
    case = Case([course("a"), course("b", UNKNOWN)], {"a": 1.0, "b": 5.0})
    assert [name for name, _ in case.path()] == ["a"]


def test_gaps_close_as_far_as_the_courses_lead() -> None:
    taught = [teaches("a", 1, 2)]
    plans = Case([course("a")], {"a": 1.0}, taught, required=3.0).plans()
    assert plans.status.tolist() == [OPTIMAL]
    catalogue = Case([course("a")], {"a": 1.0}, taught, required=3.0).history.catalogue
    share = gap_closed_share(plans.steps, plans.people, catalogue, PathConfig())
    assert share.tolist() == pytest.approx([0.5])
