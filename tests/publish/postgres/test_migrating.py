"""Versions of the output schema: what they make, what they keep, what is refused."""

from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import TryAgainError, UsageError
from ptml.publish import open_publication, read_run
from ptml.publish.postgres import migrating
from ptml.publish.postgres.contract_types import contract_columns
from ptml.publish.postgres.migrating import migrate, newest_version
from ptml.sources.postgres_address import PostgresAddress
from tests.postgres_server import Server
from tests.publish.runs import FINISHED, mark_of, record

from .conftest import ONCE, publish

STEPS = Path(migrating.__file__).parent / "migrations"


def place_of(server: Server, schema: str) -> PostgresAddress:
    return PostgresAddress.parse(server.address(schema))


def columns(server: Server, schema: str, relation: str) -> dict[str, tuple[str, bool]]:
    """Type and whether it may be NULL, as the server has it."""
    with server.connect() as reader:
        rows = reader.execute(
            "SELECT attname, format_type(atttypid, atttypmod), NOT attnotnull FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [f"{schema}.{relation}"],
        ).fetchall()
    return {str(name): (str(kind), bool(nullable)) for name, kind, nullable in rows}


@pytest.mark.parametrize("name", OUTPUT_TABLES)
def test_migrations_make_what_the_contract_says(server: Server, migrated: str, name: str) -> None:
    wanted = contract_columns(name)
    if name == "runs":
        assert columns(server, migrated, name) == wanted
        return
    stored = columns(server, migrated, f"{name}_by_run")
    assert stored.pop("published_no") == ("bigint", False)
    assert stored == wanted, "add a migration (docs/how-to/postgresql.md)"
    seen = {column: kind for column, (kind, _) in columns(server, migrated, name).items()}
    assert seen == {column: kind for column, (kind, _) in wanted.items()}


@pytest.fixture(scope="module")
def migrated(server: Server) -> str:
    """A schema of the newest version."""
    migrate(place_of(server, "migrated"), ONCE)
    return "migrated"


def test_keys_are_those_of_the_contract(server: Server, migrated: str) -> None:
    found = server.ask("SELECT name, key FROM migrated.output_tables")
    assert {name: tuple(key) for name, key in found} == {
        name: contract.key for name, contract in OUTPUT_TABLES.items() if name != "runs"
    }


def test_a_second_migration_does_nothing(server: Server, schema: str) -> None:
    place = place_of(server, schema)
    assert migrate(place, ONCE) == (None, newest_version())
    assert migrate(place, ONCE) == (newest_version(), newest_version())


def test_the_way_from_the_first_version_to_the_last_keeps_rows_rights_and_views(
    server: Server, schema: str, tmp_path: Path
) -> None:
    place = place_of(server, schema)
    assert migrate(place, ONCE, version="0001") == (None, "0001")
    with server.connect() as owner:
        owner.execute("SELECT set_config('search_path', %s, false)", [schema])
        owner.execute(
            sql.SQL(
                """INSERT INTO publications (run_id, about) VALUES ('a run', '{{}}');
                CREATE TABLE segments_1 PARTITION OF segments_by_run FOR VALUES IN (1);
                INSERT INTO segments_1 VALUES
                    (1, 'ann', 'core', 'on', NULL, '2026-10-01', 'a run');
                CREATE ROLE board_{0};
                GRANT SELECT ON segments TO board_{0};
                CREATE VIEW core AS SELECT employee_id FROM segments WHERE segment = 'core'"""
            ).format(sql.SQL(schema))
        )
    with pytest.raises(UsageError, match=r"of version 0001, and this ptml writes .*ptml migrate"):
        publish(server.address(schema), 1)
    steps = tmp_path / "steps"
    steps.mkdir()
    for step in STEPS.glob("v*.py"):
        (steps / step.name).write_text(step.read_text(encoding="utf-8"), encoding="utf-8")
    (steps / "v9999_one_more_column.py").write_text(
        "from ptml.publish.postgres.migration_steps import add_column\n"
        f"revision, down_revision = '9999', '{newest_version()}'\n"
        "def upgrade():\n    add_column('segments', 'since', 'date')\n",
        encoding="utf-8",
    )
    assert migrate(place, ONCE, migrations=steps) == ("0001", "9999")
    with server.connect() as reader:
        reader.execute("SELECT set_config('search_path', %s, false)", [schema])
        reader.execute(sql.SQL("SET ROLE board_{}").format(sql.SQL(schema)))
        reader.execute("RESET ROLE")
        assert reader.execute("SELECT employee_id, since FROM segments").fetchall() == [
            ("ann", None)
        ]
        assert reader.execute("SELECT * FROM core").fetchall() == [("ann",)]
        may = "SELECT has_table_privilege('board_' || %s, 'segments', 'SELECT')"
        assert reader.execute(may, [schema]).fetchone() == (True,)
    with pytest.raises(UsageError, match=r"version 9999, newer than this ptml .*; install a newer"):
        publish(server.address(schema), 1)


