"""How fast the review page answers at many cases and many users; writes a page of the docs.

    python bench/review/run.py DATA --keep FOLDER --out docs/benchmarks-review.md

DATA is a published run (`make demo` makes demo/out). Needs `wrk`; PostgreSQL is left out where no
server is installed.
"""

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filling import fill
from sqlalchemy import select
from tests.postgres_server import PROGRAMS, started

from ptml.review import ReviewConfig, create_app
from ptml.review.access import sessions
from ptml.review.access.gate import session_cookie
from ptml.review.store import Database
from ptml.review.store.schema import cases, courses, units

HERE = Path(__file__).parent
CONFIG = ReviewConfig(secure_cookies=False)
USERS = 20
GOAL_MS = 150
PAUSE_MS = 1_000


def now():
    return datetime.now(UTC)


def filled(data, db, n_cases):
    """Make the database; give how long the run took to bring in, and all of it."""
    begun = time.monotonic()
    app = create_app(data, db, CONFIG, now, time.monotonic)
    with app.state.review.database.begin() as connection:
        fill(connection, n_cases, now().date())
    print(f"filled in {time.monotonic() - begun:.0f} s", file=sys.stderr)


def signed_in(db):
    """Sessions of the twenty reviewers: cookie and what their forms carry."""
    from ptml.review.store.schema import accounts

    with Database.open(db).begin() as connection:
        wanted = select(accounts.c.account_id).where(accounts.c.login.like("reviewer-%"))
        made = []
        for account in connection.scalars(wanted.order_by(accounts.c.login)).all():
            token = sessions.start(connection, account, now(), CONFIG)
            found = sessions.found(connection, token, now(), CONFIG)
            made.append((f"{session_cookie(CONFIG)}={token}", found.viewer))
        return made


def requests_of(db, people, rng):
    """What is asked for, by what it is called: lines for `shots.lua`."""
    with Database.open(db).read() as connection:
        ids = list(
            connection.scalars(select(cases.c.case_id).where(cases.c.state != "open").limit(3000))
        )
        waiting = select(cases.c.case_id).where(cases.c.state == "open", cases.c.version == 1)
        open_ids = list(connection.scalars(waiting.order_by(cases.c.case_id).limit(8000)))
        some_units = list(connection.scalars(select(units.c.org_unit_id)))
        some_courses = list(connection.scalars(select(courses.c.course_id)))
    everywhere = [p for p in people if p[1].units is None]

    def get(paths, who=people):
        return [f"GET\t{path}\t{rng.choice(who)[0]}\t" for path in paths]

    def searched():
        return rng.choice(
            (f"x{rng.randrange(60_000):07d}", f"cem diaz-{rng.randrange(99)}", "berg")
        )

    found = {
        "worklist": get(["/cases"] * 20),
        "list, filtered": get(
            f"/cases?shown={rng.choice(('open', 'acted', 'closed'))}&"
            + rng.choice((f"unit={rng.choice(some_units)}", f"course={rng.choice(some_courses)}"))
            + rng.choice(("", "&reason=motivation", "&stage=day_30"))
            for _ in range(400)
        ),
        "list, sorted": get(
            f"/cases?shown=open&sort={rng.choice(('due', 'unit', 'course', 'reason', 'completed'))}"
            f"&page={rng.choice((1, 1, 2, 9))}"
            for _ in range(100)
        ),
        "search": get(
            f"/cases?shown=open&words={searched().replace(' ', '+')}" for _ in range(400)
        ),
        "case": get((f"/cases/{one}" for one in ids + open_ids[:1000]), everywhere),
        "decision": [
            f"POST\t/cases/{one}/decisions\t{cookie}\tcsrf={viewer.csrf}&version=1&kind=accept"
            for one in open_ids[1000:]
            for cookie, viewer in (rng.choice(everywhere),)
        ],
    }
    mixed = [
        rng.choice(found[name])
        for name in rng.choices(
            ("worklist", "list, filtered", "search", "case"), (30, 10, 10, 50), k=2000
        )
    ]
    return {**found, "a day's mixture": mixed}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def serving(data, db):
    """A server of its own process; gives its address."""
    port = free_port()
    command = [sys.executable, str(HERE / "server.py"), data, db, str(port)]
    process = subprocess.Popen(command)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health")
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def shot(address, pid, lines, folder, seconds, pause_ms=0):
    """Shoot; give latencies in milliseconds and processor time a request."""
    path = folder / "requests.tsv"
    path.write_text("\n".join(lines) + "\n")
    command = [
        "wrk",
        "-t1",
        f"-c{USERS}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(HERE / "shots.lua"),
    ]
    before = processor_seconds(pid)
    told = subprocess.run(
        [*command, address, "--", str(path), str(pause_ms)], capture_output=True, text=True
    ).stdout
    found = json.loads(next(line for line in told.splitlines() if line.startswith("JSON"))[5:])
    return {**found, "cpu_ms": 1000 * (processor_seconds(pid) - before) / max(found["n"], 1)}


