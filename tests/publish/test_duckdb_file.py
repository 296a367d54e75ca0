"""A DuckDB file: the newest run in its tables, one row a run in `runs`, other tables left alone."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import TryAgainError, UsageError
from ptml.publish import read_run
from ptml.publish.duckdb_file import DuckDBFile
from ptml.publish.erasing import erasable

from .runs import N_PEOPLE, N_PIECES, mark_of, publish, record

OPENER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def out(tmp_path: Path) -> str:
    return str(tmp_path / "out.duckdb")


@pytest.fixture(params=["read", "write"])
def opened_elsewhere(request: pytest.FixtureRequest, out: str) -> Iterator[str]:
    """How another process holds the file, in which a run was published."""
    publish(out, mark=1)
    with subprocess.Popen(
        [sys.executable, "-c", OPENER, out, request.param],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield request.param
        process.communicate()


def query(out: str, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(out) as connection:
        return connection.execute(sql).fetchall()


def test_tables_hold_the_newest_run_and_runs_keeps_them_all(out: str) -> None:
    for mark in (1, 2, 1):
        publish(out, mark)
    assert query(out, "SELECT count(*), min(support), max(support) FROM lift") == [
        (N_PIECES * N_PEOPLE, 1, 1)
    ]
    ids = {row[0] for row in query(out, "SELECT run_id FROM runs")}
    assert ids == {record(mark).run_id for mark in (1, 2)}
    assert query(out, "SELECT count(*) FROM runs") == [(2,)]
    assert mark_of(read_run(out)) == 1


def test_other_tables_are_left_alone(out: str) -> None:
    query(out, "CREATE TABLE notes AS SELECT 'mine' AS text")
    publish(out)
    assert query(out, "FROM notes") == [("mine",)]


def test_the_file_does_not_grow_with_each_run(out: str) -> None:
    sizes = []
    for mark in range(5):
        publish(out, mark, people=5_000)
        sizes.append(Path(out).stat().st_size)
    assert max(sizes) <= 3 * sizes[0]


@pytest.mark.parametrize(
    "sql", ["CREATE VIEW lift AS SELECT 1 AS x", "CREATE TABLE runs AS SELECT 1 AS kilometres"]
)
def test_our_names_used_for_other_things_are_refused_at_once(out: str, sql: str) -> None:
    query(out, sql)
    with pytest.raises(UsageError, match=r"holds (lift|runs), which ptml did not write"):
        DuckDBFile(Path(out)).prepare()


def test_a_file_that_is_no_database_is_refused_and_kept(out: str) -> None:
    Path(out).write_text("employee_id,course_id\n" * 1000, encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        publish(out)
    assert Path(out).read_text(encoding="utf-8").startswith("employee_id")


def test_a_file_that_is_open_elsewhere_is_refused_before_any_work(
    opened_elsewhere: str, out: str
) -> None:
    with pytest.raises(TryAgainError, match="is open elsewhere") as raised:
        DuckDBFile(Path(out)).prepare()
    assert "\n" not in str(raised.value)


def test_a_reader_that_stays_makes_the_end_fail_and_loses_nothing(
    opened_elsewhere: str, out: str, tmp_path: Path
) -> None:
    with pytest.raises(TryAgainError, match="is open elsewhere"):
        DuckDBFile(Path(out), attempts=1).show(tmp_path, "any")


def test_a_reader_that_leaves_is_waited_for(out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(out, mark=1)
    connect, refusals = duckdb.connect, [1, 1]

    def busy_at_first(path: Path, **settings: object) -> duckdb.DuckDBPyConnection:
        if refusals and not Path(out).with_name(".gone").exists() and staged(out):
            refusals.pop()
            raise duckdb.IOException("IO Error: Could not set lock on file")
        return connect(path, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr("ptml.publish.duckdb_file._WAIT_SECONDS", 0)
    monkeypatch.setattr("ptml.publish.duckdb_file.duckdb.connect", busy_at_first)
    publish(out, mark=2)
    monkeypatch.undo()
    assert refusals == []
    assert mark_of(read_run(out)) == 2


def staged(out: str) -> bool:
    """Whether a run is ready to be put into the file."""
    return (DuckDBFile(Path(out)).staging / "run" / "manifest.json").exists()


def test_reading_while_it_is_written_says_so(out: str) -> None:
    publish(out)
    with subprocess.Popen(
        [sys.executable, "-c", OPENER, out, "write"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(TryAgainError, match="is being written"):
            read_run(out)
        process.communicate()


def test_a_run_published_while_another_is_read_is_not_mixed_with_it(out: str) -> None:
    publish(out, mark=1)
    run = read_run(out)
    publish(out, mark=2)
    with pytest.raises(TryAgainError, match="another run was published"):
        run.tables["lift"]


def test_all_tables_have_the_types_of_their_contract(out: str) -> None:
    publish(out)
    run = read_run(out)
    for name, contract in OUTPUT_TABLES.items():
        assert run.arrow(name).schema == contract.arrow_schema


def test_a_table_of_somebody_else_under_our_name_is_refused_and_kept(out: str) -> None:
    query(out, "CREATE TABLE people AS SELECT 'e1' AS employee_id")
    with pytest.raises(UsageError, match="holds people, which ptml did not write"):
        DuckDBFile(Path(out)).prepare()
    place = erasable(out)
    assert place.people().to_pylist() == []
    assert query(out, "FROM people") == [("e1",)]
