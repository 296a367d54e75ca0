"""What ends a job, all of it in one message."""

import pandas as pd
import pytest

from ptml.contracts.dataset import dataset_from_frames
from ptml.errors import DataError

Frames = dict[str, pd.DataFrame]


def _message(frames: Frames) -> str:
    with pytest.raises(DataError) as raised:
        dataset_from_frames(frames)
    return str(raised.value)


def test_everything_that_is_wrong_is_named_at_once(organisation: Frames) -> None:
    del organisation["courses"]
    organisation["performance"] = organisation["performance"].drop(columns=["target", "value"])
    organisation["absences"].loc[:2, "to_day"] = "2020-01-01"
    organisation["absences"].loc[5, "from_day"] = "spring"
    assert _message(organisation).splitlines() == [
        "frames in memory cannot be used, for 3 reasons:",
        "- table courses is missing: nothing can be done without it",
        "- performance has no columns value, target; it has employee_id, kpi_id, period_start,"
        " period_end, weight",
        "- 4 of 40 rows of absences are set aside, more than 5%; most often:"
        " to_day before from_day (row 1, 2, 3; 3 in all)",
    ]


def test_one_problem_takes_one_line(a_tables: Frames) -> None:
    a_tables["employees"] = a_tables["employees"].drop(columns="employee_id")
    assert _message(a_tables) == (
        "frames in memory cannot be used: employees has no column employee_id; it has hired_on,"
        " left_on"
    )


def test_five_percent_may_be_set_aside(a_tables: Frames) -> None:
    a_tables["enrolments"].loc[:1, "minutes"] = "-1"
    with dataset_from_frames(a_tables) as dataset:
        assert dataset.rows_rejected["enrolments"] == 2
    a_tables["enrolments"].loc[2, "minutes"] = "-1"
    assert "3 of 40 rows of enrolments are set aside" in _message(a_tables)


def test_a_date_in_another_format_throughout_ends_the_job(a_tables: Frames) -> None:
    a_tables["enrolments"]["enrolled_on"] = "01/03/2024"
    assert _message(a_tables) == (
        "frames in memory cannot be used: 40 of 40 rows of enrolments are set aside, more than 5%;"
        " most often: enrolled_on is not a date (YYYY-MM-DD) (row 1, 2, 3, ...; 40 in all)"
    )


def test_rows_that_go_with_others_count(a_tables: Frames) -> None:
    a_tables["courses"].loc[:1, "hours"] = "-1"
    a_tables["enrolments"]["course_id"] = "c00"
    message = _message(a_tables)
    assert "course_id points to a row of courses that was set aside" in message


def test_an_a_table_without_rows_ends_the_job(a_tables: Frames) -> None:
    a_tables["courses"] = a_tables["courses"].head(0)
    assert "table courses has no rows" in _message(a_tables)


def test_references_to_a_table_that_cannot_be_checked_add_no_noise(a_tables: Frames) -> None:
    a_tables["courses"] = a_tables["courses"].drop(columns="course_id")
    assert "points to" not in _message(a_tables)


def test_no_table_at_all(organisation: Frames) -> None:
    assert len(_message({}).splitlines()) == 4
