"""Versions of the review database: new, old, newer, and not ours."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from ptml.errors import UsageError
from ptml.review.store import Database
from ptml.review.store.schema import metadata
from ptml.review.store.upgrading import make_current, upgraded_from_nothing

CHANGED = (
    "the schema is not what the versions make: change first.py while no version was released "
    "(or add a version), so that both roads give the same tables"
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


def test_an_older_one_is_upgraded_only_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.script import ScriptDirectory

    address = f"sqlite:///{tmp_path}/review.db"
    Database.open(address)
    monkeypatch.setattr(ScriptDirectory, "get_current_head", lambda _: "0002")
    with pytest.raises(UsageError, match="make a backup, then run ptml review-migrate"):
        Database.open(address)


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
