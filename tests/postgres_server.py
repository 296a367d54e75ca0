"""A real PostgreSQL server for the tests, on a socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Server:
    """A PostgreSQL cluster of its own on a socket in a temporary folder."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="ptml-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def start(self) -> None:
        """Make the cluster and start it; the superuser needs no password, others do."""
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync")
        (data / "pg_hba.conf").write_text(
            "local all postgres trust\nlocal all all scram-sha-256\n", encoding="utf-8"
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(data), "-o", options, "-l", log, "-w", "start")

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def address(self, schema: str, user: str = "postgres", database: str = "postgres") -> str:
        """Give the address of a schema, for `user` or ``USER:PASSWORD``."""
        return f"postgresql://{user}@/{database}?host={self.folder}&schema={schema}"

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the superuser."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres")

    def ask(self, query: LiteralString) -> list[tuple[Any, ...]]:
        """Run SQL as the superuser; give its rows, if it has any."""
        with self.connect() as connection:
            found = connection.execute(query)
            return found.fetchall() if found.description else []

    def run_script(self, script: Path, **variables: str) -> None:
        """Run a file of SQL with psql as the superuser, as an administrator would."""
        given = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
        command = [str(self._bin / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *given]
        place = ["-h", str(self.folder), "-U", "postgres", "-f", str(script.resolve()), "postgres"]
        subprocess.run([*command, *place], check=True, capture_output=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder)


@contextmanager
def started() -> Iterator[Server]:
    """Start a real server, or skip where none is installed."""
    if not PROGRAMS:
        pytest.skip("no PostgreSQL server under /usr/lib/postgresql: apt-get install postgresql")
    server = Server(PROGRAMS[-1])
    server.start()
    try:
        yield server
    finally:
        server.stop()
