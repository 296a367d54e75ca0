"""The review page on a real PostgreSQL server, with roles that have as few rights as they need."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from ptml.errors import UsageError
from ptml.review.access.viewer import Role
from ptml.review.audit import Entry, append, verify
from ptml.review.store import Database
from ptml.review.store.database import viewing
from ptml.review.store.granting import grant
from ptml.review.store.schema import cases, people
from ptml.review.store.upgrading import upgraded_from_nothing
from ptml.review.subjects.erasing import Subject, clear_files, erase, remains
from tests.postgres_server import Server, started
from tests.review.served import PASSWORD, Served, csrf_in, enter, serve
from tests.review.small_run import write_run
from tests.review.store.test_versions import CHANGED, differences

SCRIPT = Path(__file__).parents[3] / "deploy" / "postgres" / "review.sql"
NOW = datetime(2026, 10, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with the roles of `deploy/postgres/review.sql`."""
    with started() as server:
        server.run_script(SCRIPT)
        server.run_script(SCRIPT)
        for role in ("ptml_review_owner", "ptml_review", "ptml_review_learner"):
            with server.connect() as connection:
                connection.execute(f"ALTER ROLE {role} PASSWORD 'secret'")
        with owned(server) as owner, owner.begin() as connection:
            grant(connection, ["ptml_review"], ["ptml_review_learner"])
        yield server


def address(server: Server, role: str) -> str:
    """The address of the database for a role."""
    return f"postgresql://{role}:secret@/postgres?host={server.folder}"


@contextmanager
def owned(server: Server) -> Iterator[Database]:
    """The database as its owner has it."""
    database = Database.open(address(server, "ptml_review_owner"), upgrades=True)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="module")
