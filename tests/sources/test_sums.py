"""What a folder's SHA256SUMS tells before its tables are read."""

import subprocess
from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import DataError
from ptml.sources.read import opened_source
from ptml.sources.sums import SUMS, check_sums, read_sums, write_sums


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two tables and a part folder, with the hashes that coreutils writes."""
    frame = pd.DataFrame({"employee_id": ["e1", "e2"]})
    frame.to_csv(tmp_path / "employees.csv", index=False)
    frame.to_parquet(tmp_path / "absences.parquet", index=False)
    (tmp_path / "feedback.parquet").mkdir()
    frame.to_parquet(tmp_path / "feedback.parquet" / "part-0.parquet", index=False)
    (tmp_path / "notes.txt").write_text("not a table")
    names = ["employees.csv", "./absences.parquet", "feedback.parquet/part-0.parquet", "notes.txt"]
    done = subprocess.run(["sha256sum", *names], cwd=tmp_path, capture_output=True, check=True)
    (tmp_path / SUMS).write_bytes(done.stdout)
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as raised, opened_source(str(folder)):
        pass
    return str(raised.value)


def test_what_sha256sum_writes_is_understood(folder: Path) -> None:
    with opened_source(str(folder)) as source:
        assert set(source.tables) == {"employees", "absences", "feedback"}


@pytest.mark.parametrize("name", ["employees.csv", "feedback.parquet/part-0.parquet"])
def test_one_flipped_bit_is_noticed_before_anything_is_read(folder: Path, name: str) -> None:
    held = bytearray((folder / name).read_bytes())
    held[len(held) // 2] ^= 1
    (folder / name).write_bytes(held)
    assert f"is not what its SHA256SUMS says: {name} changed; deliver it again" in refusal(folder)


def test_all_that_is_wrong_is_told_at_once(folder: Path) -> None:
    (folder / "absences.parquet").unlink()
    (folder / "courses.csv").write_text("course_id\nc1\n")
    (folder / "employees.csv").write_text("employee_id\ne1\n")
    told = refusal(folder)
    assert "employees.csv changed; absences.parquet is missing; courses.csv is not listed" in told


def test_files_that_are_no_tables_are_left_alone(folder: Path) -> None:
    (folder / "notes.txt").unlink()
    (folder / "more.txt").write_text("later")
    check_sums(folder)


def test_a_line_of_another_form_is_named(folder: Path) -> None:
    (folder / SUMS).write_text("SHA256 (employees.csv) = 12\n")
    assert "line 1 of" in refusal(folder)
    assert "as sha256sum writes it" in refusal(folder)


def test_hashes_are_written_anew_for_the_same_files(folder: Path) -> None:
    listed = read_sums(folder)
    (folder / "employees.csv").write_text("employee_id\ne1\n")
    (folder / "notes.txt").unlink()
    write_sums(folder, listed)
    check_sums(folder)
    assert set(read_sums(folder)) == set(listed) - {"notes.txt"}
