"""A big table over several connections: the same rows in the same order, from one snapshot."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

import ptml.sources.postgres as postgres
import ptml.sources.postgres_snapshot as snapshot
from ptml.errors import TryAgainError, UsageError
from ptml.sources import read_dataset
from ptml.sources.postgres import postgres_source
from ptml.sources.postgres_config import PostgresConfig
from tests.postgres_server import Server

N_ROWS = 20_000
QUICK = PostgresConfig(attempts=3, first_wait_seconds=0.01, connections=3)
SMALL_PIECE = 1 << 16


@pytest.fixture(scope="module")
def address(server: Server) -> str:
    """A source of 20,000 enrolments in an untidy order, some rows broken, some updated."""
    server.ask(
        f"""CREATE SCHEMA big; SET search_path = big;
        CREATE TABLE employees AS SELECT 'e' || i AS employee_id FROM generate_series(1, 200) i;
        CREATE TABLE courses AS SELECT 'c' || i AS course_id, 2.5 AS hours
            FROM generate_series(1, 50) i;
        CREATE TABLE enrolments AS SELECT 'n' || i AS enrolment_id,
            'e' || 1 + i % 200 AS employee_id, 'c' || 1 + i % 50 AS course_id,
            date '2024-01-01' + i % 700 AS enrolled_on,
            CASE WHEN i % 100 = 0 THEN date '2020-01-01' END AS completed_on,
            repeat('x', 40) AS note
            FROM generate_series(1, {N_ROWS}) i ORDER BY md5(i::text);
        UPDATE enrolments SET note = 'moved' WHERE enrolment_id LIKE '%7';
        DELETE FROM enrolments WHERE enrolment_id LIKE '%33'"""
    )
    return server.address("big")


@pytest.fixture(autouse=True)
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of two megabytes is a big one here."""
    monkeypatch.setattr(postgres, "PIECE_BYTES", SMALL_PIECE)


def ids(address: str, config: PostgresConfig) -> list[str]:
    with postgres_source(address, config) as source:
        batches = source.tables["enrolments"].batches(("enrolment_id",))
        return [i for batch in batches for i in batch.column(0).to_pylist()]


def test_rows_come_in_the_order_of_one_connection(address: str, server: Server) -> None:
    alone = ids(address, PostgresConfig(connections=1))
    found = ids(address, QUICK)
    assert len(found) > N_ROWS * 0.98
    assert found == alone
    with server.connect() as connection:
        stored = connection.execute("SELECT enrolment_id FROM big.enrolments").fetchall()
    assert found == [i for (i,) in stored]


def test_rejected_rows_and_the_fingerprint_do_not_depend_on_connections(address: str) -> None:
    with (
        read_dataset(address, postgres=PostgresConfig(connections=1)) as alone,
        read_dataset(address, postgres=QUICK) as together,
    ):
        assert len(alone.rejected) > 100
        assert together.rejected.equals(alone.rejected)
        assert together.fingerprint == alone.fingerprint


def test_every_connection_sees_the_one_snapshot(address: str, server: Server) -> None:
    before = ids(address, QUICK)
    server.ask("CREATE TABLE big.kept AS TABLE big.enrolments")
    with postgres_source(address, QUICK) as source:
        # Before any of the other connections is there.
        server.ask("DELETE FROM big.enrolments WHERE enrolment_id LIKE '%1'")
        batches = source.tables["enrolments"].batches(("enrolment_id",))
        found = next(batches).column(0).to_pylist()
        server.ask("INSERT INTO big.enrolments (enrolment_id) VALUES ('late')")
        found += [i for batch in batches for i in batch.column(0).to_pylist()]
    server.ask("DROP TABLE big.enrolments; ALTER TABLE big.kept RENAME TO enrolments")
    assert found == before


def test_one_lost_connection_is_made_again_in_the_same_snapshot(
    address: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ids(address, QUICK)
    real = snapshot.Snapshot._all
    lost: list[object] = []

    def losing(self: snapshot.Snapshot, connection: object, *piece: object) -> object:
        if len(lost) < 2:
            lost.append(connection)
            server.ask(f"SELECT pg_terminate_backend({connection.info.backend_pid}, 5000)")  # type: ignore
        return real(self, connection, *piece)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshot.Snapshot, "_all", losing)
    assert ids(address, PostgresConfig(connections=2)) == wanted
    assert len(lost) == 2