def page(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page as the role with few rights."""
    served = serve(write_run(tmp_path_factory.mktemp("out")), address(server, "ptml_review"))
    yield served
    served.database.close()


def test_the_page_runs_with_few_rights_from_signing_in_to_a_decision(page: Served) -> None:
    page.account(Role.reviewer, "ann", password=PASSWORD, units=("north",))
    browser = page.browser()
    assert enter(browser, "ann", PASSWORD).status_code == 303
    found = browser.get("/cases")
    assert "Anna Alvarez" in found.text
    assert "Bert" not in found.text
    own, other = page.case_of("EMP-anna"), page.case_of("EMP-bert")
    csrf = csrf_in(browser.get(f"/cases/{own}"))
    form = {"csrf": csrf, "version": "1", "kind": "accept"}
    assert browser.get(f"/cases/{other}").status_code == 404
    assert browser.post(f"/cases/{other}/decisions", data=form).status_code == 404
    assert browser.post(f"/cases/{own}/decisions", data=form).status_code == 303
    assert browser.post(f"/cases/{own}/decisions", data=form).status_code == 409
    with page.database.read() as connection:
        assert verify(connection).is_whole


@pytest.mark.parametrize(
    ("units", "employee", "seen"),
    [
        (None, None, {"EMP-anna", "EMP-arlo", "EMP-bert"}),
        (("north",), None, {"EMP-anna", "EMP-arlo"}),
        (("all",), None, {"EMP-anna", "EMP-arlo", "EMP-bert"}),
        (("south",), "EMP-anna", {"EMP-anna", "EMP-bert"}),
        ((), None, set()),
    ],
)
def test_the_server_gives_no_row_of_another_unit_to_a_query_that_forgot_to_ask(
    page: Served, units: tuple[str, ...] | None, employee: str | None, seen: set[str]
) -> None:
    account = page.account(Role.reviewer, f"u{units}{employee}", units=units, employee_id=employee)
    before = viewing.set(account)
    try:
        with page.database.read() as connection:
            found = set(connection.scalars(select(cases.c.employee_id)))
        with page.database.begin() as connection:
            changed = connection.execute(text("UPDATE cases SET priority = priority")).rowcount
    finally:
        viewing.reset(before)
    assert found == seen
    assert changed == len(seen)


def test_nobody_else_s_rows_stay_visible_on_a_connection_that_is_used_again(page: Served) -> None:
    account = page.account(Role.reviewer, "nobody's", units=())
    before = viewing.set(account)
    with page.database.read() as connection:
        assert connection.scalar(select(cases.c.case_id)) is None
    viewing.reset(before)
    with page.database.read() as connection:
        assert connection.scalar(select(cases.c.case_id)) is not None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DROP TABLE audit",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (x int)",
    ],
)
def test_the_page_s_role_can_only_add_to_the_log_and_change_no_table(
    page: Served, change: str
) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        page.database.begin() as connection,
    ):
        connection.execute(text(change))


@pytest.mark.parametrize(
    "change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"]
)
def test_the_owner_s_own_changes_of_the_log_are_refused(
    server: Server, page: Served, change: str
) -> None:
    with (
        owned(server) as owner,
        pytest.raises(SQLAlchemyError, match="can only grow"),
        owner.begin() as connection,
    ):
        connection.execute(text(change))


def test_the_learner_reads_decisions_and_nothing_else(server: Server, page: Served) -> None:
    url = address(server, "ptml_review_learner").replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT enrolment_id, decision FROM warning_actions")).all()
        assert ("ENROL-EMP-anna", "accept") in [tuple(row) for row in found]
    for table in ("cases", "people", "audit", "accounts"):
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="denied"):
            connection.execute(text(f"SELECT * FROM {table}"))
    engine.dispose()


def test_writers_at_the_same_time_make_one_chain(page: Served) -> None:
    def write(k: int) -> None:
        with page.database.begin() as connection:
            append(connection, NOW, Entry(f"writer {k}", "case.look", "-", {}))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(60)))
    with page.database.read() as connection:
        assert verify(connection).is_whole


def test_versions_make_the_same_tables_as_the_schema(server: Server) -> None:
    with server.connect() as connection:
        connection.autocommit = True
        connection.execute("CREATE DATABASE versions")
    url = f"postgresql+psycopg://postgres@/versions?host={server.folder}"
    engine = create_engine(url)
    with engine.begin() as connection:
        upgraded_from_nothing(connection)
        assert differences(connection) == [], CHANGED
    engine.dispose()


def test_two_servers_that_start_at_once_make_one_database(server: Server) -> None:
    with server.connect() as connection:
        connection.autocommit = True
        connection.execute("CREATE DATABASE started_twice")
    place = f"postgresql://postgres@/started_twice?host={server.folder}"
    with ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(Database.open, [place, place]))
    with opened[0].read() as connection:
        assert connection.scalar(select(people.c.name)) is None
    for database in opened:
        database.close()


def test_a_person_is_erased_and_the_log_stays_whole(server: Server, page: Served) -> None:
    with owned(server) as owner:
        with owner.begin() as connection:
            subject = Subject.of(connection, "EMP-anna")
            erase(connection, subject, NOW)
        clear_files(owner)
        with owner.read() as connection:
            assert remains(connection, subject) == {}
            assert verify(connection).is_whole


def test_rights_are_refused_for_a_role_that_is_not_there(server: Server, tmp_path: Path) -> None:
    with (
        owned(server) as owner,
        pytest.raises(UsageError, match=r"review\.sql makes the roles"),
        owner.begin() as connection,
    ):
        grant(connection, ["ghost"], [])
    here = Database.open(f"sqlite:///{tmp_path}/review.db")
    with pytest.raises(UsageError, match="SQLite has no roles"), here.begin() as connection:
        grant(connection, ["ptml"], [])


def test_an_error_of_the_server_tells_no_value(page: Served) -> None:
    with page.database.read() as connection:
        with pytest.raises(SQLAlchemyError) as refused:
            connection.execute(text("SELECT 1/0 WHERE :name = 'x'"), {"name": "Anna Alvarez"})
        assert "Alvarez" not in str(refused.value)
