"""What a server does to a publisher: the last run stays whole, and what may pass is tried again."""

import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

import ptml.publish.postgres.loading as loading
import ptml.publish.postgres.place as place
from ptml.errors import DataError, TryAgainError, UsageError
from ptml.publish import open_publication, read_run
from ptml.sources.postgres_config import PostgresConfig
from tests.postgres_server import Server
from tests.publish.runs import FINISHED, N_PIECES, lift_piece, mark_of, record, segments_piece

from .conftest import PATIENT, publish

Session = psycopg.Connection[tuple[object, ...]]
End = Callable[[Session], None]
Break = Callable[[Session], object]


def break_once(monkeypatch: pytest.MonkeyPatch, where: str, end: Break) -> list[str]:
    """Break the connection at a point of the publication, the first time that it is reached."""
    broken: list[str] = []

    def at(point: str, connection: Session) -> None:
        if point == where and not broken:
            broken.append(point)
            end(connection)

    real_load, real_publish, real_batches = loading.load, place._publish, loading._batches
    held: list[Session] = []

    def load(connection: Session, path: Path, table: str) -> int:
        held[:] = [connection]
        at("before the first table", connection)
        n_rows = real_load(connection, path, table)
        at("between two tables", connection)
        return n_rows

    def batches(*file: object) -> Iterator[object]:
        for batch in real_batches(*file):  # type: ignore[arg-type]
            at("in the middle of a table", held[0])
            yield batch

    def publish_all(connection: Session, *run: str) -> None:
        at("before the transaction does anything", connection)
        real_publish(connection, *run)  # type: ignore[arg-type]
        at("before the commit", connection)

    monkeypatch.setattr(place, "load", load)
    monkeypatch.setattr(place, "_publish", publish_all)
    monkeypatch.setattr(loading, "_batches", batches)
    return broken


POINTS = (
    "before the transaction does anything",
    "before the first table",
    "in the middle of a table",
    "between two tables",
    "before the commit",
)


@pytest.mark.parametrize("where", POINTS)
def test_a_lost_connection_leaves_the_last_run_and_is_taken_up_again(
    out: str, where: str, terminate: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, 1)
    broken = break_once(monkeypatch, where, terminate)
    with pytest.raises(TryAgainError, match=r"went away .*; the last published run is untouched"):
        publish(out, 2)
    assert broken == [where]
    assert mark_of(read_run(out)) == 1
    broken.clear()
    publish(out, 2, PATIENT)
    assert broken == [where]
    assert mark_of(read_run(out)) == 2


def test_a_commit_without_an_answer_is_looked_for_and_not_done_twice(
    out: str, schema: str, server: Server, terminate: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, 1)
    real = place._publish
    lost: list[Session] = []

    def publish_all(connection: Session, *run: str) -> None:
        real(connection, *run)  # type: ignore[arg-type]
        if not lost:
            # The server has committed, and its answer does not arrive.
            connection.execute("COMMIT")
            terminate(connection)
            lost.append(connection)

    monkeypatch.setattr(place, "_publish", publish_all)
    publish(out, 2, PATIENT)
    assert mark_of(read_run(out)) == 2
    with server.connect() as reader:
        reader.execute("SELECT set_config('search_path', %s, false)", [schema])
        assert reader.execute("SELECT count(*) FROM publications").fetchone() == (2,)
        assert len(lost) == 1


def test_a_connection_that_was_lost_while_people_were_scored_is_made_anew(
    out: str, server: Server
) -> None:
    with open_publication(out, record(1), lambda: FINISHED, postgres=PATIENT) as publication:
        for piece in range(N_PIECES):
            publication.append("lift", lift_piece(1, piece))
            publication.append("segments", segments_piece(piece))
        server.ask(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name LIKE 'ptml (%'"
        )
        publication.commit({})
    assert mark_of(read_run(out)) == 1


