from dataclasses import astuple
from typing import Any

import numpy as np

from ptml.contracts.diagnosis import WISH_KINDS, WISH_VERDICTS
from ptml.contracts.outputs import CAUSES
from ptml.decide.diagnosis.cells import Cells
from ptml.decide.diagnosis.wishes import Subjects, UnitNeeds, WishRows, wishes_of
from ptml.decide.health.evidence import CourseLift

# Course 0 teaches skill 0, course 1 skill 1.
TEACHES = np.eye(2, dtype=bool)
LIFTS = CourseLift(np.array([2.0, -1.0]), np.array([1.0, -2.0]), np.array([3.0, 0.0]))
COURSE, SKILL = range(2)


def needs(people: int = 20, cause: str = "capability", lacks: tuple[int, ...] = (0,)) -> UnitNeeds:
    """One unit that lacks some of two skills."""
    is_needed = np.isin(np.arange(2), lacks)[None]
    cell = np.where(is_needed, CAUSES.index("capability"), CAUSES.index("unclear"))
    cells = Cells(np.where(is_needed, 1.0, 0.1), cell, np.full((1, 2), 0.9), is_needed)
    return UnitNeeds(
        np.array([people]),
        np.array([CAUSES.index(cause)]),
        np.array([0.8]),
        cells,
        np.where(is_needed, 0.8, 0.05),
    )


def wished(kind: int, subject: int, asked: int, **known: Any) -> WishRows:
    row = Subjects(*(np.array([value]) for value in (0, kind, subject, asked)))
    return wishes_of(row, needs(**known), TEACHES, LIFTS, 5, 0.1)


def told(found: WishRows) -> dict[tuple[str, int], str]:
    rows = found.subjects
    return {
        (WISH_KINDS[kind], subject): WISH_VERDICTS[verdict]
        for kind, subject, verdict in zip(
            rows.kind.tolist(), rows.subject.tolist(), found.verdict.tolist(), strict=True
        )
    }


def test_a_course_in_what_is_lacking_is_agreed_on() -> None:
    found = wished(COURSE, 0, 8)
    assert told(found) == {("course", 0): "agree"}
    assert found.asked.tolist() == [8]
    assert found.gap.tolist() == [0.8]
    assert [float(value[0]) for value in astuple(found.lift)] == [2.0, 1.0, 3.0]


def test_a_course_in_what_nobody_lacks_is_asked_and_not_needed_beside_the_need() -> None:
    assert told(wished(COURSE, 1, 8)) == {
        ("course", 1): "asked_not_needed",
        ("competency", 0): "needed_not_asked",
    }


def test_a_course_that_helps_nobody_answers_no_need() -> None:
    assert told(wished(COURSE, 1, 8, lacks=(1,))) == {("course", 1): "asked_not_needed"}


def test_where_machines_fail_no_wish_is_a_matter_of_training() -> None:
    assert told(wished(COURSE, 0, 8, cause="environment", lacks=())) == {
        ("course", 0): "not_training"
    }


def test_a_pain_point_in_a_skill_that_is_lacking_is_agreed_on() -> None:
    assert told(wished(SKILL, 0, 5)) == {("competency", 0): "agree"}


def test_a_wish_of_fewer_than_five_is_neither_told_nor_counted() -> None:
    found = wished(COURSE, 0, 4)
    assert told(found) == {("competency", 0): "needed_not_asked"}
    assert found.asked.tolist() == [-1]


def test_a_wish_of_few_among_many_is_none_of_the_unit() -> None:
    assert told(wished(COURSE, 0, 8, people=100)) == {("competency", 0): "needed_not_asked"}


def test_where_all_but_a_few_ask_the_number_would_tell_who_does_not() -> None:
    assert wished(COURSE, 0, 18).asked.tolist() == [-1]
    assert wished(COURSE, 0, 20).asked.tolist() == [20]
    assert wished(COURSE, 0, 15).asked.tolist() == [15]


def test_a_subject_of_which_nothing_is_known_is_unclear() -> None:
    unit = needs(lacks=())
    nothing = UnitNeeds(unit.people, unit.cause, unit.strength, unit.cells, unit.gap * np.nan)
    row = Subjects(*(np.array([value]) for value in (0, COURSE, 0, 9)))
    assert told(wishes_of(row, nothing, TEACHES, LIFTS, 5, 0.1)) == {("course", 0): "unclear"}
