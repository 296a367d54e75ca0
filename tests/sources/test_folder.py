"""A folder of tables."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import DataError
from ptml.sources import read_dataset

Frames = dict[str, pd.DataFrame]
Write = Callable[[Frames, Path], str]


def test_a_folder_may_mix_csv_and_parquet(
    organisation: Frames, write_csv: Write, tmp_path: Path
) -> None:
    address = write_csv(organisation, tmp_path / "data")
    (tmp_path / "data" / "courses.csv").unlink()
    organisation["courses"].to_parquet(tmp_path / "data" / "courses.parquet")
    with read_dataset(address) as dataset:
        assert dataset.rows_read["courses"] == 40


def test_other_files_are_left_alone(organisation: Frames, write_csv: Write, tmp_path: Path) -> None:
    address = write_csv(organisation, tmp_path / "data")
    (tmp_path / "data" / "notes.csv").write_bytes(b"\xff")
    with read_dataset(address) as dataset:
        assert set(dataset.columns) == {"employees", "courses", "enrolments"}


def test_a_table_that_is_there_twice_is_refused(
    organisation: Frames, write_csv: Write, tmp_path: Path
) -> None:
    address = write_csv(organisation, tmp_path / "data")
    organisation["courses"].to_parquet(tmp_path / "data" / "courses.parquet")
    with pytest.raises(DataError, match=r"courses\.csv and courses\.parquet are both there"):
        read_dataset(address)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no table of the contract"):
        read_dataset(tmp_path)


def test_all_bad_files_are_named_at_once(
    organisation: Frames, write_csv: Write, tmp_path: Path
) -> None:
    address = write_csv(organisation, tmp_path / "data")
    (tmp_path / "data" / "employees.csv").write_bytes(b"")
    (tmp_path / "data" / "roles.csv").write_bytes(b"role_id,title\nr1,\xe9t\xe9\n")
    (tmp_path / "data" / "kpis.parquet").write_bytes(b"kpi_id\nm1\n")
    (tmp_path / "data" / "courses.csv").write_text("course_id\n")
    with pytest.raises(DataError) as raised:
        read_dataset(address)
    first, *lines = str(raised.value).splitlines()
    assert first == f"{address} cannot be used, for 4 reasons:"
    assert lines[0] == "- employees.csv is empty"
    assert lines[1] == ("- roles.csv is not UTF-8: byte 17 in line 2 is 0xe9; save it as UTF-8")
    assert lines[2].startswith("- kpis.parquet cannot be read as Parquet:")
    assert lines[3] == "- table courses has no rows: nothing can be done without them"