def test_a_publication_after_the_first_version_is_shown(server: Server, schema: str) -> None:
    place = place_of(server, schema)
    migrate(place, ONCE, version="0001")
    migrate(place, ONCE)
    publish(server.address(schema), 1)
    assert mark_of(read_run(server.address(schema))) == 1


def test_a_step_that_fails_leaves_the_version_before(
    server: Server, schema: str, tmp_path: Path
) -> None:
    place = place_of(server, schema)
    steps = tmp_path / "steps"
    steps.mkdir()
    for step in STEPS.glob("v*.py"):
        (steps / step.name).write_text(step.read_text(encoding="utf-8"), encoding="utf-8")
    (steps / "v9999_broken.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision = '9999', '{newest_version()}'\n"
        "def upgrade():\n"
        "    op.execute('DROP VIEW lift'); op.execute('CREATE TABLE runs (x int)')\n",
        encoding="utf-8",
    )
    with pytest.raises(UsageError, match=r"holds what ptml did not make .*\"runs\" already exists"):
        migrate(place, ONCE, migrations=steps)
    with pytest.raises(UsageError, match="has no output schema of ptml"):
        publish(server.address(schema), 1)
    assert migrate(place, ONCE) == (None, newest_version())


def test_other_things_by_our_names_are_left_alone(server: Server, schema: str) -> None:
    with server.connect() as owner:
        owner.execute(sql.SQL("CREATE SCHEMA {0}").format(sql.Identifier(schema)))
        owner.execute(sql.SQL("CREATE TABLE {0} (x int)").format(sql.Identifier(schema, "runs")))
    with pytest.raises(UsageError, match="holds what ptml did not make"):
        migrate(place_of(server, schema), ONCE)


@pytest.mark.parametrize("mine", ["TABLE {0} (x int)", "VIEW {0} AS SELECT 1 AS x"])
def test_a_name_that_a_later_step_takes_to_is_left_to_who_has_it(
    server: Server, schema: str, mine: str
) -> None:
    place = place_of(server, schema)
    migrate(place, ONCE, version="0003")
    with server.connect() as owner:
        owner.execute(sql.SQL("CREATE " + mine).format(sql.Identifier(schema, "people")))
    with pytest.raises(UsageError, match="holds what ptml did not make"):
        migrate(place, ONCE)
    assert len(server.ask(f"SELECT x FROM {schema}.people")) == ("VIEW" in mine)
    assert server.ask(f"SELECT version_num FROM {schema}.ptml_schema_version") == [("0003",)]


def test_nobody_migrates_while_a_run_is_published(out: str, server: Server, schema: str) -> None:
    with (
        open_publication(out, record(), lambda: FINISHED, postgres=ONCE),
        pytest.raises(TryAgainError, match="another run is writing"),
    ):
        migrate(place_of(server, schema), ONCE)


def test_a_role_that_is_not_there_is_told(server: Server, schema: str) -> None:
    with pytest.raises(UsageError, match=r'role "ghost" does not exist; deploy/postgres/roles.sql'):
        migrate(place_of(server, schema), ONCE, writers=["ghost"])


def test_a_schema_with_an_odd_name(server: Server) -> None:
    address = server.address("Odd%20%22name%22%3B%20--")
    migrate(PostgresAddress.parse(address), ONCE)
    for mark in (1, 2):
        publish(address, mark)
        assert mark_of(read_run(address)) == mark
    with pytest.raises(psycopg.errors.UndefinedTable):
        server.ask("SELECT 1 FROM begin_publication")
