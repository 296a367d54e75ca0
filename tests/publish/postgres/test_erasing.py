"""People taken out of a schema: nothing of them stays, and readers keep the run that they have."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import TryAgainError, UsageError
from ptml.publish import read_run
from ptml.publish.erasing import Change, Erasable, KeepsRuns, erasable
from ptml.publish.postgres.reading import Reader
from ptml.sources.postgres_config import PostgresConfig
from ptml.traces import Needle
from tests.postgres_server import Server
from tests.publish.people import enrolment_of, publish_people
from tests.publish.talker import Talker, talking
from tests.publish.test_erasing import NOTE, known, without

from .conftest import ONCE, PATIENT

PEOPLE = ["E1", "E10", "E1 B", "E2"]
NEEDLE = Needle(frozenset({"E1", enrolment_of("E1")}), frozenset({"E1 B", "N-E1 B"}))


@pytest.fixture(scope="module")
def eraser() -> Iterator[Talker]:
    """Erase in another process that dies before a statement."""
    with talking("tests.publish.killed_eraser") as ask:
        yield ask


def erase(out: str, *employee_ids: str, config: PostgresConfig = ONCE) -> list[Change]:
    place = erasable(out, postgres=config)
    with place.alone():
        return list(place.erase(known(place, *employee_ids), NOTE))


def left(out: str, needle: Needle = NEEDLE) -> list[tuple[str, str]]:
    return [(t.path.partition(", ")[2], t.where) for t in place(out).elsewhere(needle).traces]


def place(out: str) -> Erasable:
    return erasable(out, postgres=ONCE)


@pytest.fixture
def reader(server: Server, schema: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A reader who keeps what was there when he began."""
    with server.connect() as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", [schema])
        connection.commit()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield connection
        connection.rollback()


def test_nothing_of_the_person_is_left_and_everybody_else_is_as_before(out: str) -> None:
    publish_people(out, PEOPLE)
    wanted = without(read_run(out), "E1")
    [found] = place(out).find(known(place(out), "E1"))
    assert {where for _, where in left(out)} >= {"column employee_id", "column interventions"}
    [change] = erase(out, "E1")
    assert (change.rows, change.named) == (found.rows, found.named)
    assert dict(change.rows) | {"flags": 1, "rejected_rows": 2, "segments": 1} == change.rows
    run = read_run(out)
    for name, table in wanted.items():
        assert run.arrow(name).equals(table), name
        assert run.about["rows"][name] == len(table)
    assert run.about["erased"] == [{**NOTE, "manifest_before": found.before}]
    assert change.before == found.before != change.after
    assert left(out) == []


def test_every_kept_run_is_rewritten_in_its_order_with_its_time(
    out: str, server: Server, schema: str
) -> None:
    for mark, people in enumerate((["E2", "E10"], PEOPLE, ["E2"], PEOPLE)):
        publish_people(out, people, mark)
    ask = sql.SQL("SELECT run_id, published_at, published_by FROM {} ORDER BY published_no")
    with server.connect() as owner:
        query = ask.format(sql.Identifier(schema, "publications"))
        before = owner.execute(query).fetchall()
        changes = erase(out, "E1", "E10")
        assert owner.execute(query).fetchall() == before
        parts = owner.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = %s::regclass",
            [f"{schema}.segments_by_run"],
        ).fetchone()
    assert parts == (4,)
    assert len(changes) == 3
    runs = [Reader(out, ONCE).find(str(run_id))[1] for run_id, _, _ in before]
    assert ["erased" in about for about in runs] == [True, True, False, True]
    ids = [list(read_run(out, about["run_id"]).tables["segments"]["employee_id"]) for about in runs]
    assert ids == [["E2"], ["E1 B", "E2"], ["E2"], ["E1 B", "E2"]]
    assert read_run(out).about["run_id"] == before[-1][0]
    assert set(place(out).people().to_pylist()) == {"E1 B", "E2"}


