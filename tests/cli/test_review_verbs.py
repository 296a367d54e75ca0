"""The verbs of the review page: accounts, the log, a copy, erasure."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ptml.review.access.viewer import Role
from ptml.review.store import Database
from ptml.review.store.schema import audit
from tests.review.served import Served, serve
from tests.review.small_run import write_run

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, str]:
    """A published run and a review database on it."""
    out, db = write_run(tmp_path / "out"), f"sqlite:///{tmp_path}/review.db"
    served: Served = serve(out, db)
    served.account(Role.employee, "anna", employee_id="EMP-anna")
    served.database.close()
    return str(out), db


def password(tmp_path: Path, text: str = "correct horse battery") -> str:
    (tmp_path / "password").write_text(text + "\n", "utf-8")
    return str(tmp_path / "password")


def test_an_account_is_made_and_changed_and_the_log_knows(
    call: Call, place: tuple[str, str], tmp_path: Path
) -> None:
    _, db = place
    told = ("--name", "Ann", "--role", "reviewer", "--unit", "north", "--db", db)
    code, out, _ = call("review-account", "ann", *told, "--password-file", password(tmp_path))
    assert (code, out) == (0, "ann may sign in as reviewer.\n")
    for change in ("deactivate", "activate", "unlock"):
        assert call("review-account", "ann", "--change", change, "--db", db)[0] == 0
    file = password(tmp_path, "another horse battery")
    changed = ("review-account", "ann", "--change", "password", "--password-file", file)
    assert call(*changed, "--db", db)[0] == 0
    with Database.open(db).read() as connection:
        actions = list(connection.scalars(audit.select().with_only_columns(audit.c.action)))
    assert actions[-5:] == [
        "account.make",
        "account.deactivate",
        "account.activate",
        "account.unlock",
        "account.password",
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ann", "--role", "king", "--name", "Ann", "--email", "a@b.c"], "--role must be one of"),
        (["ann", "--role", "manager", "--name", "Ann"], "give --password-file, or --email"),
        (["ann", "--change", "unlock"], "there is no account ann"),
        (["anna", "--change", "promote"], "--change must be password, deactivate"),
        (["anna", "--change", "password"], "needs --password-file"),
        (["anna", "--role", "employee", "--name", "A", "--email", "a@b.c"], "an account anna"),
    ],
)
def test_a_wrong_call_ends_in_one_line(
    call: Call, place: tuple[str, str], words: list[str], told: str
) -> None:
    code, _, err = call("review-account", *words, "--db", place[1])
    assert code == 2
    assert told in err
    assert "Traceback" not in err


def test_the_log_is_looked_through_and_a_cut_tail_ends_with_65(
    call: Call, place: tuple[str, str], tmp_path: Path
) -> None:
    _, db = place
    assert call("review-account", "anna", "--change", "unlock", "--db", db)[0] == 0
    code, head, _ = call("audit", "head", "--db", db)
    assert code == 0
    code, out, _ = call("audit", "verify", "--db", db, "--head", head.strip())
    assert code == 0
    assert "The log is whole." in out
    with sqlite3.connect(tmp_path / "review.db") as connection:
        connection.execute("DROP TRIGGER audit_delete")
        connection.execute("DELETE FROM audit WHERE hash = ?", (head.strip(),))
    connection.close()
    assert call("audit", "verify", "--db", db)[0] == 0
    code, out, _ = call("audit", "verify", "--db", db, "--head", head.strip(), "--json")
    assert code == 65
    assert json.loads(out)["is_whole"] is False


def test_a_copy_is_written_to_read_and_for_a_program(
    call: Call, place: tuple[str, str], tmp_path: Path
) -> None:
    out, db = place
    told = ("review-export", "EMP-anna", "--data", out, "--db", db, "--out")
    assert call(*told, str(tmp_path / "copy.json"))[0] == 0
    assert json.loads((tmp_path / "copy.json").read_text("utf-8"))["employee_id"] == "EMP-anna"
    assert call(*told, str(tmp_path / "copy.html"), "--language", "zh-Hant")[0] == 0
    assert 'lang="zh-Hant"' in (tmp_path / "copy.html").read_text("utf-8")
    assert call(*told, str(tmp_path / "copy.pdf"))[0] == 2
    assert call(*told, str(tmp_path / "no" / "copy.json"))[0] == 2


def test_erasing_looks_first_and_then_proves(
    call: Call, place: tuple[str, str], tmp_path: Path
) -> None:
    out, db = place
    code, told, _ = call("review-erase", "EMP-anna", "--db", db)
    assert code == 0
    assert "Nothing was changed" in told
    code, _, err = call("review-erase", "EMP-anna", "--db", db, "--data", out, "--yes")
    assert code == 2
    assert "run ptml erase first" in err
    code, told, _ = call("review-erase", "EMP-anna", "--db", db, "--yes")
    assert code == 0
    assert "named nowhere" in told
    assert "The log is whole." in told
    assert b"Alvarez" not in (tmp_path / "review.db").read_bytes()
    assert call("review-erase", "EMP-anna", "--db", db, "--yes")[0] == 2


def test_a_database_is_made_and_brought_to_this_version(call: Call, tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/new.db"
    assert call("review-migrate", "--db", db)[0] == 0
    assert call("review-migrate", "--db", db)[0] == 0
    assert call("review-migrate", "--db", db, "--page", "ptml")[0] == 2