def measured(data, db, folder, seconds, names):
    people = signed_in(db)
    asked = requests_of(db, people, random.Random(2))
    found = {}
    with serving(data, db) as (address, pid):
        for name, lines in asked.items():
            if names and name not in names:
                continue
            if name != "decision":
                shot(address, pid, lines, folder, 1)
            half = len(lines) // 2
            for pause_ms, some in ((PAUSE_MS, lines[:half]), (0, lines[half:])):
                told = shot(address, pid, some, folder, seconds, pause_ms)
                found[name, pause_ms] = told
                print(name, pause_ms, told, file=sys.stderr, flush=True)
    return found


def table(found, pause_ms):
    lines = [
        "| page | p50 ms | p95 ms | p99 ms | requests/s | processor ms a request | failed |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for (name, pause), one in found.items():
        if pause == pause_ms:
            lines.append(
                f"| {name} | {one['p50']:.0f} | **{one['p95']:.0f}** | {one['p99']:.0f} |"
                f" {one['rate']:.0f} | {one['cpu_ms']:.1f} | {one['failed']} of {one['n']} |"
            )
    return "\n".join(lines)


PAGE = """# How fast the review page answers

This page is written by `make bench-review`; no word of it by hand.

**What is measured.** A review database of {cases:,} cases, each with its evidence and the decisions
that led to its state; {users} reviewers who are signed in, half of them for all units and half for
one unit with all below. `wrk` asks on {users} connections at once, {seconds} s a line. One server
process, as `ptml review` starts it, without its limit of requests a minute. Every look is written
to the audit log before it is shown (SQLite: on disk; PostgreSQL: a server that does not wait for
its disk).

*With a pause*: each user asks again one second after an answer (between half and one and a half):
a person who never stops to read. The goal is a p95 under {goal} ms for worklist and case. *Without
a pause*: each connection asks again at once; that tells what the server can do at most. Where more
decisions are sent than there are cases, one made a second time is refused, for it was made on what
is out of date: it counts as failed.

This run: {cores} cores, on average {load:.1f} processes that wanted to run in its last five minutes
(of which two are the run's own). Processor time a request does not depend on who else is at work
as much as waiting does.

{tables}
"""


def written(found, told):
    """The page of the docs."""
    parts = []
    for name, rows in found.items():
        for title, pause in (("with a pause", PAUSE_MS), ("without a pause", 0)):
            parts.append(f"## {name}, {title}\n\n{table(rows, pause)}")
    return PAGE.format(
        cases=told.cases,
        users=USERS,
        seconds=told.seconds,
        goal=GOAL_MS,
        cores=os.cpu_count(),
        load=os.getloadavg()[1],
        tables="\n\n".join(parts),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--keep", type=Path, default=Path(".bench-review"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--no-postgresql", action="store_true")
    told = parser.parse_args()
    if shutil.which("wrk") is None:
        print("skipped: wrk is not there (apt-get install wrk)")
        return
    told.keep.mkdir(exist_ok=True)
    path = told.keep / f"{told.cases}.db"
    db = f"sqlite:///{path.resolve()}"
    if not path.exists():
        filled(told.data, db, told.cases)
    # One that was kept may be of an earlier version.
    Database.open(db, upgrades=True).close()
    found = {"SQLite": measured(told.data, db, told.keep, told.seconds, told.only)}
    if PROGRAMS and not told.no_postgresql:
        with started() as server:
            address = server.address("public").partition("&schema")[0]
            filled(told.data, address, told.cases)
            found["PostgreSQL"] = measured(told.data, address, told.keep, told.seconds, told.only)
    text = written(found, told)
    print(text)
    if told.out:
        told.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
