"""The contract's words on weak transfer, one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from ptml.features.days import day_number
from ptml.transfer.config import LabelConfig
from ptml.transfer.labels import REASONS_UNKNOWN, Labels, transfer_labels

from .small import (
    COMPLETED,
    away,
    check,
    incident,
    on,
    said,
    small_history,
    stay,
)

DAY = day_number(COMPLETED)
Rows = Sequence[Mapping[str, Any]]


def label(**tables: Rows) -> Labels:
    return transfer_labels(small_history(**tables), LabelConfig())


def reason(labels: Labels) -> str:
    return REASONS_UNKNOWN[labels.reason[0]]


@pytest.mark.parametrize(
    ("checks", "mean"),
    [
        ([check(60, 61, 0.4)], 0.4),
        ([check(60, 61, 0.9), check(80, 80, 0.3)], 0.6),
        ([check(60, 61, 0.9), check(80, None, None)], 0.45),
        ([check(None, 50, 0.7)], 0.7),
        ([check(90, 90, 0.8)], 0.8),
        ([check(0, 3, 0.8)], 0.8),
        ([check(85, 91, 0.8)], 0.0),
    ],
    ids=[
        "one check",
        "mean of two",
        "due and not done counts 0",
        "no due day: where it was done",
        "last day of the window",
        "first day of the window",
        "done after the window has closed counts 0",
    ],
)
def test_mean_of_the_checks_in_the_window(checks: Rows, mean: float) -> None:
    labels = label(transfer_evidence=checks)
    assert labels.mean_score[0] == pytest.approx(mean, abs=1e-6)
    assert reason(labels) == ""
    assert labels.weak[0] == (mean < 0.5)


def test_half_is_not_weak() -> None:
    assert not label(transfer_evidence=[check(60, 60, 0.5)]).weak[0]


@pytest.mark.parametrize(
    "checks",
    [
        [check(60, 60, 0.1, kind="practice_task")],
        [check(91, 91, 0.1)],
        [check(91, 80, 0.1)],
        [check(None, -1, 0.1)],
        [check(None, 95, 0.1)],
        [check(60, 60, None)],
    ],
    ids=[
        "another kind",
        "due after the window",
        "due after the window though done in it",
        "done before the completion",
        "done after the window",
        "done and not scored",
    ],
)
def test_without_a_check_due_in_the_window_the_outcome_is_unknown(checks: Rows) -> None:
    labels = label(transfer_evidence=checks)
    assert reason(labels) == "no_check"
    assert not labels.weak[0]


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        ([away(10, 39)], ""),
        ([away(10, 40)], "absent"),
        ([away(-60, 29)], ""),
        ([away(-60, 30)], "absent"),
        ([away(61, 200)], ""),
        ([away(60, 200)], "absent"),
        ([away(5, 24), away(40, 59)], ""),
        ([away(5, 24), away(25, 44)], "absent"),
        ([away(5, 30), away(10, 12), away(20, 40)], "absent"),
    ],
    ids=[
        "30 days",
        "31 days",
        "30 of it in the window at the start",
        "31 of it in the window at the start",
        "30 of it in the window at the end",
        "31 of it in the window at the end",
        "two short absences",
        "one absence in two rows",
        "one absence in three rows that overlap",
    ],
)
def test_absence_of_more_than_thirty_days_in_the_window(absences: Rows, expected: str) -> None:
    assert reason(label(absences=absences)) == expected


def test_absence_of_somebody_else_is_not_ones_own() -> None:
    history = small_history(
        employees=[{"employee_id": "ann"}, {"employee_id": "bob"}],
        absences=[{**away(10, 80), "employee_id": "bob"}],
    )
    assert reason(transfer_labels(history, LabelConfig())) == ""


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([stay(-400, 50), stay(50, None, role="chief")], "role_changed"),
        ([stay(-400, 50), stay(50, None, unit="v")], ""),
        ([stay(-400, 91), stay(91, None, role="chief")], ""),
        ([stay(-400, 90), stay(90, None, role="chief")], "role_changed"),
        ([stay(-400, 50)], "role_changed"),
        ([stay(-400, 50), stay(52, None)], ""),
    ],
    ids=[
        "another role",
        "another unit alone",
        "another role the day after the window",
        "another role on its last day",
        "no role any more",
        "a day between two rows of one role",
    ],
)
def test_change_of_role_in_the_window(stays: Rows, expected: str) -> None:
    assert reason(label(assignments=stays)) == expected


def test_who_left_in_the_window_has_no_outcome() -> None:
    labels = label(employees=[{"employee_id": "ann", "left_on": on(70)}])
    assert reason(labels) == "role_changed"


def test_source_without_assignments_still_has_labels() -> None:
    assert reason(label(assignments=[], org_units=[], roles=[])) == ""


@pytest.mark.parametrize(
    ("tables", "blocked"),
    [
        ({"feedback": [said(30, 2.0)]}, True),
        ({"feedback": [said(30, 2.5)]}, False),
        ({"feedback": [said(91, 1.0)]}, False),
        ({"feedback": [said(30, 1.0, "selling")]}, True),
        ({"feedback": [said(30, 1.0, "other")]}, False),
        ({"incidents": [incident(90, 41.0)]}, True),
        ({"incidents": [incident(90, 40.0)]}, False),
        ({"incidents": [incident(30, 25.0), incident(31, 25.0)]}, False),
        ({"incidents": [incident(30, 99.0, "v")]}, False),
        (
            {
                "incidents": [incident(60, 99.0, "v")],
                "assignments": [stay(-400, 50), stay(50, None, unit="v")],
            },
            True,
        ),
        (
            {
                "incidents": [incident(60, 99.0, "u")],
                "assignments": [stay(-400, 50), stay(50, None, unit="v")],
            },
            False,
        ),
    ],
    ids=[
        "opportunity of 2",
        "opportunity above 2",
        "opportunity asked after the window",
        "opportunity of this course",
        "opportunity of another course",
        "incident on the last day",
        "incident of 40 hours",
        "no single incident of more",
        "incident in another unit",
        "incident in the unit of that day",
        "incident in the unit that was left",
    ],
)
def test_what_blocks(tables: dict[str, Rows], blocked: bool) -> None:
    labels = label(**tables)
    assert labels.blocked[0] == blocked
    assert reason(labels) == ""


def test_label_is_known_only_when_the_window_has_closed() -> None:
    labels = label()
    assert not labels.known_at(DAY + 90)[0]
    assert labels.known_at(DAY + 91)[0]


def test_course_not_completed_has_no_row() -> None:
    enrolment = {
        "enrolment_id": "n",
        "employee_id": "ann",
        "course_id": "selling",
        "enrolled_on": on(0),
        "dropped_on": on(9),
    }
    assert len(label(enrolments=[enrolment])) == 0


def test_window_and_bounds_are_settings() -> None:
    history = small_history(transfer_evidence=[check(25, 25, 0.6)])
    labels = transfer_labels(history, LabelConfig(window_days=20))
    assert reason(labels) == "no_check"
    labels = transfer_labels(history, LabelConfig(weak_below=0.7))
    assert labels.weak[0]


def test_coverage_counts_closed_windows_alone() -> None:
    labels = label(transfer_evidence=[check(95, 95, 0.6)])
    assert labels.counts_at(DAY + 91)["no_check"] == 1
    assert sum(labels.counts_at(DAY + 90).values()) == 0


def test_later_rows_leave_a_closed_label_as_it_is() -> None:
    before = label()
    after = label(
        transfer_evidence=[check(60, 60, 0.9), check(91, 91, 0.0)],
        absences=[away(91, 200)],
        assignments=[stay(-400, 91), stay(91, None, role="chief", unit="v")],
        feedback=[said(91, 1.0)],
        incidents=[incident(91, 99.0), incident(91, 99.0, "v")],
    )
    for name in ("mean_score", "reason", "blocked", "weak", "known_from"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))


def test_what_came_after_help_on_a_warning_is_nobodys_outcome() -> None:
    labels = label(transfer_evidence=[check(60, 61, 0.4)])
    helped = labels.without_helped(np.array([True]))
    assert reason(helped) == "helped"
    assert not helped.weak[0]
    assert not helped.known_at(DAY + 100)[0]
    assert reason(labels.without_helped(np.array([False]))) == ""


def test_help_does_not_hide_another_reason() -> None:
    labels = label(transfer_evidence=[])
    assert reason(labels.without_helped(np.array([True]))) == "no_check"
