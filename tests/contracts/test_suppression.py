"""Erased people do not come back: reading drops their rows before anything is checked."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset
from ptml.contracts.erasures import Erasures
from ptml.sources import read_dataset

from .test_erasures import erased

EMPLOYEES = pd.DataFrame({"employee_id": ["E1", "E10", "E2"], "hired_on": ["2020-01-01"] * 3})
COURSES = pd.DataFrame({"course_id": ["c1"], "title": ["One"]})
ENROLMENTS = pd.DataFrame(
    {
        "enrolment_id": ["n1", "n2", "n3", "n4", *(f"m{k}" for k in range(30))],
        "employee_id": ["E1", "E10", "E2", "gone", *["E2"] * 30],
        "course_id": ["c1"] * 34,
        "enrolled_on": ["2021-01-01"] * 34,
    }
)
ASSIGNMENTS = pd.DataFrame(
    {
        "employee_id": ["E1", "E10", "E2"],
        "valid_from": ["2020-01-01"] * 3,
        "org_unit_id": ["u1"] * 3,
        "role_id": ["r1"] * 3,
        "manager_id": ["E10", "E1", "E10"],
    }
)
EVIDENCE = pd.DataFrame(
    {
        "enrolment_id": ["n1", "n2"],
        "kind": ["practice_task"] * 2,
        "due_on": ["2021-02-01"] * 2,
    }
)
TABLES = {
    "employees": EMPLOYEES,
    "courses": COURSES,
    "enrolments": ENROLMENTS,
    "assignments": ASSIGNMENTS,
    "transfer_evidence": EVIDENCE,
}


def source(folder: Path, form: str, without: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    for name, table in TABLES.items():
        kept = table
        if without is not None and "employee_id" in table:
            kept = table[table["employee_id"] != without]
        elif without is not None and name == "transfer_evidence":
            kept = table[table["enrolment_id"] != "n1"]
        if "manager_id" in kept:
            kept = kept.assign(manager_id=kept["manager_id"].where(kept["manager_id"] != without))
        path = folder / f"{name}.{form}"
        kept.to_csv(path, index=False) if form == "csv" else kept.to_parquet(path, index=False)
    return folder


def read(folder: Path, *erasures: Erasures) -> Dataset:
    return read_dataset(folder, "1GB", None, erasures)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_source_reads_as_if_the_person_had_never_been_in_it(tmp_path: Path, form: str) -> None:
    whole = source(tmp_path / "whole", form)
    wanted = read(source(tmp_path / "without", form, "E1"))
    with read(whole, erased(tmp_path / "e", "E1")) as found, wanted:
        assert found.fingerprint == wanted.fingerprint
        assert found.rows_read == wanted.rows_read
        assert found.left_out == ("1 erased person is still in the source: 4 rows left out",)
        managers = found.arrow("SELECT employee_id, manager_id FROM assignments ORDER BY 1")
        assert managers.to_pydict() == {
            "employee_id": ["E10", "E2"],
            "manager_id": [None, "E10"],
        }


def test_rows_keep_the_numbers_that_they_have_in_the_source(tmp_path: Path) -> None:
    whole = source(tmp_path / "whole", "csv")
    with read(whole, erased(tmp_path / "e", "E1")) as found:
        assert found.rejected.to_pylist()[0]["row"] == 4


def test_an_erased_id_is_not_shown_among_the_rows_set_aside(tmp_path: Path) -> None:
    whole = source(tmp_path / "whole", "csv")
    with read(whole, erased(tmp_path / "e", "gone")) as found:
        assert "gone" not in str(found.rejected.to_pylist())


def test_ids_that_are_numbers_in_the_source_are_known(tmp_path: Path) -> None:
    folder = tmp_path / "numbers"
    folder.mkdir()
    pd.DataFrame({"employee_id": [1234.0, 12345.0]}).to_parquet(folder / "employees.parquet")
    COURSES.to_parquet(folder / "courses.parquet")
    numbers = ENROLMENTS.iloc[:2].assign(employee_id=[1234, 12345])
    numbers.to_parquet(folder / "enrolments.parquet")
    with read(folder, erased(tmp_path / "e", "1234")) as found:
        assert found.query("SELECT employee_id FROM employees")["employee_id"].tolist() == ["12345"]
        assert found.query("SELECT enrolment_id FROM enrolments")["enrolment_id"].tolist() == ["n2"]


def test_an_empty_list_and_people_who_are_in_no_source_change_nothing(tmp_path: Path) -> None:
    whole = source(tmp_path / "whole", "parquet")
    with read(whole) as one, read(whole, erased(tmp_path / "e", "nobody")) as other:
        assert one.fingerprint == other.fingerprint
        assert other.left_out == ()
