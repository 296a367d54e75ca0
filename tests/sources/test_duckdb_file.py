"""DuckDB files."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from ptml.errors import DataError, TryAgainError
from ptml.sources import read_dataset

Frames = dict[str, pd.DataFrame]
Write = Callable[[Frames, Path], str]


def test_the_file_is_left_as_it_was(
    organisation: Frames, write_duckdb: Write, tmp_path: Path
) -> None:
    path = Path(write_duckdb(organisation, tmp_path / "source.duckdb"))
    before = path.read_bytes()
    with read_dataset(path) as dataset:
        assert dataset.rows_read["enrolments"] == 40
        assert sorted(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_views_and_unusual_types_are_read(
    organisation: Frames, write_duckdb: Write, tmp_path: Path
) -> None:
    address = write_duckdb(organisation, tmp_path / "source.duckdb")
    with duckdb.connect(address) as connection:
        connection.execute(
            """ALTER TABLE courses RENAME TO stock;
            CREATE TYPE word AS ENUM ('basic', 'micro');
            CREATE VIEW courses AS SELECT course_id, 'basic'::word AS kind,
                hours::DECIMAL(10, 2) AS hours, seats::HUGEINT AS seats,
                TIMESTAMP '2020-01-01' AS opened_on, [1, 2] AS tags FROM stock"""
        )
    with read_dataset(address) as dataset:
        [row] = dataset.arrow("FROM courses WHERE course_id = 'c03'").to_pylist()
        assert (row["kind"], row["hours"], row["seats"]) == ("basic", 0.38, 3)
        assert str(row["opened_on"]) == "2020-01-01"


def test_nan_and_infinity_are_set_aside(
    organisation: Frames, write_duckdb: Write, tmp_path: Path
) -> None:
    address = write_duckdb(organisation, tmp_path / "source.duckdb")
    with duckdb.connect(address) as connection:
        connection.execute("UPDATE courses SET hours = 'NaN' WHERE course_id = 'c03'")
        connection.execute("UPDATE courses SET hours = 'inf' WHERE course_id = 'c04'")
    with read_dataset(address) as dataset:
        found = [(row["value"], row["rule"]) for row in dataset.rejected.to_pylist()[:2]]
        rule = "hours is not a finite number"
        assert found == [("NaN", rule), ("inf", rule)]


def test_no_duckdb_file(tmp_path: Path) -> None:
    path = tmp_path / "source.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(DataError, match="cannot be read as a DuckDB file") as raised:
        read_dataset(path)
    assert "\n" not in str(raised.value)


def test_a_file_without_tables_of_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "source.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE films (title VARCHAR)")
    with pytest.raises(DataError, match="has no table of the contract in its main schema"):
        read_dataset(path)


@contextmanager
def _held(address: str, read_only: bool) -> Iterator[None]:
    connect = f"duckdb.connect({address!r}, read_only={read_only})"
    code = f"import duckdb; c = {connect}; print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield
        holder.communicate("\n")


def test_a_file_that_another_process_writes_is_for_later(
    organisation: Frames, write_duckdb: Write, tmp_path: Path
) -> None:
    address = write_duckdb(organisation, tmp_path / "source.duckdb")
    with (
        _held(address, read_only=False),
        pytest.raises(TryAgainError, match="is open for writing elsewhere"),
    ):
        read_dataset(address)


def test_a_file_that_another_process_reads_is_read_too(
    organisation: Frames, write_duckdb: Write, tmp_path: Path
) -> None:
    address = write_duckdb(organisation, tmp_path / "source.duckdb")
    with _held(address, read_only=True), read_dataset(address) as dataset:
        assert dataset.rows_read["courses"] == 40
