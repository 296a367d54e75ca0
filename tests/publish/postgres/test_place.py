"""A real server: what readers see while and after runs are published."""

from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ptml.errors import TryAgainError, UsageError
from ptml.publish import open_publication, read_run
from ptml.publish.config import PublishConfig
from ptml.publish.places import place_of
from ptml.publish.postgres.kept import kept_runs
from ptml.sources.postgres_config import PostgresConfig
from tests.postgres_server import Server
from tests.publish.runs import FINISHED, mark_of, record

from .conftest import ONCE, publish

Session = psycopg.Connection[tuple[object, ...]]


def marks(session: Session, schema: str, table: str = "lift") -> set[object]:
    """Marks of the run that a session sees; empty when it sees no row."""
    name = sql.Identifier(schema, table)
    found = session.execute(sql.SQL("SELECT support FROM {}").format(name))
    return {mark for (mark,) in found}


def test_the_newest_run_is_read_back_whole(out: str) -> None:
    for mark in (1, 2):
        publish(out, mark)
        run = read_run(out)
        assert mark_of(run) == mark
        [told] = run.tables["runs"].to_dict("records")
        assert told["finished_at"] == FINISHED
        assert str(told["as_of"]) == "2026-10-01"


def test_a_reader_in_a_transaction_keeps_its_run_to_the_end(
    out: str, schema: str, server: Server
) -> None:
    publish(out, 1)
    with server.connect() as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert reader.execute("SELECT 1").fetchone() == (1,)
        for mark in (2, 3):
            publish(out, mark)
            # The table is looked up for the first time after the other run became visible.
            assert marks(reader, schema) == {1}
        segments = sql.SQL("SELECT run_id FROM {}").format(sql.Identifier(schema, "segments"))
        assert set(reader.execute(segments)) == {(record(1).run_id,)}
        reader.rollback()
        assert marks(reader, schema) == {3}


def test_a_reader_that_is_at_it_keeps_nobody_waiting(out: str, schema: str, server: Server) -> None:
    publish(out, 1)
    with server.connect() as reader:
        # Its lock on the tables stays until its transaction ends.
        assert marks(reader, schema) == {1}
        publish(out, 2, PostgresConfig(attempts=1, lock_seconds=0.2))
        assert marks(reader, schema) == {2}


def test_rights_and_views_stay_through_runs(out: str, schema: str, server: Server) -> None:
    publish(out, 1)
    with server.connect() as owner:
        name = sql.Identifier(schema)
        for query in (
            "CREATE ROLE board_{0} LOGIN",
            "GRANT USAGE ON SCHEMA {1} TO board_{0}",
            "CREATE VIEW {1}.best AS SELECT support FROM {1}.lift WHERE lift IS NOT NULL",
            "GRANT SELECT ON {1}.best, {1}.segments TO board_{0}",
        ):
            owner.execute(sql.SQL(query).format(sql.SQL(schema), name))
    publish(out, 2)
    with server.connect() as reader:
        reader.execute(sql.SQL("SET ROLE board_{}").format(sql.SQL(schema)))
        assert marks(reader, schema, "best") == {2}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            marks(reader, schema, "lift")


def test_runs_keeps_a_row_a_run_and_old_rows_go(out: str, schema: str, server: Server) -> None:
    for mark in (1, 2, 3, 4):
        publish(out, mark, PostgresConfig(kept_runs=2))
    publish(out, 2)
    with server.connect() as reader:
        reader.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
        told = reader.execute("SELECT run_id FROM runs").fetchall()
        assert sorted(told) == sorted((record(mark).run_id,) for mark in (1, 2, 3, 4))
        kept = reader.execute("SELECT DISTINCT support FROM lift_by_run ORDER BY 1").fetchall()
        assert kept == [(2,), (3,), (4,)]
        parts = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'lift_by_run'::regclass"
        assert reader.execute(parts).fetchone() == (3,)


def test_a_run_that_is_kept_can_be_read_and_another_is_refused(out: str) -> None:
    for mark in (1, 2, 3):
        publish(out, mark, PostgresConfig(kept_runs=2))
    assert mark_of(read_run(out, record(2).run_id)) == 2
    with pytest.raises(UsageError, match=r"run .* is not kept"):
        read_run(out, record(1).run_id)


