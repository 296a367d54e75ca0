"""Why a course may not be offered, in words that say what would have to change."""

import numpy as np
import pytest

from ptml.decide.exclusions import SHORT_LIST_REASONS
from ptml.explain.exclusion import IN_SHORT, Pair, exclusion_sentences
from ptml.features.capability import capability
from ptml.features.eligibility import (
    EXCLUSIONS,
    EligibilityConfig,
    reasons_by_right,
    reasons_by_room,
)
from tests.features.small import Row, assessment, enrolment, loaded, rows_of

DAY = "2024-07-02"
CONFIG = EligibilityConfig(most_open_hours=40)
SKILL: list[Row] = [{"competency_id": "negotiation", "name": "Negotiation"}]
TEACHES: Row = {
    "course_id": "sql",
    "competency_id": "negotiation",
    "from_level": 2.0,
    "to_level": 4.0,
}


def told(**tables: list[Row]) -> dict[str, str]:
    """Sentences by code for ann and sql."""
    given: dict[str, list[Row]] = {
        "employees": [{"employee_id": "ann"}, {"employee_id": "bob"}],
        "courses": [{"course_id": "sql", "title": "SQL"}],
        "enrolments": [enrolment("x", "2020-01-02", employee_id="bob")],
        **tables,
    }
    history, shared = loaded(**given)
    rows = rows_of(history, DAY, "ann")
    portrait = capability(history, shared, rows)
    course = int(history.courses.codes(["sql"])[0])
    reasons = {
        **reasons_by_right(history, rows, portrait.level, CONFIG),
        **reasons_by_room(history, shared, rows, CONFIG),
    }
    codes = [name for name, applies in reasons.items() if applies[0, course]]
    pair = Pair(history, rows, portrait, course, CONFIG, ("Negotiation",))
    return dict(zip(codes, exclusion_sentences(codes, pair), strict=True))


def sql(**columns: object) -> list[Row]:
    return [{"course_id": "sql", "title": "SQL", **columns}, {"course_id": "excel", "hours": 30}]


CASES: dict[str, tuple[dict[str, list[Row]], str]] = {
    "taken": (
        {"enrolments": [enrolment("a", "2024-05-01", completed_on="2024-06-01")]},
        "enrolled on 2024-05-01, completed on 2024-06-01. Its certificate does not run out.",
    ),
    "prerequisite_missing": (
        {
            "courses": [*sql(), {"course_id": "db", "title": "Databases"}],
            "prerequisites": [{"course_id": "sql", "requires_course_id": "db"}],
        },
        "Not completed yet, and required: Databases (db).",
    ),
    "not_open": ({"courses": sql(opened_on="2024-09-01")}, "it opens on 2024-09-01"),
    "retired": ({"courses": sql(retired_on="2024-03-01")}, "Retired on 2024-03-01."),
    "mandatory": ({"courses": sql(mandatory=True)}, "assigned by rule"),
    "language": (
        {
            "employees": [{"employee_id": "ann", "languages": "fr"}, {"employee_id": "bob"}],
            "courses": sql(language="de"),
        },
        "Held in de; the person is recorded as understanding fr.",
    ),
    "too_low": (
        {
            "competencies": SKILL,
            "course_competencies": [TEACHES],
            "assessments": [assessment(0.5, "2024-07-01")],
        },
        "it starts from Negotiation 2.0",
    ),
    "too_high": (
        {
            "competencies": SKILL,
            "course_competencies": [TEACHES],
            "assessments": [assessment(5.0, "2024-07-01")],
        },
        "it leads Negotiation to 4.0",
    ),
    "seats": ({"courses": sql(seats=0)}, "its 0 seats of this quarter are taken"),
    "load": (
        {
            "courses": sql(hours=20),
            "enrolments": [enrolment("a", "2024-06-01", course_id="excel")],
        },
        "30 hours of open courses and 20 of this one are more than 40",
    ),
}


@pytest.mark.parametrize("code", sorted(CASES))
def test_each_reason_says_what_it_rests_on(code: str) -> None:
    tables, says = CASES[code]
    assert says in told(**tables)[code]


def test_every_reason_has_a_sentence() -> None:
    assert set(CASES) == set(EXCLUSIONS[1:])


def test_each_reason_has_a_few_words() -> None:
    assert set(IN_SHORT) == set(SHORT_LIST_REASONS[1:])


def test_all_reasons_are_told_and_not_only_the_first() -> None:
    found = told(courses=sql(mandatory=True, retired_on="2024-03-01"))
    assert list(found) == ["retired", "mandatory"]


def test_a_certificate_that_runs_out_says_until_when() -> None:
    completed = [enrolment("a", "2024-05-01", completed_on="2024-06-01")]
    found = told(courses=sql(valid_days=365), enrolments=completed)
    assert "valid up to 2025-06-01" in found["taken"]
    still = told(enrolments=[enrolment("a", "2024-05-01")])
    assert "not ended" in still["taken"]
    assert np.datetime64("2024-06-01") + 365 == np.datetime64("2025-06-01")
