"""Which courses are offered: one reason a case, and the first one where several hold."""

import numpy as np
import pytest

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.capability import capability
from ptml.features.eligibility import EXCLUSIONS, eligibility
from ptml.features.fit import course_fit, entry_and_news
from ptml.features.history import load_history
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages

from .organisation import random_frames
from .small import Row, assessment, enrolment, loaded, rows_of

DAY = "2024-07-02"
SKILL = [{"competency_id": "negotiation", "name": "Negotiation"}]


def reason(day: str = DAY, course_id: str = "sql", /, **tables: list[Row]) -> str:
    tables = {"employees": [{"employee_id": name} for name in ("ann", "bob")], **tables}
    tables.setdefault("enrolments", [enrolment("x", "2020-01-02", employee_id="bob")])
    history, shared = loaded(**tables)
    rows = rows_of(history, day, "ann")
    found = eligibility(history, rows, capability(history, shared, rows))
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
