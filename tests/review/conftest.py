"""A small published run, and the review page over it with accounts of every role."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ptml.contracts.manifest import write_manifest
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.publish.folder import CURRENT
from ptml.review import ReviewConfig, create_app
from ptml.review.access import Role, passwords, sessions
from ptml.review.access.accounts import add_account
from ptml.review.access.gate import session_cookie
from ptml.review.store import Database
from tests.review.served import Served, serve
from tests.review.small_run import write_run

AS_OF = date(2026, 10, 2)
NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
"""A Monday."""
RUN_ID = "20261002-0000000000000001"

UNITS = {"site-a": None, "site-b": None, "team-a1": "site-a", "team-a2": "site-a"} | {
    "team-b1": "site-b"
}
PEOPLE = {f"e{n:02}": ("team-a1", "team-a2", "team-b1")[n % 3] for n in range(1, 13)}
COURSES = {"c1": "Negotiation basics", "c2": "Data tools"}


def reason(code: str, key: str, strength: float, **values: object) -> dict[str, object]:
    """One published reason."""
    told = {"code": code, "family": code, "part": "trainee", "share": strength}
    return {**told, "clear": abs(strength) > 0.1, "text_key": key, "values": values, "text": key}


REASONS = (
    reason("motivation", "motivation.answer.raises", 1.5, points=2, unit=3.4),
    reason("not_learned", "not_learned.above.lowers", -0.5, exam=82, difference=6),
    reason("no_practice", "no_practice.none_due.neutral", 0.001),
)
INTERVENTIONS = (
    {
        "rank": 1,
        "code": "transfer_goal",
        "owner": "manager",
        "owner_id": "e12",
        "due_days": 14,
        "due_on": "2026-10-16",
        "reason": "motivation",
        "family": "motivation",
        "share": 1.5,
        "text_key": "transfer_goal",
        "values": {},
        "text": "Agree what will be done differently, and how it is measured.",
    },
)
WHAT_IF = (
    {
        "lever": "practice_task",
        "text_key": "practice_task",
        "values": {"p_now": 77, "p_then": 53, "low": 44, "high": 62},
        "text": "-",
        "caution": "-",
    },
)


def warning(number: int, p_weak: float, **changes: object) -> dict[str, object]:
    """A row of `warnings` about the person of a number."""
    course = "c1" if number % 2 else "c2"
    row = {
        "enrolment_id": f"n{number:02}",
        "employee_id": f"e{number:02}",
        "course_id": course,
        "stage": "completion",
        "p_weak": p_weak,
        "p_low": max(p_weak - 0.2, 0.0),
        "p_high": min(p_weak + 0.15, 1.0),
        "flagged": True,
        "arm": "flag",
        "base_value": -1.1,
        "reasons": json.dumps(REASONS),
        "interventions": json.dumps(INTERVENTIONS),
        "what_if": json.dumps(WHAT_IF),
        "rules": "[]",
        "unit_matter": "",
    }
    return row | changes


def default_warnings() -> list[dict[str, object]]:
    """Nine flagged completions, one held out (e10) and one without a flag (e11)."""
    flagged = [warning(n, 0.95 - n / 50) for n in range(1, 10)]
    held = warning(10, 0.99, flagged=False, arm="hold_out")
    return [*flagged, held, warning(11, 0.1, flagged=False, arm="none")]


def event(number: int, kind: str, day: date, **changes: object) -> dict[str, object]:
    """A row of `timelines` about the person of a number."""
    row = {
        "employee_id": f"e{number:02}",
        "happened_on": day,
        "kind": kind,
        "enrolment_id": f"n{number:02}",
        "course_id": "c1" if number % 2 else "c2",
        "done": None,
        "value": None,
        "until": None,
    }
    return row | changes


def default_events() -> list[dict[str, object]]:
    """What was seen of each person: a course, a task that was not done, a talk, two quarters."""
    rows = []
    for n in range(1, 12):
        rows += [
            event(n, "enrolled", date(2026, 7, 1)),
            event(n, "completed", date(2026, 8, 1), value=76.0),
            event(n, "practice_task", date(2026, 8, 20), done=False),
            event(n, "manager_checkin", date(2026, 8, 25), done=True, value=0.6),
        ]
        for until, value in ((date(2026, 3, 31), 96.0), (date(2026, 6, 30), 104.0)):
            rows.append(
                event(n, "performance", until + timedelta(1), value=value, until=until)
                | {"enrolment_id": None, "course_id": None}
            )
    return rows


_TEXT, _DAY = pa.string(), pa.date32()
_SCHEMAS: Mapping[str, Sequence[tuple[str, pa.DataType]]] = {
    "people": (
        ("employee_id", _TEXT),
        ("org_unit_id", _TEXT),
        ("role_id", _TEXT),
        ("grade", pa.int32()),
        ("manager_id", _TEXT),
        ("hired_on", _DAY),
    ),
    "units": (("org_unit_id", _TEXT), ("name", _TEXT), ("parent_id", _TEXT)),
    "names": (("kind", _TEXT), ("id", _TEXT), ("name", _TEXT)),
    "timelines": (
        ("employee_id", _TEXT),
        ("happened_on", _DAY),
        ("kind", _TEXT),
        ("enrolment_id", _TEXT),
        ("course_id", _TEXT),
        ("done", pa.bool_()),
        ("value", pa.float64()),
        ("until", _DAY),
    ),
}


def _schema(name: str) -> pa.Schema:
    if name in _SCHEMAS:
        return pa.schema([*_SCHEMAS[name], ("as_of", _DAY), ("run_id", _TEXT)])
    return OUTPUT_TABLES[name].arrow_schema


def _default_tables() -> dict[str, list[dict[str, object]]]:
    team = {"role_id": "r1", "grade": 2, "manager_id": "e12", "hired_on": date(2022, 1, 1)}
    return {
        "warnings": default_warnings(),
        "timelines": default_events(),
        "people": [{"employee_id": e, "org_unit_id": u, **team} for e, u in PEOPLE.items()],
        "units": [
            {"org_unit_id": unit, "name": unit.capitalize(), "parent_id": above}
            for unit, above in UNITS.items()
        ],
        "names": [{"kind": "role", "id": "r1", "name": "Seller"}],
        "course_health": [
            {"course_id": course, "title": title, "enrolled": 9, "completed": 9, "alerts": "[]"}
            for course, title in COURSES.items()
        ],
    }


def publish(out: Path, run_id: str = RUN_ID, **tables: Sequence[Mapping[str, object]]) -> Path:
    """Write a run of the default tables, or others, as `ptml score` publishes it; give `out`."""
    run = out / "runs" / run_id
    run.mkdir(parents=True)
    rows = {**_default_tables(), **tables}
    for name in sorted({*OUTPUT_TABLES, *_SCHEMAS}):
        schema = _schema(name)
        stamped = [{**row, "as_of": AS_OF, "run_id": run_id} for row in rows.get(name, ())]
        whole = [{column: row.get(column) for column in schema.names} for row in stamped]
        table = pa.Table.from_pylist(whole, schema=schema)
        pq.write_table(table, run / f"{name}.parquet", write_page_checksum=True)
    write_manifest(run, {"run_id": run_id, "as_of": AS_OF.isoformat()}, is_durable=False)
    (out / CURRENT).unlink(missing_ok=True)
    (out / CURRENT).symlink_to(f"runs/{run_id}")
    return out


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published run; read only."""
    return publish(tmp_path_factory.mktemp("published"))


