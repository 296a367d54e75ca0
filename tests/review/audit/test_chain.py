"""The audit log: it only grows, shows what was done to it, and without it nothing is done."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from ptml.review.access.viewer import Role
from ptml.review.audit import Entry, append, head, verify
from ptml.review.pages.audit import ACTIONS
from ptml.review.pages.audit import __file__ as ACTIONS_FILE
from ptml.review.store import Database
from tests.review.served import Served, csrf_in

NOW = datetime(2026, 10, 5, tzinfo=UTC)
_TRIGGERS = ("audit_update", "audit_delete", "audit_insert")


@pytest.fixture
def database(tmp_path: object) -> Database:
    """A review database with five lines."""
    opened = Database.open(f"sqlite:///{tmp_path}/review.db")
    with opened.begin() as connection:
        for k in range(5):
            append(connection, NOW, Entry("a", "case.look", f"token {k}", {"case": k}))
    return opened


def without_triggers(connection: Connection) -> None:
    """What somebody with the file in hands can do."""
    for trigger in _TRIGGERS:
        connection.execute(text(f"DROP TRIGGER {trigger}"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 'b' WHERE number = 2",
        "UPDATE audit SET actor = actor",
        "DELETE FROM audit WHERE number = 5",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 2",
        "INSERT INTO audit SELECT 9, at, actor, action, subject, detail, previous, 'h' FROM audit",
    ],
)
def test_the_database_itself_refuses_to_change_a_line(database: Database, change: str) -> None:
    with pytest.raises(SQLAlchemyError, match="can only grow"), database.begin() as connection:
        connection.execute(text(change))
    with database.read() as connection:
        assert verify(connection).n_entries == 5


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit SET actor = 'b' WHERE number = 2", 2),
        ("UPDATE audit SET detail = '{}' WHERE number = 5", 5),
        ("UPDATE audit SET number = 9 WHERE number = 5", 5),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("UPDATE audit SET previous = hash WHERE number = 4", 4),
    ],
)
def test_a_line_that_was_changed_shows(database: Database, change: str, broken: int) -> None:
    with database.begin() as connection:
        without_triggers(connection)
        connection.execute(text(change))
        found = verify(connection)
    assert found.broken_at == broken
    assert not found.is_whole


def test_a_cut_tail_shows_only_by_a_head_that_was_written_down(database: Database) -> None:
    with database.begin() as connection:
        _, written_down = head(connection)
        append(connection, NOW, Entry("a", "case.look", "-", {}))
        assert verify(connection, written_down).is_whole
        without_triggers(connection)
        connection.execute(text("DELETE FROM audit WHERE number >= 5"))
        assert verify(connection).is_whole
        found = verify(connection, written_down)
    assert (found.broken_at, found.has_wanted, found.is_whole) == (None, False, False)


def test_a_log_that_was_written_anew_shows_by_its_head(database: Database) -> None:
    with database.begin() as connection:
        _, written_down = head(connection)
        without_triggers(connection)
        connection.execute(text("DELETE FROM audit"))
        for k in range(6):
            append(connection, NOW, Entry("a", "case.look", f"other {k}", {}))
        assert verify(connection).is_whole
        assert not verify(connection, written_down).is_whole


def test_an_empty_log_is_whole_and_has_the_beginning_as_its_head(tmp_path: object) -> None:
    with Database.open(f"sqlite:///{tmp_path}/review.db").begin() as connection:
        number, beginning = head(connection)
        assert (number, verify(connection, beginning).is_whole) == (0, True)
        assert not verify(connection, "f" * 64).is_whole


def test_writers_at_the_same_time_make_one_chain(database: Database) -> None:
    def write(k: int) -> None:
        with database.begin() as connection:
            append(connection, NOW, Entry(f"writer {k}", "case.look", "-", {}))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with database.read() as connection:
        found = verify(connection)
    assert (found.n_entries, found.is_whole) == (45, True)


@pytest.mark.parametrize("place", ["/cases", "case", "decide", "/audit"])
def test_what_cannot_be_written_down_is_not_done(served: Served, place: str) -> None:
    role = Role.administrator if place == "/audit" else Role.reviewer
    browser = served.signed_in(served.account(role, units=None))
    csrf, case = csrf_in(browser.get("/password")), served.case_of("EMP-anna")
    with served.database.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        )
    if place == "decide":
        form = {"csrf": csrf, "version": "1", "kind": "accept"}
        found = browser.post(f"/cases/{case}/decisions", data=form)
    else:
        found = browser.get(f"/cases/{case}" if place == "case" else place)
    assert found.status_code == 503
    assert "Alvarez" not in found.text
    with served.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM decisions")).scalar_one() == 0
        assert set(connection.scalars(text("SELECT version FROM cases"))) == {1}


def test_a_look_and_a_decision_are_lines_without_ids_or_names(served: Served) -> None:
    account = served.account(Role.reviewer, units=None)
    browser, case = served.signed_in(account), served.case_of("EMP-anna")
    csrf = csrf_in(browser.get("/password"))
    browser.get(f"/cases/{case}")
    form = {"csrf": csrf, "version": "1", "kind": "ask", "note": "Ask Anna Alvarez"}
    browser.post(f"/cases/{case}/decisions", data=form)
    with served.database.read() as connection:
        lines = connection.execute(text("SELECT * FROM audit ORDER BY number")).all()
    assert [line.action for line in lines[-2:]] == ["case.look", "case.decide"]
    assert {line.actor for line in lines[-2:]} == {account}
    told = str(lines)
    assert [w for w in ("EMP-", "ENROL-", "Anna", "Alvarez") if w in told] == []


def test_every_action_that_is_written_has_words_for_the_page() -> None:
    rooms = Path(ACTIONS_FILE).parents[1]
    found = (path.read_text("utf-8") for path in rooms.rglob("*.py"))
    written = {
        word for text in found for word in re.findall(r'Entry\([^"]*"([a-z_]+\.[a-z_]+)"', text)
    }
    written |= {"case.decide", "case.undo"}
    assert len(written) > 10
    assert written - set(ACTIONS) == set()
