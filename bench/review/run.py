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

from ptml.review import ReviewConfig, create_app
from ptml.review.access import sessions
from ptml.review.access.gate import session_cookie
from ptml.review.store import Database
from ptml.review.store.schema import cases, courses, units
from tests.postgres_server import PROGRAMS, started

HERE = Path(__file__).parent
CONFIG = ReviewConfig(secure_cookies=False)
USERS = 20
GOAL_MS = 150


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
        ids = list(connection.scalars(select(cases.c.case_id).where(cases.c.state != "open").limit(3000)))
        waiting = select(cases.c.case_id).where(cases.c.state == "open", cases.c.version == 1)
        open_ids = list(connection.scalars(waiting.order_by(cases.c.case_id).limit(8000)))
        some_units = list(connection.scalars(select(units.c.org_unit_id)))
        some_courses = list(connection.scalars(select(courses.c.course_id)))
    everywhere = [p for p in people if p[1].units is None]

    def get(paths, who=people):
        return [f"GET\t{path}\t{rng.choice(who)[0]}\t" for path in paths]

    def searched():
        return rng.choice((f"x{rng.randrange(60_000):07d}", f"cem diaz-{rng.randrange(99)}", "berg"))

    found = {
        "worklist": get(["/cases"] * 20),
        "list, filtered": get(
            f"/cases?shown={rng.choice(('open', 'acted', 'closed'))}&{rng.choice(('unit', 'course'))}="
            + rng.choice((some_units, some_courses)[rng.random() < 0.5])
            + rng.choice(("", "&reason=motivation", "&stage=day_30"))
            for _ in range(400)
        ),
        "list, sorted": get(
            f"/cases?shown=open&sort={rng.choice(('due', 'unit', 'course', 'reason', 'completed'))}"
            f"&page={rng.choice((1, 1, 2, 9))}"
            for _ in range(100)
        ),
        "search": get(f"/cases?shown=open&words={searched().replace(' ', '+')}" for _ in range(400)),
        "case": get((f"/cases/{one}" for one in ids + open_ids[:1000]), everywhere),
        "decision": [
            f"POST\t/cases/{one}/decisions\t{cookie}\tcsrf={viewer.csrf}&version=1&kind=accept"
            for one in open_ids[1000:]
            for cookie, viewer in (rng.choice(everywhere),)
        ],
    }
    mixed = [rng.choice(found[name]) for name in rng.choices(
        ("worklist", "list, filtered", "search", "case"), (30, 10, 10, 50), k=2000)]
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


def shot(address, pid, lines, folder, seconds, users=USERS):
    """Shoot; give latencies in milliseconds and processor time a request."""
    path = folder / "requests.tsv"
    path.write_text("\n".join(lines) + "\n")
    command = ["wrk", "-t1", f"-c{users}", f"-d{seconds}s", "--timeout", "30s", "-s", str(HERE / "shots.lua")]
    before = processor_seconds(pid)
    told = subprocess.run([*command, address, "--", str(path)], capture_output=True, text=True).stdout
    found = json.loads(next(line for line in told.splitlines() if line.startswith("JSON"))[5:])
    return {**found, "cpu_ms": 1000 * (processor_seconds(pid) - before) / max(found["n"], 1)}


def measured(data, db, folder, seconds, users, names):
    people = signed_in(db)
    asked = requests_of(db, people, random.Random(2))
    found = {}
    with serving(data, db) as (address, pid):
        for name, lines in asked.items():
            if names and name not in names:
                continue
            if name != "decision":
                shot(address, pid, lines, folder, 1)
            found[name] = shot(address, pid, lines, folder, seconds, users)
            print(name, found[name], file=sys.stderr, flush=True)
    return found


def table(found):
    lines = ["| page | p50 ms | **p95 ms** | p99 ms | requests/s | processor ms a request | failed |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for name, one in found.items():
        lines.append(
            f"| {name} | {one['p50']:.0f} | **{one['p95']:.0f}** | {one['p99']:.0f} | {one['rate']:.0f} |"
            f" {one['cpu_ms']:.1f} | {one['failed']} of {one['n']} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--users", type=int, default=USERS)
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
    found = {"SQLite": measured(told.data, db, told.keep, told.seconds, told.users, told.only)}
    if PROGRAMS and not told.no_postgresql:
        with started() as server:
            address = server.address("public").partition("&schema")[0]
            filled(told.data, address, told.cases)
            found["PostgreSQL"] = measured(told.data, address, told.keep, told.seconds, told.users, told.only)
    text = "\n\n".join(f"## {name}\n\n{table(rows)}" for name, rows in found.items())
    print(text)


if __name__ == "__main__":
    main()
