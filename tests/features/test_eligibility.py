"""Which courses are offered: one reason a case, and the first one where several hold."""

import numpy as np
import pytest

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.capability import capability
from ptml.features.eligibility import EXCLUSIONS, EligibilityConfig, eligibility, offers, open_hours
from ptml.features.fit import course_fit, entry_and_news
from ptml.features.history import load_history
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages

from .organisation import random_frames
from .small import Row, assessment, enrolment, loaded, rows_of

DAY = "2024-07-02"
CONFIG = EligibilityConfig(most_open_hours=40, open_days=100)
SKILL = [{"competency_id": "negotiation", "name": "Negotiation"}]


def reason(day: str = DAY, course_id: str = "sql", /, **tables: list[Row]) -> str:
    tables = {"employees": [{"employee_id": name} for name in ("ann", "bob")], **tables}
    tables.setdefault("enrolments", [enrolment("x", "2020-01-02", employee_id="bob")])
    history, shared = loaded(**tables)
    rows = rows_of(history, day, "ann")
    found = offers(history, shared, rows, capability(history, shared, rows), CONFIG)
    return EXCLUSIONS[found[0, history.courses.codes([course_id])[0]]]


def test_an_open_course_that_nobody_has_taken_is_eligible() -> None:
    assert reason() == ""


def test_a_course_is_taken_from_the_day_after_the_enrolment() -> None:
    taken = [enrolment("a", "2024-05-01")]
    assert reason("2024-05-01", enrolments=taken) == ""
    assert reason("2024-05-02", enrolments=taken) == "taken"


def test_a_dropped_course_may_be_taken_again_but_not_a_completed_one() -> None:
    dropped = enrolment("a", "2024-05-01", dropped_on="2024-06-01")
    assert reason("2024-06-01", enrolments=[dropped]) == "taken"
    assert reason("2024-06-02", enrolments=[dropped]) == ""
    completed = enrolment("b", "2024-06-02", completed_on="2024-06-03")
    assert reason(enrolments=[dropped, completed]) == "taken"


def test_a_prerequisite_has_to_be_completed_before_the_day() -> None:
    tables: dict[str, list[Row]] = {
        "courses": [{"course_id": "sql"}, {"course_id": "excel"}],
        "prerequisites": [{"course_id": "sql", "requires_course_id": "excel"}],
        "enrolments": [
            enrolment("a", "2024-05-01", course_id="excel", completed_on="2024-06-01"),
            enrolment("b", "2024-05-01", employee_id="bob", course_id="excel"),
        ],
    }
    assert reason("2024-06-01", **tables) == "prerequisite_missing"
    assert reason("2024-06-02", **tables) == ""


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2024-05-01", "not_open"), ("2024-05-02", ""), ("2024-06-01", ""), ("2024-06-02", "retired")],
)
def test_a_course_is_open_between_its_days(day: str, expected: str) -> None:
    course = {"course_id": "sql", "opened_on": "2024-05-01", "retired_on": "2024-06-01"}
    assert reason(day, courses=[course]) == expected


def test_a_mandatory_course_is_not_offered() -> None:
    assert reason(courses=[{"course_id": "sql", "mandatory": True}]) == "mandatory"


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0.9, "too_low"), (1.1, ""), (2.0, ""), (3.8, ""), (3.95, "too_high"), (5.0, "too_high")],
)
def test_a_course_fits_the_level(level: float, expected: str) -> None:
    teaches = {
        "course_id": "sql",
        "competency_id": "negotiation",
        "from_level": 2.0,
        "to_level": 4.0,
    }
    tables: dict[str, list[Row]] = {
        "competencies": SKILL,
        "course_competencies": [teaches],
        "assessments": [assessment(level, "2024-07-01")],
    }
    assert reason(**tables) == expected


def test_an_unknown_level_excludes_nothing() -> None:
    teaches = {
        "course_id": "sql",
        "competency_id": "negotiation",
        "from_level": 2.0,
        "to_level": 4.0,
    }
    assert reason(competencies=SKILL, course_competencies=[teaches]) == ""


def test_the_first_reason_in_order_is_given() -> None:
    course = {"course_id": "sql", "mandatory": True, "retired_on": "2024-06-01"}
    assert reason(courses=[course], enrolments=[enrolment("a", "2024-05-01")]) == "taken"
    assert reason(courses=[course]) == "retired"