def test_a_lock_of_somebody_else_is_waited_for_and_told(
    out: str, schema: str, server: Server
) -> None:
    publish(out, 1)
    config = PostgresConfig(attempts=2, first_wait_seconds=0, lock_seconds=0.2)
    with server.connect() as other:
        other.execute("SELECT set_config('search_path', %s, false)", [schema])
        other.execute("LOCK TABLE lift_by_run IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(TryAgainError) as raised:
            publish(out, 2, config)
        other.rollback()
    told = str(raised.value)
    assert re.search(r"server process \d+ of postgres, since .* UTC holds the tables of post", told)
    assert "for more than 0.2 seconds" in told
    assert "the last published run is untouched" in told
    assert "\n" not in told
    assert mark_of(read_run(out)) == 1


def test_a_lock_that_is_given_back_in_time_costs_only_the_wait(
    out: str, schema: str, server: Server
) -> None:
    publish(out, 1)
    other = server.connect()
    other.execute("SELECT set_config('search_path', %s, false)", [schema])
    other.execute("LOCK TABLE lift_by_run IN ACCESS EXCLUSIVE MODE")
    ending = threading.Timer(0.6, other.close)
    ending.start()
    publish(out, 2, PostgresConfig(attempts=10, first_wait_seconds=0.1, lock_seconds=0.2))
    ending.join()
    assert mark_of(read_run(out)) == 2


def test_a_statement_that_takes_too_long_is_told(out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(out, 1)
    real = place._publish

    def slow(connection: Session, *run: str) -> None:
        real(connection, *run)  # type: ignore[arg-type]
        connection.execute("SELECT pg_sleep(20)")

    monkeypatch.setattr(place, "_publish", slow)
    with pytest.raises(TryAgainError, match=r"took more than 1 seconds .*statement_seconds"):
        publish(out, 2, PostgresConfig(attempts=2, first_wait_seconds=0, statement_seconds=1))
    assert mark_of(read_run(out)) == 1


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_deadlock_or_a_conflict_is_tried_again(
    out: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, 1)
    broken = break_once(
        monkeypatch,
        "before the commit",
        lambda connection: connection.execute(
            f"DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '{state}'; END $$"
        ),
    )
    publish(out, 2, PATIENT)
    assert broken
    assert mark_of(read_run(out)) == 2


@pytest.fixture
def small_disk(server: Server, schema: str, out: str) -> Iterator[str]:
    """Everything that is published goes to a disk of 4 MB."""
    disk = server.folder / f"disk_{schema}"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a disk to fill cannot be mounted: needs root")
    try:
        subprocess.run(["chown", "postgres:postgres", str(disk)], check=True)
        with server.connect() as owner:
            owner.autocommit = True
            owner.execute(f"CREATE TABLESPACE {schema} LOCATION '{disk}'")
        yield f"{out}&options=-c%20default_tablespace%3D{schema}"
    finally:
        with server.connect() as owner:
            owner.autocommit = True
            owner.execute(f"DROP SCHEMA {schema} CASCADE")
            owner.execute(f"DROP TABLESPACE {schema}")
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_last_run_and_no_rest(small_disk: str) -> None:
    publish(small_disk, 1)
    with pytest.raises(TryAgainError, match=r"no room on the server .*run is untouched"):
        publish(small_disk, 2, PATIENT, people=30_000)
    assert mark_of(read_run(small_disk)) == 1
    # What the try had taken was given back: there is room for a run of the usual size.
    publish(small_disk, 3)
    assert mark_of(read_run(small_disk)) == 3


def test_a_loss_of_rows_on_the_way_is_noticed(out: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(out, 1)
    real = loading._batches

    def fewer(*file: object) -> Iterator[object]:
        for batch in real(*file):  # type: ignore[arg-type]
            yield batch.slice(1)

    monkeypatch.setattr(loading, "_batches", fewer)
    with pytest.raises(DataError, match=r"the server took 5 rows of lift.parquet, which holds 6"):
        publish(out, 2)
    monkeypatch.undo()
    assert mark_of(read_run(out)) == 1


def test_rows_that_are_gone_are_noticed_on_reading(out: str, schema: str, server: Server) -> None:
    publish(out, 1)
    with server.connect() as owner:
        owner.execute("SELECT set_config('search_path', %s, false)", [schema])
        owner.execute("DELETE FROM lift_1 WHERE employee_id = 'e0-1'")
    with pytest.raises(DataError, match=r"lift at .* has 5 rows, and 6 were published"):
        read_run(out).tables["lift"]


def test_a_right_that_is_missing_is_not_tried_again(out: str, schema: str, server: Server) -> None:
    with server.connect() as owner:
        owner.execute(f"CREATE ROLE bare_{schema} LOGIN PASSWORD 'x'")
        owner.execute(f"GRANT USAGE ON SCHEMA {schema} TO bare_{schema}")
    address = server.address(schema, user=f"bare_{schema}:x")
    with pytest.raises(UsageError, match=r"permission denied .*ptml migrate` with --writer"):
        publish(address, 1, PATIENT)
    with pytest.raises(UsageError, match=r"permission denied .*ptml migrate` with --reader"):
        read_run(address)
