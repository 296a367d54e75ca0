"""The roles of `deploy/postgres/roles.sql`: each can do its part, and nothing else."""

from pathlib import Path

import psycopg
import pytest

from ptml.contracts.inputs import INPUT_TABLES
from ptml.errors import UsageError
from ptml.publish import read_run
from ptml.publish.erasing import KeepsRuns, People, erasable
from ptml.publish.postgres import migrating
from ptml.publish.postgres.migrating import migrate
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.traces import Needle
from tests.postgres_server import Server
from tests.publish.people import publish_people
from tests.publish.runs import mark_of, record

from .conftest import publish

SCRIPT = Path(__file__).parents[3] / "deploy" / "postgres" / "roles.sql"
ROLES = ("ptml_owner", "ptml_source", "ptml_writer", "ptml_reader", "ptml_eraser")


@pytest.fixture(scope="module")
def deployed(server: Server) -> Server:
    """A server on which the script ran, twice, with a source and two published runs."""
    server.ask(
        """CREATE SCHEMA hr; CREATE TABLE hr.employees (employee_id text);
        CREATE TABLE hr.salaries (employee_id text, salary int);
        CREATE VIEW hr.courses AS SELECT 'c1' AS course_id"""
    )
    for _ in range(2):
        server.run_script(SCRIPT, source_schema="hr")
    for role in ROLES:
        server.ask(f"ALTER ROLE {role} PASSWORD 'pw'")
    owner = PostgresAddress.parse(address(server, "ptml_owner"))
    roles = ["ptml_writer"], ["ptml_reader"]
    migrate(owner, PostgresConfig(), *roles, erasers=["ptml_eraser"])
    return server


def address(server: Server, role: str) -> str:
    return server.address("ptml", user=f"{role}:pw")


def connect(server: Server, role: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(server.folder), user=role, password="pw", dbname="postgres")


def test_the_writer_publishes_and_the_reader_reads(deployed: Server) -> None:
    for mark in (1, 2, 3):
        publish(address(deployed, "ptml_writer"), mark, PostgresConfig(attempts=1, kept_runs=2))
        assert mark_of(read_run(address(deployed, "ptml_reader"))) == mark
    assert mark_of(read_run(address(deployed, "ptml_reader"), record(2).run_id)) == 2


def test_the_eraser_takes_people_out_and_runs_that_are_old(deployed: Server) -> None:
    for mark in (5, 6):
        publish_people(address(deployed, "ptml_writer"), ["E1", "E10", "E2"], mark)
    place = erasable(address(deployed, "ptml_eraser"), postgres=PostgresConfig(attempts=1))
    whom = People.of(["E1"], [place.known(["E1"])])
    with place.alone():
        changes = list(place.erase(whom, {"at": "now", "people": 1}))
    assert len(changes) == 2
    assert place.elsewhere(whom.needle).traces == ()
    found = read_run(address(deployed, "ptml_reader")).tables["segments"]["employee_id"]
    assert list(found) == ["E10", "E2"]
    assert isinstance(place, KeepsRuns)
    n_earlier = len(list(place.earlier()))
    with place.alone():
        next(place.earlier()).remove()
    assert len(list(place.earlier())) == n_earlier - 1


@pytest.mark.parametrize("role", ["ptml_writer", "ptml_reader"])
def test_nobody_else_may_erase(deployed: Server, role: str) -> None:
    publish_people(address(deployed, "ptml_writer"), ["E1", "E2"], 7)
    place = erasable(address(deployed, role), postgres=PostgresConfig(attempts=1))
    with pytest.raises(UsageError, match="with --eraser for this role"), place.alone():
        list(place.erase(People(frozenset({"E1"})), {"at": "now", "people": 1}))
    found = read_run(address(deployed, "ptml_reader")).tables["segments"]["employee_id"]
    assert list(found) == ["E1", "E2"]


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE ptml.lift_by_run",
        "DELETE FROM ptml.publications",
        "UPDATE ptml.runs SET run_id = 'x'",
        "DELETE FROM ptml.segments_by_run",
        "INSERT INTO ptml.segments_by_run SELECT * FROM ptml.segments_by_run",
        "SELECT ptml.begin_publication('20261001-0123456789abcdef', '')",
        "SELECT ptml.remove_old_publications(1)",
        "SELECT * FROM hr.employees",
        "CREATE TABLE ptml.mine (x int)",
    ],
)
def test_the_eraser_can_do_nothing_else(deployed: Server, query: str) -> None:
    with connect(deployed, "ptml_eraser") as eraser, pytest.raises(psycopg.Error) as raised:
        eraser.execute(query)
    assert raised.value.sqlstate == "42501"