def test_all_courses_at_once_fit_as_pair_by_pair() -> None:
    with dataset_from_frames(random_frames(8)) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
    rows = Rows.at(range(history.n_employees), 19_900)
    portrait = capability(history, shared, rows)
    row, course = np.divmod(np.arange(len(rows) * history.n_courses), history.n_courses)
    fit = course_fit(history.catalogue, portrait, row, course)
    below, new = entry_and_news(history.catalogue, portrait.level)
    np.testing.assert_allclose(fit.below_entry_levels, below.ravel(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fit.new_levels, new.ravel(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("day", "expected"), [("2024-02-10", "taken"), ("2024-02-11", ""), ("2024-07-02", "")]
)
def test_a_course_may_be_taken_again_once_its_certificate_has_run_out(
    day: str, expected: str
) -> None:
    course = {"course_id": "sql", "valid_days": 30}
    completed = [enrolment("a", "2024-01-02", completed_on="2024-01-11")]
    assert reason(day, courses=[course], enrolments=completed) == expected
    again = [*completed, enrolment("b", "2024-02-05", completed_on="2024-07-01")]
    assert reason(day, courses=[course], enrolments=again) == "taken"


def test_an_enrolment_that_is_open_does_not_run_out() -> None:
    course = {"course_id": "sql", "valid_days": 30}
    assert reason(courses=[course], enrolments=[enrolment("a", "2023-01-02")]) == "taken"


@pytest.mark.parametrize(
    ("language", "spoken", "expected"),
    [
        ("en", "de;fr", "language"),
        ("en", "de; EN", ""),
        ("zh", "zh-TW", ""),
        ("zh-TW", "zh", ""),
        ("zh-TW", "zh-CN", "language"),
        ("en", None, ""),
        (None, "de", ""),
        ("en", "english", "language"),
    ],
)
def test_a_course_in_a_language_that_is_known_not_to_be_understood_is_not_offered(
    language: str | None, spoken: str | None, expected: str
) -> None:
    people: list[Row] = [{"employee_id": "ann", "languages": spoken}, {"employee_id": "bob"}]
    courses: list[Row] = [
        {"course_id": "sql", "language": language},
        {"course_id": "old", "language": "en"},
    ]
    assert reason(employees=people, courses=courses) == expected


def test_a_course_whose_seats_of_the_quarter_are_taken_by_anybody_is_not_offered() -> None:
    people: list[Row] = [{"employee_id": name} for name in ("ann", "bob", "cid")]
    courses: list[Row] = [{"course_id": "sql", "seats": 2}]
    taken = [
        enrolment("a", "2024-04-05", employee_id="bob"),
        enrolment("b", "2024-05-05", employee_id="cid"),
    ]
    tables = {"employees": people, "courses": courses, "enrolments": taken}
    assert reason("2024-05-05", **tables) == ""
    assert reason("2024-05-06", **tables) == "seats"
    assert reason("2024-07-01", **tables) == ""
    dropped = [taken[0], {**taken[1], "dropped_on": "2024-05-10"}]
    assert reason("2024-05-10", **{**tables, "enrolments": dropped}) == "seats"
    assert reason("2024-05-11", **{**tables, "enrolments": dropped}) == ""
    late = [taken[0], {**taken[1], "dropped_on": "2024-07-01"}]
    assert reason("2024-07-02", **{**tables, "enrolments": late}) == ""


def test_a_course_without_a_limit_is_never_full_and_one_without_seats_always() -> None:
    assert reason(courses=[{"course_id": "sql", "seats": None}]) == ""
    assert reason(courses=[{"course_id": "sql", "seats": 0}]) == "seats"


def test_too_many_hours_at_once_are_not_offered() -> None:
    courses: list[Row] = [{"course_id": "sql", "hours": 20}, {"course_id": "long", "hours": 30}]
    open_now = [enrolment("a", "2024-06-01", course_id="long")]
    assert reason(courses=courses) == ""
    assert reason("2024-06-01", courses=courses, enrolments=open_now) == ""
    assert reason("2024-06-02", courses=courses, enrolments=open_now) == "load"
    ended = [{**open_now[0], "completed_on": "2024-07-01"}]
    assert reason("2024-07-01", courses=courses, enrolments=ended) == "load"
    assert reason("2024-07-02", courses=courses, enrolments=ended) == ""
    given_up = [enrolment("a", "2024-02-01", course_id="long")]
    assert reason(courses=courses, enrolments=given_up) == ""


def test_hours_that_are_not_known_are_no_load() -> None:
    courses: list[Row] = [{"course_id": "sql", "hours": 39}, {"course_id": "long"}]
    open_now = [enrolment("a", "2024-06-01", course_id="long")]
    assert reason(courses=courses, enrolments=open_now) == ""
    history, _ = loaded(employees=[{"employee_id": "ann"}], courses=courses, enrolments=open_now)
    assert open_hours(history, rows_of(history, DAY, "ann"), CONFIG).tolist() == [0]


def test_who_could_take_a_course_does_not_depend_on_room() -> None:
    tables: dict[str, list[Row]] = {
        "employees": [{"employee_id": "ann"}],
        "courses": [{"course_id": "sql", "seats": 0}],
        "enrolments": [enrolment("a", "2020-01-02", dropped_on="2020-01-03")],
    }
    history, shared = loaded(**tables)
    rows = rows_of(history, DAY, "ann")
    assert eligibility(history, rows, capability(history, shared, rows)).tolist() == [[0]]
