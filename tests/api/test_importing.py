"""Imports from a notebook: what was made, and what became of the rows."""

from pathlib import Path

import pandas as pd
import pytest

import ptml
from ptml.errors import UsageError
from tests.sources.importers.places import FILES


def test_an_import_tells_its_rows_and_what_has_no_place(tmp_path: Path) -> None:
    made = ptml.import_data("moodle", FILES / "moodle", tmp_path / "lms", idle_minutes=10)
    assert made.rows["enrolments"] == 4
    assert made.report["rows"].sum() == 51
    assert len(made.not_placed) == 11
    with pytest.raises(UsageError, match="not merged"):
        _ = made.conflicts


def test_merged_imports_can_be_loaded(tmp_path: Path) -> None:
    staff = FILES / "hris"
    ptml.import_data(
        "hris", staff / "staff_gb18030.csv", tmp_path / "hr", mapping=staff / "staff.toml"
    )
    names = str(tmp_path / "hr" / "identifiers.csv")
    ptml.import_data("moodle", str(FILES / "moodle"), tmp_path / "lms", people=names)
    made = ptml.merge_imports([tmp_path / "hr", tmp_path / "lms"], tmp_path / "data")
    assert made.conflicts.empty
    with ptml.load(made.folder) as company:
        assert company.possible == ("recommend",)
        assert isinstance(company.tables["assignments"], pd.DataFrame)
        assert company.set_aside.empty


def test_a_format_or_an_option_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no format 'sap'"):
        ptml.import_data("sap", tmp_path, tmp_path / "out")
    with pytest.raises(UsageError, match="scorm has no option colour; it has people, time_zone"):
        ptml.import_data("scorm", tmp_path, tmp_path / "out", colour="red")
    with pytest.raises(UsageError, match="hris needs mapping"):
        ptml.import_data("hris", tmp_path, tmp_path / "out")
