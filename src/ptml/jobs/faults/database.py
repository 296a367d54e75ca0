"""A PostgreSQL server of one's own for the trials, and a database of it a trial."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from ptml.errors import PtmlError
from ptml.jobs.faults.calls import Calls
from ptml.jobs.faults.forms import Form, name_of
from ptml.jobs.faults.order import Order

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_SCHEMA = "out"


@dataclass(frozen=True)
class Cluster:
    """A server on a socket in a folder.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    def start(self) -> None:
        """Start it."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-D", "data", "-o", options, "-l", "log", "-w", "start")

    def stop(self) -> None:
        """End it at once, as if the machine had died."""
        self.run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def restart(self) -> None:
        """End it at once, and start it again."""
        self.stop()
        self.start()

    def tell(self, statement: str, *values: str) -> None:
        """Run a statement as the superuser."""
        place = f"host={self.folder} user=postgres dbname=postgres"
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(statement.encode(), values)

    def drop_connections(self, database: str) -> None:
        """End every connection to a database."""
        self.tell(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", database
        )

    def run(self, program: str, *words: str) -> None:
        """Run one of the server's programs, as a user that the server takes."""
        call = [str(_PROGRAMS[-1] / program), *words]
        if os.geteuid() == 0:
            call = ["runuser", "-u", "postgres", "--", *call]
        with (self.folder / "programs.log").open("ab") as log:
            done = subprocess.run(call, check=False, stdout=log, stderr=log, cwd=self.folder)
        if done.returncode:
            raise PtmlError(f"{program} of the trials' PostgreSQL ended with {done.returncode}")


@dataclass(frozen=True)
class DatabaseForm(Form):
    """A schema in a database of the trial's name."""

    cluster: Cluster = field(default=Cluster(Path()))
    calls: Calls | None = None

    def make(self, folder: Path) -> None:
        """Make the database and its tables, as an administrator does."""
        self.cluster.tell(f"CREATE DATABASE {name_of(folder)}")
        assert self.calls is not None
        ended = self.calls.run(Order(["migrate", self.address(folder)], {}))
        if ended.code:
            raise PtmlError(f"ptml migrate ended with {ended.code}: {ended.told}")

    def copy(self, folder: Path, other: Path) -> None:
        """Copy the database."""
        self.cluster.drop_connections(name_of(folder))
        self.cluster.tell(f"CREATE DATABASE {name_of(other)} TEMPLATE {name_of(folder)}")

    def remove(self, folder: Path) -> None:
        """Drop the database."""
        self.cluster.tell(f"DROP DATABASE IF EXISTS {name_of(folder)} WITH (FORCE)")


def has_server() -> bool:
    """Whether PostgreSQL is installed."""
    return bool(_PROGRAMS)


@contextmanager
def local_database(calls: Calls) -> Iterator[DatabaseForm]:
    """Serve till the block ends."""
    # The name of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="ptml-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster = Cluster(folder)
    cluster.run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "--no-sync")
    cluster.start()
    try:
        out = f"postgresql://postgres@/{{name}}?host={folder}&schema={_SCHEMA}"
        yield DatabaseForm("PostgreSQL", out, cluster=cluster, calls=calls)
    finally:
        cluster.stop()
        shutil.rmtree(folder)