def lose_everything_once(
    server: Server, monkeypatch: pytest.MonkeyPatch, times: int = 1
) -> list[int]:
    """End all connections of the reader in the middle of the big table."""
    real = snapshot.Snapshot.read
    lost: list[int] = []

    def losing(
        self: snapshot.Snapshot, pieces: object, schema: pa.Schema
    ) -> Iterator[pa.RecordBatch]:
        for k, batch in enumerate(real(self, pieces, schema)):  # type: ignore[arg-type]
            yield batch
            if k == 3 and len(lost) < times:
                lost.append(k)
                server.ask(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE application_name LIKE 'ptml (%'"
                )

    monkeypatch.setattr(snapshot.Snapshot, "read", losing)
    return lost


def test_a_lost_snapshot_is_no_part_of_the_answer(
    address: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with read_dataset(address, postgres=QUICK) as dataset:
        wanted = dataset.fingerprint
    lost = lose_everything_once(server, monkeypatch)
    with read_dataset(address, postgres=QUICK) as dataset:
        assert dataset.fingerprint == wanted
        [(n_rows,)] = dataset.connection.execute("SELECT count(*) FROM enrolments").fetchall()
        assert n_rows + dataset.rows_rejected["enrolments"] == dataset.rows_read["enrolments"]
    assert lost


def test_a_server_that_stays_away_is_for_later(
    address: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = lose_everything_once(server, monkeypatch, times=99)
    with pytest.raises(TryAgainError, match="went away"):
        read_dataset(address, postgres=QUICK)
    assert len(lost) == QUICK.attempts


def test_a_wrong_password_is_not_tried_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    server.ask("CREATE ROLE patient LOGIN PASSWORD 'x'")
    with pytest.raises(UsageError, match="authentication failed"):
        read_dataset(server.address("big", user="patient:y"), postgres=QUICK)
    assert waited == []
    with pytest.raises(TryAgainError, match="refused"):
        read_dataset("postgresql://anna@127.0.0.1:1/hr", postgres=PostgresConfig(attempts=4))
    assert waited == [0.5, 1.0, 2.0]


def test_a_table_that_takes_too_long_is_told_and_not_read_again(server: Server) -> None:
    server.ask(
        """CREATE SCHEMA slow; SET search_path = slow;
        CREATE VIEW employees AS SELECT 'e1' AS employee_id FROM pg_sleep(30)"""
    )
    config = PostgresConfig(attempts=3, statement_seconds=0.3)
    with pytest.raises(TryAgainError, match=r"took more than 0.3 seconds to read .*raise settings"):
        read_dataset(server.address("slow"), postgres=config)


def test_views_and_tables_with_heirs_are_read_by_one(address: str, server: Server) -> None:
    server.ask(
        """CREATE SCHEMA heirs; SET search_path = heirs;
        CREATE VIEW employees AS TABLE big.employees;
        CREATE TABLE courses (course_id text) PARTITION BY LIST (course_id);
        CREATE TABLE courses_1 PARTITION OF courses FOR VALUES IN ('c1');
        CREATE TABLE courses_2 PARTITION OF courses DEFAULT;
        INSERT INTO courses SELECT course_id FROM big.courses;
        CREATE TABLE enrolments AS TABLE big.enrolments;
        CREATE TABLE late_enrolments () INHERITS (enrolments);
        INSERT INTO late_enrolments SELECT 'late' || i, 'e1', 'c1', date '2024-01-01', NULL, ''
            FROM generate_series(1, 50) i"""
    )
    with (
        read_dataset(address, postgres=QUICK) as one,
        read_dataset(server.address("heirs"), postgres=QUICK) as other,
    ):
        assert other.rows_read["employees"] == 200
        assert other.rows_read["courses"] == 50
        assert other.rows_read["enrolments"] == one.rows_read["enrolments"] + 50
