import numpy as np

from ptml.decide.portrait import portrait_rows

from .portraits import portraits

NONE = float("nan")


def test_what_the_role_requires_and_what_was_assessed_is_listed() -> None:
    found = portrait_rows(
        portraits(level=[[2.0, 3.0, 1.0]], required=[[4.0, NONE, NONE]], assessed=[[0.0, 2.0, 0.0]])
    )
    assert found.competency.tolist() == [0, 1]
    assert found.gap[0] == 2.0
    assert np.isnan(found.gap[1])
    assert np.isnan(found.required[1])


def test_who_is_above_the_requirement_has_no_gap() -> None:
    found = portrait_rows(portraits(level=[[4.5]], required=[[3.0]]))
    assert found.gap.tolist() == [0.0]


def test_a_competency_in_which_nobody_was_assessed_has_no_made_up_level() -> None:
    found = portrait_rows(portraits(level=[[NONE, 1.0]], required=[[3.0, 3.0]]))
    assert found.competency.tolist() == [1]


def test_rows_come_by_person_then_competency() -> None:
    found = portrait_rows(portraits(level=[[1.0, 2.0]] * 2, required=[[3.0, 3.0]] * 2))
    assert found.row.tolist() == [0, 0, 1, 1]
    assert found.competency.tolist() == [0, 1, 0, 1]