def test_a_reader_keeps_the_run_that_it_began_with_and_is_waited_for(
    out: str, reader: psycopg.Connection[tuple[object, ...]]
) -> None:
    publish_people(out, PEOPLE)
    # It has a snapshot, and no lock on any table that an erasure drops.
    assert reader.execute("SELECT count(*) FROM publications").fetchone() == (1,)
    patient = PostgresConfig(attempts=1, lock_seconds=30)
    erasing = threading.Thread(target=erase, args=(out, "E1"), kwargs={"config": patient})
    erasing.start()
    while "erased" not in Reader(out, ONCE).publications()[0][1]:
        time.sleep(0.05)
    # Not looked up before, and still of the run that this reader has.
    time.sleep(1)
    assert reader.execute("SELECT count(*) FROM segments").fetchone() == (4,)
    assert reader.execute("SELECT count(*) FROM warnings").fetchone() == (4,)
    assert "erased" not in str(reader.execute("SELECT about FROM manifest").fetchone())
    assert erasing.is_alive()
    reader.rollback()
    erasing.join(20)
    assert not erasing.is_alive()
    assert left(out) == []


def test_a_reader_who_does_not_end_is_named_and_the_next_call_goes_on(
    out: str, reader: psycopg.Connection[tuple[object, ...]]
) -> None:
    publish_people(out, PEOPLE)
    reader.execute("SELECT FROM lift")
    with pytest.raises(TryAgainError, match=r"server process \d+ of postgres.* still reads"):
        erase(out, "E1")
    assert "E1" not in set(read_run(out).tables["segments"]["employee_id"])
    [change] = place(out).find(known(place(out), "E1"))
    assert (change.before, change.rows["segments"]) == ("", 1)
    assert "of no publication" in change.where
    reader.rollback()
    assert erase(out, "E1") == []
    assert left(out) == []


def test_a_reader_who_looked_before_the_erasure_is_told(out: str) -> None:
    publish_people(out, PEOPLE)
    run = read_run(out)
    erase(out, "E1")
    with pytest.raises(TryAgainError, match="while it was read"):
        run.arrow("warnings")


@pytest.mark.parametrize(
    ("statement", "is_shown"),
    [
        ("replace_publication", False),
        ("INSERT INTO", False),
        ("show_publication", False),
        ("virtualtransaction", True),
        ("remove_unpublished", True),
        ("analyze_runs", True),
    ],
)
def test_killed_before_a_statement_all_or_nothing_is_shown_and_the_next_call_goes_on(
    eraser: Talker, out: str, statement: str, is_shown: bool
) -> None:
    publish_people(out, PEOPLE)
    assert eraser(out=out, person="E1", statement=statement) == "died"
    people = list(read_run(out).tables["segments"]["employee_id"])
    assert people == PEOPLE[is_shown:]
    assert len(erase(out, "E1", config=PATIENT)) == 1 - is_shown
    assert left(out) == []
    assert list(read_run(out).tables["warnings"]["employee_id"]) == PEOPLE[1:]


def test_a_run_that_was_taken_back_goes_whole(out: str, server: Server, schema: str) -> None:
    publish_people(out, ["E2"], 1)
    publish_people(out, PEOPLE, 2)
    with server.connect() as owner:
        query = sql.SQL("DELETE FROM {} WHERE published_no = 2")
        owner.execute(query.format(sql.Identifier(schema, "publications")))
    assert left(out) != []
    assert erase(out, "E1") == []
    assert left(out) == []


def test_erasing_again_and_whoever_is_not_there_change_nothing(out: str) -> None:
    publish_people(out, PEOPLE)
    erase(out, "E1")
    before = Reader(out, ONCE).publications()
    assert erase(out, "E1") == erase(out, "E77") == []
    assert Reader(out, ONCE).publications() == before


