"""Rules across rows: repeated keys, keys that point nowhere, and what goes with a row set aside."""

from collections.abc import Callable

import pandas as pd

from ptml.contracts.dataset import Dataset, dataset_from_frames

Rejections = Callable[[Dataset], list[tuple[str, int, str, str, str]]]
Checked = Callable[..., Dataset]


def test_the_first_row_with_a_key_stays(checked: Checked, rejections: Rejections) -> None:
    dataset = checked(("enrolments", 9, "enrolment_id", "n02"), tables=_A)
    assert rejections(dataset) == [
        ("enrolments", 9, "enrolment_id", "n02", "duplicate key: an earlier row has it")
    ]
    kept = dataset.query("SELECT employee_id FROM enrolments WHERE enrolment_id = 'n02'")
    assert kept["employee_id"].tolist() == ["e02"]


def test_a_key_of_several_columns(checked: Checked, rejections: Rejections) -> None:
    dataset = checked(("kpi_competencies", 2, "kpi_id", "m00"))
    assert rejections(dataset) == []
    again = checked(("kpi_competencies", 2, "competency_id", "k00"))
    assert rejections(again) == [
        (
            "kpi_competencies",
            2,
            "kpi_id, competency_id",
            "m00, k00",
            "duplicate key: an earlier row has it",
        )
    ]


def test_a_row_that_breaks_a_rule_does_not_hold_its_key(
    checked: Checked, rejections: Rejections
) -> None:
    dataset = checked(
        ("enrolments", 3, "minutes", "-1"), ("enrolments", 9, "enrolment_id", "n02"), tables=_A
    )
    assert [row for _, row, *_ in rejections(dataset)] == [3]


def test_rows_without_a_key_may_repeat(checked: Checked, rejections: Rejections) -> None:
    dataset = checked(
        ("assessments", 2, "employee_id", "e00"), ("assessments", 2, "competency_id", "k00")
    )
    assert rejections(dataset) == []
    assert len(dataset.query("FROM assessments")) == 40


def test_a_key_that_points_nowhere(checked: Checked, rejections: Rejections) -> None:
    dataset = checked(("enrolments", 5, "course_id", "c99"), tables=_A)
    assert rejections(dataset) == [
        ("enrolments", 5, "course_id", "c99", "course_id points to nothing in courses")
    ]


def test_two_keys_of_one_row_that_point_nowhere(checked: Checked, rejections: Rejections) -> None:
    dataset = checked(
        ("enrolments", 5, "course_id", "c99"), ("enrolments", 5, "employee_id", "e99"), tables=_A
    )
    assert [(row, column) for _, row, column, *_ in rejections(dataset)] == [
        (5, "course_id"),
        (5, "employee_id"),
    ]
    assert dataset.rows_rejected["enrolments"] == 1


def test_rows_go_with_the_row_that_they_point_to(checked: Checked, rejections: Rejections) -> None:
    dataset = checked(
        ("courses", 5, "hours", "-2"), tables=(*_A, "transfer_evidence", "prerequisites")
    )
    assert rejections(dataset) == [
        ("courses", 5, "hours", "-2", "hours is below 0"),
        (
            "prerequisites",
            5,
            "course_id",
            "c04",
            "course_id points to a row of courses that was set aside",
        ),
        (
            "enrolments",
            5,
            "course_id",
            "c04",
            "course_id points to a row of courses that was set aside",
        ),
        (
            "transfer_evidence",
            5,
            "enrolment_id",
            "n04",
            "enrolment_id points to a row of enrolments that was set aside",
        ),
    ]


def test_a_table_that_points_to_itself_is_followed_to_the_end(
    checked: Checked, rejections: Rejections
) -> None:
    dataset = checked(
        ("org_units", 2, "parent_id", "nowhere"),
        ("org_units", 1, "parent_id", "u01"),
        tables=(*_A, "org_units"),
    )
    assert rejections(dataset) == [
        (
            "org_units",
            1,
            "parent_id",
            "u01",
            "parent_id points to a row of org_units that was set aside",
        ),
        ("org_units", 2, "parent_id", "nowhere", "parent_id points to nothing in org_units"),
    ]


def test_a_table_that_is_not_there_is_pointed_to_freely(
    checked: Checked, rejections: Rejections
) -> None:
    dataset = checked(tables=(*_A, "performance", "assignments"))
    assert rejections(dataset) == []
    assert len(dataset.query("FROM performance")) == 40


def test_a_table_without_rows_is_pointed_to_freely(
    organisation: dict[str, pd.DataFrame], rejections: Rejections
) -> None:
    organisation["org_units"] = organisation["org_units"].head(0)
    tables = {name: organisation[name] for name in (*_A, "org_units", "incidents")}
    with dataset_from_frames(tables) as dataset:
        assert rejections(dataset) == []


def test_an_empty_optional_reference_points_nowhere_and_may(
    checked: Checked, rejections: Rejections
) -> None:
    assert rejections(checked(("assignments", 3, "manager_id", ""))) == []


_A = ("employees", "courses", "enrolments")
