"""One small organisation in every form that a source may have."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from tests.postgres_server import Server

Frames = dict[str, pd.DataFrame]

N_ROWS = 40


@pytest.fixture
def organisation() -> Frames:
    """Typed tables with every type of the contract, gaps, a comma, a quotation mark, a newline."""
    n = range(N_ROWS)
    day = pd.Series(pd.to_datetime(["2024-03-01"] * N_ROWS)).dt.date
    titles = ['Say "no", kindly', "Two\nlines", "Überblick", None]
    return {
        "employees": pd.DataFrame({"employee_id": [f"e{i:02}" for i in n], "left_on": None}),
        "courses": pd.DataFrame(
            {
                "course_id": [f"c{i:02}" for i in n],
                "title": [titles[i % 4] for i in n],
                "hours": [i / 8 for i in n],
                "seats": pd.array([None if i % 3 else i for i in n], dtype="Int32"),
                "mandatory": [i % 2 == 0 for i in n],
            }
        ),
        "enrolments": pd.DataFrame(
            {
                "enrolment_id": [f"n{i:02}" for i in n],
                "employee_id": [f"e{i:02}" for i in n],
                "course_id": [f"c{i:02}" for i in n],
                "enrolled_on": day,
                "completed_on": [None if i % 2 else day[i] for i in n],
            }
        ),
    }


def _write_csv(frames: Frames, folder: Path) -> str:
    folder.mkdir()
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return str(folder)


def _write_parquet(frames: Frames, folder: Path) -> str:
    folder.mkdir()
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    return str(folder)


def _write_duckdb(frames: Frames, path: Path) -> str:
    with duckdb.connect(path) as connection:
        for name, frame in frames.items():
            connection.register("incoming", pa.Table.from_pandas(frame, preserve_index=False))
            connection.execute(f"CREATE TABLE {name} AS FROM incoming")
            connection.unregister("incoming")
    return str(path)


@pytest.fixture
def write_csv() -> Callable[[Frames, Path], str]:
    """Write a folder of CSV files and give its address."""
    return _write_csv


@pytest.fixture
def write_parquet() -> Callable[[Frames, Path], str]:
    """Write a folder of Parquet files and give its address."""
    return _write_parquet


@pytest.fixture
def write_duckdb() -> Callable[[Frames, Path], str]:
    """Write a DuckDB file and give its address."""
    return _write_duckdb


_TYPES = {
    "left_on": "date",
    "hours": "double precision",
    "seats": "integer",
    "mandatory": "boolean",
    "enrolled_on": "date",
    "completed_on": "date",
}


@pytest.fixture
def write_postgres(server: Server) -> Callable[[Frames, str], str]:
    """Write a schema of the server and give its address."""

    def write(frames: Frames, schema: str) -> str:
        with server.connect() as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
            for name, frame in frames.items():
                columns = ", ".join(f"{c} {_TYPES.get(str(c), 'text')}" for c in frame)
                connection.execute(f"CREATE TABLE {schema}.{name} ({columns})")
                with connection.cursor().copy(f"COPY {schema}.{name} FROM STDIN") as copy:
                    for row in frame.astype(object).itertuples(index=False):
                        copy.write_row([None if pd.isna(value) else value for value in row])
        return server.address(schema)

    return write
