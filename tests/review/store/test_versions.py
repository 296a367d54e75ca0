"""Versions of the review database: new, old, newer, and not ours."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from ptml.errors import UsageError
from ptml.review.access import Role, Viewer
from ptml.review.audit import Entry, append, verify
from ptml.review.cases.asked import Asked
from ptml.review.cases.worklist import listed, week_of
from ptml.review.store import Database
from ptml.review.store.schema import metadata
from ptml.review.store.upgrading import first_version, make_current, upgraded_from_nothing

CHANGED = (
    "the schema is not what the versions make: add a version (or change the newest while it was "
    "not released), so that both roads give the same tables"
)


def differences(connection: Connection) -> list[object]:
    """What a database has otherwise than the schema."""
    settings = {"compare_type": True, "include_name": _is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=settings), metadata))


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def made_of(connection: Connection) -> list[tuple[str, ...]]:
    """Everything that an SQLite database consists of."""
    wanted = "SELECT type, name, tbl_name FROM sqlite_master ORDER BY 1, 2"
    return [tuple(row) for row in connection.execute(text(wanted))]


def test_version_by_version_and_all_at_once_make_the_same_tables(tmp_path: Path) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgraded_from_nothing(connection)
        assert differences(connection) == [], CHANGED
        step_by_step = made_of(connection)
    with Database.open(f"sqlite:///{tmp_path}/new.db").read() as connection:
        assert made_of(connection) == step_by_step


def test_a_database_that_is_there_is_opened_as_it_is(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/review.db"
    with Database.open(address).begin() as connection:
        connection.execute(text("INSERT INTO courses (course_id, title) VALUES ('K1', 'A course')"))
        assert not make_current(connection, upgrades=False)
    with Database.open(address).read() as connection:
        assert connection.execute(text("SELECT title FROM courses")).scalar_one() == "A course"


def test_an_older_one_is_refused_with_a_way_out_and_a_newer_one_too(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/review.db"
    with Database.open(address).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for upgrades in (False, True):
        with pytest.raises(UsageError, match="version 9999, which a newer ptml made"):
            Database.open(address, upgrades=upgrades)


@pytest.fixture
def older(tmp_path: Path) -> str:
    """The address of a database of the first version, with a case, a decision and a log."""
    address = f"sqlite:///{tmp_path}/older.db"
    with create_engine(address).begin() as connection:
        fill_first(connection)
    return address


def test_an_older_one_is_upgraded_only_when_asked(older: str) -> None:
    with pytest.raises(UsageError, match="make a backup, then run ptml review-migrate"):
        Database.open(older)
    Database.open(older, upgrades=True).close()
    with Database.open(older).read() as connection:
        assert differences(connection) == [], CHANGED


def test_an_upgrade_keeps_cases_decisions_and_the_log_and_finds_people(older: str) -> None:
    database = Database.open(older, upgrades=True)
    with database.read() as connection:
        assert verify(connection).is_whole
        assert verify(connection).n_entries == 1
        viewer = Viewer("a1", "Ann", Role.reviewer, None, frozenset({"team"}), "en", "c", "s")
        assert found_in(connection, viewer, "wang") == ["c1"]
        assert found_in(connection, viewer, "e1") == ["c1"]
        assert found_in(connection, viewer, "talks") == ["c1"]
        assert found_in(connection, viewer, "nobody") == []
        assert connection.scalar(text("SELECT phase FROM cases")) == "waiting"
        assert connection.scalar(text("SELECT note FROM decisions")) == "Who?"
        assert connection.scalar(text("SELECT decision FROM warning_actions")) == "postpone"


def found_in(connection: Connection, viewer: Viewer, words: str) -> list[str]:
    """Ids of the cases that a search shows."""
    week = week_of(connection, viewer, date(2026, 10, 5), 25)
    asked = Asked(shown="all", words=words)
    return [row.case_id for row in listed(connection, viewer, asked, week, 25).rows]


def fill_first(connection: Connection) -> None:
    """Make a database as the first version had it, and something in each table that changed."""
    first_version(connection)
    for statement in FIRST_ROWS:
        connection.execute(text(statement))
    append(connection, datetime(2026, 10, 5, tzinfo=UTC), Entry("a1", "case.look", "t1", {}))


_DAY, _MOMENT = "'2026-10-02'", "'2026-10-05 09:00:00'"
FIRST_ROWS = (
    f"INSERT INTO runs VALUES ('r', {_DAY}, 's', {_MOMENT}, true)",
    "INSERT INTO units VALUES ('team', 'Team', NULL)",
    "INSERT INTO unit_ancestors VALUES ('team', 'team')",
    "INSERT INTO courses VALUES ('k1', 'Sales talks', NULL)",
    "INSERT INTO people VALUES ('e1', 'Wang Min', NULL, 'team', NULL, NULL, 't1')",
    "INSERT INTO people VALUES ('e2', 'Wang Other', NULL, 'team', NULL, NULL, 't2')",
    "INSERT INTO accounts VALUES"
    " ('a1', 'ann', 'Ann', 'reviewer', NULL, true, '', NULL, NULL, NULL, true)",
    "INSERT INTO cases (case_id, enrolment_id, employee_id, org_unit_id, course_id, stage, reason,"
    " p_weak, p_low, p_high, priority, flagged_on, run_id, search_text, state, version) VALUES"
    " ('c1', 'n1', 'e1', 'team', 'k1', 'completion', 'motivation', 0.7, 0.6, 0.8, 0.7,"
    f" {_DAY}, 'r', 'wang min e1 sales talks', 'asked', 2)",
    "INSERT INTO case_evidence VALUES ('c1', '{}')",
    "INSERT INTO decisions (decision_id, case_id, version, made_at, made_by, made_on, kind, stage,"
    f" note, before) VALUES ('d1', 'c1', 2, {_MOMENT}, 'a1', {_DAY}, 'ask', 'completion', 'Who?',"
    " '{}')",
)
"""A person with a case and a question about it, as SQL that every database takes."""


def test_tables_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/other.db"
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (id)"))
    engine.dispose()
    with pytest.raises(UsageError, match="has tables people without a version"):
        Database.open(address)
    with create_engine(address).connect() as connection:
        assert inspect(connection).get_table_names() == ["people"]