def test_an_error_on_the_way_leaves_the_runs_as_they_were(
    out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_people(out, PEOPLE)
    before = Reader(out, ONCE).publications()
    monkeypatch.setattr("ptml.publish.erasing.schema._copy", lambda *_: 77)
    with pytest.raises(Exception, match="has 77 rows"):
        erase(out, "E1")
    assert Reader(out, ONCE).publications() == before
    assert len(read_run(out).tables["segments"]) == 4


def test_tables_statistics_and_views_of_others_are_looked_at(
    out: str, server: Server, schema: str
) -> None:
    publish_people(out, PEOPLE)
    with server.connect() as owner:
        owner.execute("SELECT set_config('search_path', %s, false)", [schema])
        owner.execute(
            """CREATE TABLE mine (id int, note jsonb, raw bytea, many text[], "employee_id" text);
            INSERT INTO mine VALUES (1, '{"a": ["E1"]}', 'see E1', '{E1,x}', 'E1');
            INSERT INTO mine VALUES (1, '{"a": ["E10"]}', 'see E10', '{E10}', 'E10');
            CREATE VIEW one AS SELECT * FROM segments WHERE employee_id = 'E1';
            ANALYZE segments_by_run"""
        )
    assert ("segments_by_run", "statistics of column employee_id") in left(out)
    erase(out, "E1")
    assert sorted(left(out)) == [
        ("mine", "column employee_id"),
        ("mine", "column many"),
        ("mine", "column note"),
        ("mine", "column raw"),
        ("one", "its definition"),
    ]


def test_a_number_is_an_id_only_where_it_stands_for_a_person(out: str) -> None:
    publish_people(out, ["1234", "12345", "234"])
    whom = known(place(out), "1234")
    erase(out, "1234")
    assert list(read_run(out).tables["segments"]["employee_id"]) == ["12345", "234"]
    assert left(out, whom.needle) == []


def test_no_id_is_sent_to_the_server(out: str, server: Server) -> None:
    secret = "E1-whose-name-nobody-may-know"
    publish_people(out, [secret, "E2"])
    server.ask("ALTER DATABASE postgres SET log_statement = 'all'")
    log = server.folder / "log"
    before = log.stat().st_size
    erase(out, secret)
    assert left(out, Needle(frozenset({secret}))) == []
    server.ask("ALTER DATABASE postgres RESET log_statement")
    said = log.read_bytes()[before:]
    assert b"replace_publication" in said
    assert secret.encode() not in said


def test_an_unfinished_run_on_this_machine_goes(out: str) -> None:
    publish_people(out, PEOPLE)
    [work] = place(out).files
    staging = Path(work) / "unfinished"
    staging.mkdir()
    (staging / "lift.parquet").write_text("E1")
    assert place(out).leftovers() == [str(staging)]
    erase(out, "E1")
    assert not staging.exists()


def test_earlier_runs_can_be_taken_away_and_the_newest_cannot(out: str) -> None:
    for mark in (1, 2, 3):
        publish_people(out, PEOPLE, mark)
    kept = place(out)
    assert isinstance(kept, KeepsRuns)
    first, second = kept.earlier()
    assert first.n_bytes > 10_000
    assert first.since < second.since
    with kept.alone():
        first.remove()
    numbers = [number for number, _ in Reader(out, ONCE).publications()]
    assert len(numbers) == 2
    assert [run.name for run in kept.earlier()] == [second.name]


def test_rows_in_text_and_rows_in_binary_are_the_same(
    out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_people(out, PEOPLE)
    wanted = without(read_run(out), "E1")
    monkeypatch.setattr("ptml.publish.postgres.loading.CAN_ENCODE", False)
    erase(out, "E1")
    assert all(read_run(out).arrow(name).equals(wanted[name]) for name in OUTPUT_TABLES)


def test_a_schema_that_is_behind_is_refused(server: Server, schema: str) -> None:
    with pytest.raises(UsageError, match="ptml migrate"):
        erase(server.address(schema), "E1")


def test_no_password_is_shown() -> None:
    with pytest.raises(TryAgainError) as told:
        erase("postgresql://me:s3cret@127.0.0.1:1/db?schema=out", "E1")
    assert "s3cret" not in str(told.value)