@dataclass
class Clock:
    """A clock that a test sets."""

    at: datetime = NOW
    seconds: float = 0.0

    def now(self) -> datetime:
        """The time, UTC."""
        return self.at

    def steady(self) -> float:
        """Seconds; moves on with each question, so that no test meets a rate limit."""
        self.seconds += 1.0
        return self.seconds


class Page:
    """A signed-in browser without script."""

    def __init__(self, client: TestClient, csrf: str) -> None:
        self.client = client
        self.csrf = csrf

    def get(self, path: str, **headers: str) -> Any:
        """Ask for a page."""
        return self.client.get(path, headers=headers)

    def post(self, path: str, **fields: object) -> Any:
        """Send a form with the session's token."""
        return self.client.post(path, data={"csrf": self.csrf, **fields})


@dataclass
class Site:
    """The application with its clock and database."""

    app: FastAPI
    clock: Clock
    database: Database

    def sign_in(
        self,
        login: str = "ada",
        role: Role = Role.reviewer,
        units: tuple[str, ...] | None = None,
        employee_id: str | None = None,
    ) -> Page:
        """Make an account (units None = all) with a session; give its browser.

        Without a password: hashing one is slow by design, and signing in has tests of its own.
        """
        name = login.capitalize()
        with self.database.begin() as connection:
            account = add_account(
                connection, login, name, role, units=units, employee_id=employee_id
            )
            config = self.app.state.review.config
            token = sessions.start(connection, account, self.clock.at, config)
            found = sessions.found(connection, token, self.clock.at, self.app.state.review.config)
        assert found is not None
        client = TestClient(self.app, follow_redirects=False)
        client.cookies.set(session_cookie(self.app.state.review.config), token)
        return Page(client, found.viewer.csrf)


def at_rest(db: Path) -> Path:
    """The same file of a SQLite database, with all of it in that file."""
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db


@pytest.fixture(scope="session")
def brought(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database into which the default run was brought, to be copied."""
    db, clock = tmp_path_factory.mktemp("brought") / "review.db", Clock()
    config = ReviewConfig(secure_cookies=False)
    create_app(str(published), f"sqlite:///{db}", config, clock.now, clock.steady)
    return at_rest(db)


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Site]:
    """Make the application over a published folder, with settings."""

    def make(out: Path, name: str = "review", **settings: Any) -> Site:
        clock, db = Clock(), f"sqlite:///{tmp_path}/{name}.db"
        config = ReviewConfig(secure_cookies=False, **settings)
        app = create_app(str(out), db, config, clock.now, clock.steady)
        return Site(app, clock, app.state.review.database)

    return make


@pytest.fixture
def site(published: Path, brought: Path, tmp_path: Path, make_site: Callable[..., Site]) -> Site:
    """The application over the default run, with time for five cases a week."""
    shutil.copy(brought, tmp_path / "review.db")
    return make_site(published, capacity_per_week=5)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published run of a few people with names (`tests.review.small_run`); read only."""
    return write_run(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def small_brought(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database into which the small run was brought, to be copied."""
    db = tmp_path_factory.mktemp("small-brought") / "review.db"
    serve(small, f"sqlite:///{db}")
    return at_rest(db)


@pytest.fixture
def served(small: Path, small_brought: Path, tmp_path: Path) -> Served:
    """The page on the small run, with a SQLite database of its own."""
    shutil.copy(small_brought, tmp_path / "review.db")
    return serve(small, f"sqlite:///{tmp_path}/review.db")


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at next to no cost; what is real costs a tenth of a second each time."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody"))