def test_a_run_that_is_removed_while_it_is_read_is_told(out: str) -> None:
    publish(out, 1)
    run = read_run(out)
    publish(out, 2, PostgresConfig(kept_runs=1))
    with pytest.raises(TryAgainError, match=r"was removed from .* while it was read, as too old"):
        run.tables["lift"]


def test_scores_of_the_runs_that_are_kept_can_be_compared(out: str) -> None:
    for mark in (1, 2, 3):
        publish(out, mark, PostgresConfig(kept_runs=2))
    newest, before = kept_runs(out)
    assert newest.as_of == before.as_of == date(2026, 10, 1)
    assert newest.name > before.name
    assert newest.model_versions == {"lift": "3f"}
    for run, mark in ((newest, 3), (before, 2)):
        values = run.column("lift", "support")
        assert values is not None
        assert values.to_pylist() == [mark] * 6
    assert kept_runs(out.replace("schema=out_", "schema=none_")) == []


def test_the_same_run_again_changes_nothing(out: str, schema: str, server: Server) -> None:
    publish(out, 1)
    publish(out, 2)
    publish(out, 2)
    with server.connect() as reader:
        count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, "publications"))
        assert reader.execute(count).fetchone() == (2,)
    publish(out, 1)
    assert mark_of(read_run(out)) == 1


def test_keys_are_there_and_each_partition_has_them(out: str, schema: str, server: Server) -> None:
    publish(out, 1)
    with server.connect() as reader:
        found = reader.execute(
            "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = %s", [schema]
        ).fetchall()
    indexes = {(table, definition.partition(" USING ")[2]) for table, definition in found}  # type: ignore[attr-defined]
    assert ("lift_1", "btree (employee_id, course_id)") in indexes
    assert ("warnings_1", "btree (enrolment_id, stage)") in indexes
    assert ("warnings_1", "btree (employee_id)") in indexes


def test_the_second_publisher_is_told_who_is_at_it(out: str, schema: str, tmp_path: Path) -> None:
    elsewhere = PostgresConfig(attempts=1, work_folder=tmp_path / "another machine")
    with (
        open_publication(out, record(1), lambda: FINISHED, postgres=ONCE),
        pytest.raises(TryAgainError) as raised,
        open_publication(out, record(2), lambda: FINISHED, postgres=elsewhere),
    ):
        pytest.fail("two at once")
    told = str(raised.value)
    assert told.startswith("another run is writing to postgresql://postgres@")
    assert "ptml (process " in told
    assert "server process " in told
    assert " UTC; try again when it is done" in told
    publish(out, 3)
    with (
        open_publication(out, record(1), lambda: FINISHED, postgres=ONCE),
        pytest.raises(TryAgainError, match=r"another run is writing .*process \d+ on"),
        open_publication(out, record(2), lambda: FINISHED, postgres=ONCE),
    ):
        pytest.fail("two at once on one machine")


def test_what_a_killed_publisher_left_is_no_part_of_the_next_run(out: str, tmp_path: Path) -> None:
    place = place_of(out, lambda: FINISHED, PublishConfig(), ONCE)
    place.staging.mkdir(parents=True)
    (place.staging / "lift.parquet").write_bytes(b"half a file")
    (place.staging.parent / "publishing").write_text("process 1 on nowhere", encoding="utf-8")
    publish(out, 1)
    assert mark_of(read_run(out)) == 1


def test_a_schema_without_tables_or_behind_is_refused_with_the_way_out(
    server: Server, schema: str
) -> None:
    address = server.address(schema)
    with pytest.raises(UsageError, match=r"has no output schema of ptml; run `ptml migrate` there"):
        publish(address, 1)
    with pytest.raises(UsageError, match=r"no run was published to .*; `ptml score"):
        read_run(address)


@pytest.mark.parametrize("user", ["nobody", "postgres:wr0ng@"])
def test_a_wrong_address_is_told_without_the_password(server: Server, user: str) -> None:
    with pytest.raises(UsageError) as raised:
        publish(server.address("public", user=user), 1)
    assert str(raised.value).startswith("--out")
    assert "wr0ng" not in str(raised.value)


def test_a_server_that_is_away_is_for_later() -> None:
    with pytest.raises(TryAgainError, match="cannot be reached"):
        publish("postgresql://anna:s3cret@127.0.0.1:1/hr", 1)


def test_nothing_is_left_in_the_work_folder(out: str, tmp_path: Path) -> None:
    publish(out, 1)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    [folder] = tmp_path.glob("ptml-*")
    assert folder.stat().st_mode & 0o077 == 0
