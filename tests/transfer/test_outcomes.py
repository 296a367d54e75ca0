"""Known outcomes by unit and person."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from ptml.transfer.config import LabelConfig
from ptml.transfer.labels import transfer_labels
from ptml.transfer.outcomes import Outcomes

from .small import check, small_history, stay

STRENGTH = 10.0


def recent(days_after: int, window: int = 400, **tables: Sequence[Mapping[str, Any]]) -> Outcomes:
    history = small_history(transfer_evidence=[check(60, 60, 0.2)], **tables)
    labels = transfer_labels(history, LabelConfig())
    as_of_day = int(history.enrolments.completed[0]) + days_after
    return Outcomes.recent(history, labels, as_of_day, window, STRENGTH)


def test_outcome_counts_from_the_day_on_which_it_is_known() -> None:
    assert len(recent(90)) == 0
    assert recent(91).weak.tolist() == [True]


def test_old_outcomes_no_longer_count() -> None:
    assert len(recent(200, window=200)) == 1
    assert len(recent(201, window=200)) == 0


def test_outcome_is_that_of_the_unit_at_completion() -> None:
    moved = [stay(-400, 30, unit="u"), stay(30, None, unit="v")]
    assert recent(91, assignments=moved).unit.tolist() == [0]


def test_course_that_was_hardly_checked_leans_on_all() -> None:
    course = np.array([0, 0, 0, 0, 1], np.int32)
    weak = np.array([1, 1, 0, 0, 1], bool)
    zeros = np.zeros(5, np.int32)
    usual = Outcomes.of(zeros, np.arange(5, dtype=np.int32), course, weak, STRENGTH).usual
    overall = 4 / 7
    assert usual[0] == pytest.approx((2 + 10 * overall) / 14)
    assert usual[4] == pytest.approx((1 + 10 * overall) / 11)


def test_rows_are_sorted_by_unit_and_person_and_those_of_no_unit_are_left_out() -> None:
    unit = np.array([2, -1, 1, 1], np.int32)
    person = np.array([0, 1, 5, 3], np.int32)
    found = Outcomes.of(unit, person, np.zeros(4, np.int32), np.zeros(4, bool), STRENGTH)
    assert found.unit.tolist() == [1, 1, 2]
    assert found.person.tolist() == [3, 5, 0]


def test_no_outcomes_are_no_error() -> None:
    none = np.zeros(0, np.int32)
    assert len(Outcomes.of(none, none, none, np.zeros(0, bool), STRENGTH)) == 0
