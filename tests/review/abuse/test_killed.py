"""The server is killed while people decide: what was answered stands, nothing is half there."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from ptml.cli.clock import now
from ptml.review.access import sessions
from ptml.review.access.accounts import add_account
from ptml.review.access.viewer import Role
from ptml.review.audit import verify
from ptml.review.cases.states import LEADS_TO, Kind, State
from ptml.review.config import ReviewConfig
from ptml.review.store import Database
from ptml.review.store.schema import audit, cases, decisions
from tests.postgres_server import started
from tests.review.conftest import publish

_PEOPLE = 4


@dataclass
class Stock:
    """Servers on one port, one after another."""

    process: subprocess.Popen[str]
    port: int
    alive: int = 0

    def start(self) -> None:
        """Start a server, and wait until it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{self.port}\n")
        self.process.stdin.flush()
        self.alive = int(self.process.stdout.readline())
        for _ in range(600):
            with (
                suppress(OSError, HTTPException),
                closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection,
            ):
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.02)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """Kill the server as a power cut would."""
        os.kill(self.alive, signal.SIGKILL)


@dataclass
class Decider:
    """Somebody who asks one question after another about cases of their own."""

    port: int
    token: str
    csrf: str
    own: dict[str, int]
    answered: list[tuple[str, str]] = field(default_factory=list)
    sent: int = 0

    def work(self, stop: threading.Event) -> None:
        """Decide until told to stop, or until the server is gone."""
        with (
            suppress(OSError, HTTPException),
            closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection,
        ):
            while not stop.is_set():
                for case_id in self.own:
                    self._decide(connection, case_id)

    def _decide(self, connection: HTTPConnection, case_id: str) -> None:
        self.sent += 1
        note = f"{self.token[:8]}-{self.sent}"
        form = {"csrf": self.csrf, "version": self.own[case_id], "kind": "ask", "question": note}
        headers = {
            "cookie": f"ptml_session={self.token}",
            "content-type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", f"/cases/{case_id}/decisions", urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status in (303, 409, 429), answer.status
        if answer.status == 303:
            self.answered.append((case_id, note))
            self.own[case_id] += 1


@contextmanager
def stock(folder: Path, db: str) -> Iterator[Stock]:
    """A stock of servers on a database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = publish(folder / "out")
    command = [sys.executable, "-m", "tests.review.abuse.forking", str(data), db]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        made = Stock(process, port)
        try:
            yield made
        finally:
            with suppress(ProcessLookupError):
                made.kill()
            process.kill()
            process.communicate()


def _deciders(database: Database, port: int) -> list[Decider]:
    with database.begin() as connection:
        ids = list(connection.scalars(select(cases.c.case_id).order_by(cases.c.case_id)))
        found = []
        for k in range(_PEOPLE):
            account = add_account(connection, f"r{k}", f"R{k}", Role.reviewer, units=None)
            token = sessions.start(connection, account, now(), ReviewConfig())
            seen = sessions.found(connection, token, now(), ReviewConfig())
            assert seen is not None
            own = dict.fromkeys(ids[k::_PEOPLE], 1)
            found.append(Decider(port, token, seen.viewer.csrf, own))
        return found


def _half_there(database: Database) -> list[str]:
    """Cases whose state, version, decisions and log do not say the same."""
    with database.read() as connection:
        rows = connection.execute(select(cases.c.case_id, cases.c.state, cases.c.version)).all()
        made = connection.execute(select(decisions).order_by(decisions.c.version)).all()
        lines = connection.execute(select(audit).where(audit.c.action == "case.decide")).all()
    logged = Counter(
        (told["case"], told["version"]) for told in (json.loads(r.detail) for r in lines)
    )
    wrong = []
    for row in rows:
        own = [d for d in made if d.case_id == row.case_id]
        state = LEADS_TO[Kind(own[-1].kind)] if own else State.open
        versions = list(range(2, row.version + 1))
        is_whole = (
            [d.version for d in own] == versions
            and row.state == state
            and [logged[row.case_id, v] for v in versions] == [1] * len(versions)
        )
        wrong += [] if is_whole else [row.case_id]
    return wrong if sum(logged.values()) == len(made) else [*wrong, "the log"]


def _kill_often(stock: Stock, db: str, times: int) -> tuple[Database, list[Decider]]:
    random_ = random.Random(5)
    stock.start()
    database = Database.open(db)
    people = _deciders(database, stock.port)
    for _ in range(times):
        stop = threading.Event()
        threads = [threading.Thread(target=one.work, args=(stop,)) for one in people]
        for thread in threads:
            thread.start()
        time.sleep(random_.uniform(0.02, 0.2))
        stock.kill()
        stop.set()
        for thread in threads:
            thread.join()
        stock.start()
        _see_versions(database, people)
    return database, people


def _see_versions(database: Database, people: list[Decider]) -> None:
    """Look at the cases again, as a person does whose page did not come."""
    with database.read() as connection:
        rows = connection.execute(select(cases.c.case_id, cases.c.version)).all()
    versions = {row.case_id: int(row.version) for row in rows}
    for one in people:
        one.own = {case_id: versions[case_id] for case_id in one.own}


def _check(database: Database, people: list[Decider]) -> int:
    with database.read() as connection:
        notes = Counter(
            (row.case_id, row.note) for row in connection.execute(select(decisions)).all()
        )
        assert verify(connection).broken_at is None
    answered = [told for one in people for told in one.answered]
    assert [told for told in answered if notes[told] != 1] == []
    assert max(notes.values()) == 1
    assert _half_there(database) == []
    return len(answered)


def test_twenty_kills_lose_nothing_that_was_answered_and_leave_nothing_half_there(
    tmp_path: Path, call: Callable[..., tuple[int, str, str]]
) -> None:
    db = f"sqlite:///{tmp_path}/review.db"
    with stock(tmp_path, db) as servers:
        database, people = _kill_often(servers, db, times=20)
        assert _check(database, people) >= 20
    code, told, _ = call("audit", "verify", "--db", db)
    assert code == 0, told


def test_nothing_is_lost_on_postgresql_either(tmp_path: Path) -> None:
    with started() as server:
        db = f"postgresql://postgres@/postgres?host={server.folder}"
        with stock(tmp_path, db) as servers:
            database, people = _kill_often(servers, db, times=4)
            assert _check(database, people) >= 4
            database.engine.dispose()
