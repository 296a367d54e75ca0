"""First days and ends of assignments that the source leaves open."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset, dataset_from_frames

Frames = dict[str, pd.DataFrame]
Checked = Callable[..., Dataset]


def test_hired_on_is_the_first_row_that_names_the_person(checked: Checked) -> None:
    dataset = checked(
        ("employees", 2, "hired_on", "2011-01-01"), ("feedback", 3, "asked_on", "2023-12-24")
    )
    hired = dict(
        dataset.connection.execute("SELECT employee_id, hired_on FROM employees").fetchall()
    )
    assert hired["e01"] == date(2011, 1, 1)
    assert hired["e02"] == date(2023, 12, 24)
    assert hired["e03"] == date(2024, 1, 1)


def test_a_person_without_rows_has_no_first_day(organisation: Frames) -> None:
    organisation["employees"].loc[40] = {"employee_id": "e40", "hired_on": "", "left_on": ""}
    with dataset_from_frames(organisation) as dataset:
        [(day,)] = dataset.connection.execute(
            "SELECT hired_on FROM employees WHERE employee_id = 'e40'"
        ).fetchall()
        assert day is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [("2020-01-01", ""), ("2021-01-01", ""), ("2022-01-01", "")],
            ["2021-01-01", "2022-01-01", None],
        ),
        ([("2020-01-01", "2020-06-01"), ("2021-01-01", "")], ["2020-06-01", None]),
        (
            [("2020-01-01", "2023-01-01"), ("2021-01-01", "2021-02-01")],
            ["2021-01-01", "2021-02-01"],
        ),
    ],
    ids=["moves without ends", "a gap stays a gap", "the later start wins"],
)
def test_one_assignment_holds_on_each_day(
    a_tables: Frames, rows: list[tuple[str, str]], expected: list[str | None]
) -> None:
    a_tables["assignments"] = pd.DataFrame(
        {
            "employee_id": "e00",
            "valid_from": [start for start, _ in rows],
            "valid_to": [end for _, end in rows],
            "org_unit_id": "u1",
            "role_id": "r1",
        }
    )
    with dataset_from_frames(a_tables) as dataset:
        found = dataset.arrow("SELECT CAST(valid_to AS VARCHAR) AS day FROM assignments")
        assert found["day"].to_pylist() == expected