def test_a_table_that_the_eraser_may_not_read_is_told(deployed: Server) -> None:
    deployed.ask("CREATE TABLE ptml.closed (employee_id text)")
    place = erasable(address(deployed, "ptml_eraser"), postgres=PostgresConfig(attempts=1))
    [trace] = place.elsewhere(Needle(frozenset({"E77"}))).traces
    deployed.ask("DROP TABLE ptml.closed")
    assert trace.path.endswith(", closed")
    assert "may not be read" in trace.where


def test_a_table_that_a_step_adds_is_for_the_roles_that_are_known(
    deployed: Server, tmp_path: Path
) -> None:
    for step in (Path(migrating.__file__).parent / "migrations").glob("v*.py"):
        (tmp_path / step.name).write_text(step.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "v9998_empty.py").write_text(
        f"revision, down_revision = '9998', '{migrating.newest_version()}'\n"
        "from alembic import op\n"
        "def upgrade():\n    op.execute('REVOKE SELECT ON lift FROM ptml_reader')\n",
        encoding="utf-8",
    )
    owner = PostgresAddress.parse(address(deployed, "ptml_owner"))
    migrate(owner, PostgresConfig(), migrations=tmp_path)
    newest = migrating.newest_version()
    deployed.ask(f"UPDATE ptml.ptml_schema_version SET version_num = '{newest}'")
    with connect(deployed, "ptml_reader") as reader:
        reader.execute("SELECT * FROM ptml.lift")


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE ptml.lift_by_run",
        "DROP VIEW ptml.lift",
        "DROP SCHEMA ptml CASCADE",
        "DROP FUNCTION ptml.begin_publication",
        "SELECT * FROM ptml.lift",
        "SELECT * FROM ptml.lift_by_run",
        "SELECT * FROM hr.employees",
        "SELECT * FROM hr.salaries",
        "DELETE FROM ptml.runs",
        "INSERT INTO ptml.publications (run_id, about) VALUES ('x', '')",
        "UPDATE ptml.publications SET run_id = 'x'",
        "CREATE TABLE ptml.mine (x int)",
        "CREATE TABLE public.mine (x int)",
        "SELECT ptml.add_keys('lift', ARRAY['x'])",
    ],
)
def test_the_writer_can_do_nothing_else(deployed: Server, query: str) -> None:
    with connect(deployed, "ptml_writer") as writer, pytest.raises(psycopg.Error) as raised:
        writer.execute(query)
    assert raised.value.sqlstate == "42501"


def test_the_writer_cannot_change_a_run_that_is_shown(deployed: Server) -> None:
    publish(address(deployed, "ptml_writer"), 4, PostgresConfig(attempts=1))
    [(number,)] = deployed.ask("SELECT max(published_no) FROM ptml.publications")
    with connect(deployed, "ptml_writer") as writer, pytest.raises(psycopg.Error) as raised:
        writer.execute(f"INSERT INTO ptml.segments_{number} VALUES (1)")
    assert raised.value.sqlstate == "42501"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM hr.employees",
        "DELETE FROM ptml.runs",
        "DELETE FROM ptml.lift_by_run",
        "SELECT ptml.begin_publication('20261001-0123456789abcdef', '')",
        "SELECT ptml.remove_old_publications(1)",
    ],
)
def test_the_reader_of_the_output_reads_that_alone(deployed: Server, query: str) -> None:
    with connect(deployed, "ptml_reader") as reader:
        reader.execute("SELECT * FROM ptml.lift, ptml.runs, ptml.manifest")
        with pytest.raises(psycopg.Error) as raised:
            reader.execute("SET TRANSACTION READ WRITE; " + query)
    assert raised.value.sqlstate in ("42501", "25001")


def test_the_reader_of_the_source_reads_the_contract_alone(deployed: Server) -> None:
    with connect(deployed, "ptml_source") as reader:
        reader.execute("SELECT * FROM hr.employees, hr.courses")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM hr.salaries")
        reader.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM ptml.lift")


def test_the_owner_is_no_superuser_and_reads_no_source(deployed: Server) -> None:
    with connect(deployed, "ptml_owner") as owner, pytest.raises(psycopg.Error) as raised:
        owner.execute("SELECT * FROM hr.employees")
    assert raised.value.sqlstate == "42501"


def test_the_script_names_every_table_of_the_contract() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert [name for name in INPUT_TABLES if f"'{name}'" not in text] == []
