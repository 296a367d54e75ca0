"""The review page on a real PostgreSQL server, with roles that have as few rights as they need."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, insert, select, text, update
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from ptml.errors import UsageError
from ptml.review.access.viewer import Role, Viewer
from ptml.review.audit import Entry, append, verify
from ptml.review.store import Database
from ptml.review.store.database import viewing
from ptml.review.store.granting import grant
from ptml.review.store.schema import (
    cases,
    decisions,
    metadata,
    people,
    team_levels,
    team_needs,
)
from ptml.review.store.upgrading import make_current, upgraded_from_nothing
from ptml.review.subjects.erasing import Subject, clear_files, erase, remains
from tests.postgres_server import Server, started
from tests.review.served import PASSWORD, Served, csrf_in, enter, serve
from tests.review.small_run import PEOPLE, write_run
from tests.review.store.test_versions import CHANGED, differences, fill_first, found_in

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


ROWS = {
    "cases": "employee_id",
    "case_evidence": "(SELECT employee_id FROM cases WHERE cases.case_id = t.case_id)",
    "decisions": "(SELECT employee_id FROM cases WHERE cases.case_id = t.case_id)",
    "people": "employee_id",
    "search_words": "employee_id",
    "objections": "employee_id",
    "team_levels": "org_unit_id",
    "team_needs": "org_unit_id",
}
"""Of each table that tells of people or of their units: whom a row is about."""


@pytest.fixture(scope="module")
def lived_in(page: Served) -> Served:
    """The page after somebody of either site objected, was decided about, and was summed up."""
    reviewer = page.account(Role.reviewer, "decides", units=None)
    browser = page.signed_in(reviewer)
    for who in ("EMP-arlo", "EMP-bert"):
        place = f"/cases/{page.case_of(who)}"
        form = {"csrf": csrf_in(browser.get(place)), "version": "1", "kind": "accept"}
        assert browser.post(f"{place}/decisions", data=form).status_code == 303
        page.objection(who, "Not true.")
    level = {"competency_id": "C1", "name": "-", "people": 9, "level": 1, "required": 2, "gap": 1}
    need = {"people": 9, "cause": "mixed", "evidence": {}}
    with page.database.begin() as connection:
        for unit in ("north-team", "south-team"):
            connection.execute(insert(team_levels).values(org_unit_id=unit, **level))
            connection.execute(insert(team_needs).values(org_unit_id=unit, **need))
    return page


@pytest.mark.parametrize("table", ROWS)
def test_no_table_gives_a_row_of_another_unit(lived_in: Served, table: str) -> None:
    owner = {who: unit.partition("-")[0] for who, (unit, _) in PEOPLE.items()}
    account = lived_in.account(Role.reviewer, f"of-{table}", units=("south",))
    asked = text(f"SELECT DISTINCT {ROWS[table]} FROM {table} AS t")
    with lived_in.database.read() as connection:
        everybody = set(connection.scalars(asked))
    before = viewing.set(account)
    try:
        with lived_in.database.read() as connection:
            found = set(connection.scalars(asked))
    finally:
        viewing.reset(before)
    sites = {one: owner.get(one, one.partition("-")[0]) for one in everybody}
    assert set(sites.values()) == {"north", "south"}
    assert found == {one for one, site in sites.items() if site == "south"}


def test_every_table_with_rows_of_people_is_secured_by_row(server: Server, page: Served) -> None:
    # What is not: accounts and what belongs to them, which the policies themselves ask; the log.
    of_accounts = {"accounts", "account_units", "sessions", "devices", "attempts", "audit"}
    told = {"employee_id", "case_id"}
    of_people = {t.name for t in metadata.sorted_tables if told & set(t.c.keys())} - of_accounts
    with server.connect() as connection:
        rows = connection.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity")
        secured = {row[0] for row in rows}
    assert of_people <= secured
    assert set(ROWS) == secured


def test_a_person_s_own_rows_are_given_and_the_copy_names_nobody_else(lived_in: Served) -> None:
    account = lived_in.account(Role.employee, "bert", units=(), employee_id="EMP-bert")
    browser = lived_in.signed_in(account)
    assert "Not true." in browser.get("/me").text
    with lived_in.database.begin() as connection:
        note = "Sven Svensson knows him."
        connection.execute(update(decisions).values(note=note))
    copied = browser.get("/me/copy.json").text
    assert "(another person) knows him." in copied
    assert "Svensson" not in copied


def test_who_moved_to_another_unit_is_still_named_in_a_case_of_the_old_one(page: Served) -> None:
    browser = page.signed_in(page.account(Role.reviewer, "old-unit", units=("south",)))
    place = f"/cases/{page.case_of('EMP-bert')}"
    moved = update(people).where(people.c.employee_id == "EMP-bert")
    with page.database.begin() as connection:
        connection.execute(moved.values(org_unit_id="north"))
    try:
        assert "Bert Brandt" in browser.get(place).text
        assert "Bert Brandt" in browser.get("/cases?words=brandt").text
    finally:
        with page.database.begin() as connection:
            connection.execute(moved.values(org_unit_id="south-team"))


def test_an_administrator_without_units_links_an_account_to_a_person(page: Served) -> None:
    browser = page.signed_in(page.account(Role.administrator, "makes", units=()))
    form = {"csrf": csrf_in(browser.get("/accounts/new")), "login": "nina", "name": "Nina"}
    form |= {"role": "employee", "password": PASSWORD, "employee_id": "EMP-nina"}
    assert browser.post("/accounts/new", data=form).status_code == 303


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


def test_the_learner_reads_decisions_and_nothing_else(server: Server, lived_in: Served) -> None:
    url = address(server, "ptml_review_learner").replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT enrolment_id, decision FROM warning_actions")).all()
        assert ("ENROL-EMP-arlo", "accept") in [tuple(row) for row in found]
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
    with new_database(server, "versions").begin() as connection:
        upgraded_from_nothing(connection)
        assert differences(connection) == [], CHANGED
        upgraded = policies(connection)
    with new_database(server, "at_once").begin() as connection:
        make_current(connection, upgrades=False)
        assert policies(connection) == upgraded


def test_an_upgrade_from_the_first_version_keeps_what_is_there(server: Server) -> None:
    engine = new_database(server, "older")
    with engine.begin() as connection:
        fill_first(connection)
    with engine.begin() as connection:
        make_current(connection, upgrades=True)
        assert differences(connection) == [], CHANGED
        viewer = Viewer("a1", "Ann", Role.reviewer, None, frozenset({"team"}), "en", "c", "s")
        assert found_in(connection, viewer, "wang") == ["c1"]
        assert found_in(connection, viewer, "talks nobody") == []
        assert verify(connection).n_entries == 1
    engine.dispose()


def new_database(server: Server, name: str) -> Engine:
    """An empty database of the server."""
    with server.connect() as connection:
        connection.autocommit = True
        connection.execute(f"CREATE DATABASE {name}")
    url = f"postgresql+psycopg://postgres@/{name}?host={server.folder}"
    return create_engine(url, poolclass=NullPool)


def policies(connection: Connection) -> list[tuple[str, ...]]:
    """What rows the server gives whom."""
    wanted = "SELECT tablename, policyname, qual FROM pg_policies ORDER BY 1, 2"
    return [tuple(row) for row in connection.execute(text(wanted))]


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
