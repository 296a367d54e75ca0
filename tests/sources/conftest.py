"""One small organisation in every form that a source may have, and a real PostgreSQL server."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import psycopg
import pyarrow as pa
import pytest

Frames = dict[str, pd.DataFrame]

N_ROWS = 40
_SERVER = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


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


class Server:
    """A PostgreSQL cluster of its own on a socket in a temporary folder."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="ptml-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def start(self) -> None:
        """Make the cluster and start it; the superuser needs no password, others do."""
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync")
        (data / "pg_hba.conf").write_text(
            "local all postgres trust\nlocal all all scram-sha-256\n", encoding="utf-8"
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(data), "-o", options, "-l", log, "-w", "start")

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def address(self, schema: str, user: str = "postgres", database: str = "postgres") -> str:
        """Give the address of a schema, for `user` or ``USER:PASSWORD``."""
        return f"postgresql://{user}@/{database}?host={self.folder}&schema={schema}"

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the superuser."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a real server, or skip where none is installed."""
    if not _SERVER:
        pytest.skip("no PostgreSQL server under /usr/lib/postgresql: apt-get install postgresql")
    started = Server(_SERVER[-1])
    started.start()
    yield started
    started.stop()


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
