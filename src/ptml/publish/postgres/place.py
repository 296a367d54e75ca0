"""A schema of a PostgreSQL database to publish to: a run is added apart, and shown at once.

Every run lies in partitions of its own, ``lift_17`` of ``lift_by_run``; the view ``lift`` shows the
newest publication. A run is filled, given its keys, attached and made the newest in one
transaction. So a reader sees one whole run at any moment, whatever it is at: who began before keeps
the old rows, which stay where they are; nobody waits; rights on the views, and views over them, are
never touched.
"""

import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from ptml.contracts.manifest import MANIFEST
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, PtmlError, TryAgainError, UsageError
from ptml.publish.place import local_lock
from ptml.publish.postgres.faults import may_pass, told
from ptml.publish.postgres.loading import load
from ptml.publish.postgres.migrating import refuse_other_version
from ptml.publish.postgres.session import give_back, holder_of_tables, join, take_lock
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import Connection

# The times of a run stand here; all else is the same when it is done again.
_TIMES = "runs.parquet"
_SWEEP_SECONDS = 2


class PostgresSchema:
    """A schema to publish to; its other tables are left alone.

    Parameters
    ----------
    address : str
        ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=SCHEMA``.
    config : PostgresConfig, optional

    Attributes
    ----------
    out : str
        The address without its password.

    Raises
    ------
    UsageError
        When that is no address.
    """

    def __init__(self, address: str, config: PostgresConfig | None = None) -> None:
        try:
            self._place = PostgresAddress.parse(address, "--out")
        except DataError as error:
            raise UsageError(str(error)) from None
        self._config = config or PostgresConfig()
        self._connection: Connection | None = None
        self.out = self._place.shown

    @property
    def staging(self) -> Path:
        """The folder of the run that is being written."""
        return self.work / "unfinished"

    @property
    def work(self) -> Path:
        """The folder of this machine in which runs are put together."""
        own = hashlib.sha256(self.out.encode()).hexdigest()[:16]
        if self._config.work_folder is not None:
            return self._config.work_folder / f"ptml-{own}"
        return Path(tempfile.gettempdir()) / f"ptml-{os.getuid()}-{own}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let in one publisher of this machine at a time, and give all back at the end.

        Of other machines `prepare` keeps the schema free: the server holds that lock.
        """
        _make_private(self.work)
        with local_lock(self.work / "publishing", self.out), closing(self):
            yield

    def look(self) -> None:
        """Refuse, before any work is done, what `prepare` would refuse after it.

        Raises
        ------
        UsageError
            For a wrong address, and when `ptml migrate` has to run first.
        TryAgainError
            When no server answers.
        """
        with closing(join(self._place, self._config)) as connection:
            try:
                refuse_other_version(connection, self._place)
            except psycopg.Error as error:
                raise told(error, self._place, self._config) from None

    def prepare(self) -> None:
        """Refuse a schema that is not of this version, and take its lock until `close`.

        Raises
        ------
        UsageError
            For a wrong address or a missing right, and when `ptml migrate` has to run first.
        TryAgainError
            When no server answers or another run is being published.
        """
        self._connection = join(self._place, self._config)
        try:
            refuse_other_version(self._connection, self._place)
            take_lock(self._connection, self._place)
            self._connection.execute("SELECT max(published_no) FROM publications")
        except psycopg.Error as error:
            raise told(error, self._place, self._config) from None

    def close(self) -> None:
        """Give the lock back."""
        if self._connection is not None:
            give_back(self._connection)

    def show(self, staged: Path, run_id: str) -> None:
        """Add the run and make it the newest, in one transaction, trying again where that is safe.

        Raises
        ------
        TryAgainError
            When the server is away, full or busy for longer than it is waited for.
        DataError
            When the server does not take the rows.
        """
        about = (staged / MANIFEST).read_text(encoding="utf-8")
        for wait in self._config.waits():
            try:
                return self._show(staged, run_id, about)
            except _AgainError:
                time.sleep(wait)
        try:
            return self._show(staged, run_id, about)
        except _AgainError as last:
            raise last.told from None

    def _show(self, staged: Path, run_id: str, about: str) -> None:
        connection = self._held()
        try:
            # After a commit without an answer this finds the run there.
            if not _is_newest(connection, about):
                with connection.transaction():
                    _publish(connection, staged, run_id, about)
        except psycopg.Error as error:
            words = told(error, self._place, self._config, self._holder(error, connection))
            if may_pass(error, connection):
                raise _AgainError(words) from None
            raise words from None
        _sweep(connection, self._config.kept_runs)

    def _holder(self, error: psycopg.Error, connection: Connection) -> str:
        if not isinstance(error, psycopg.errors.LockNotAvailable):
            return ""
        try:
            return holder_of_tables(connection, self._place)
        except psycopg.Error:
            return ""

    def _held(self) -> Connection:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        try:
            self._connection = join(self._place, self._config)
            # Until the server has ended the connection that was lost: then it is known what came
            # of it.
            take_lock(self._connection, self._place, patiently=True)
        except TryAgainError as error:
            raise _AgainError(error) from None
        except psycopg.Error as error:
            raise _AgainError(told(error, self._place, self._config)) from None
        return self._connection


class _AgainError(Exception):
    """What may pass; and what to say if it does not."""

    def __init__(self, error: PtmlError) -> None:
        super().__init__(str(error))
        self.told = error


def _publish(connection: Connection, staged: Path, run_id: str, about: str) -> None:
    begun = connection.execute("SELECT begin_publication(%s, %s)", [run_id, about])
    [(number,)] = begun.fetchall()
    rows = json.loads(about)["rows"]
    for name in OUTPUT_TABLES:
        taken = load(connection, staged / f"{name}.parquet", f"{name}_{number}")
        if taken != rows[name]:
            raise DataError(f"{name} has {taken:,} rows, and {rows[name]:,} were to be published")
    connection.execute("SELECT show_publication(%s)", [number])


def _is_newest(connection: Connection, about: str) -> bool:
    found = connection.execute(
        "SELECT about FROM publications ORDER BY published_no DESC LIMIT 1"
    ).fetchone()
    return found is not None and _content(str(found[0])) == _content(about)


def _content(about: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(about)
    told.pop("seal")
    told["sha256"].pop(_TIMES)
    return told


def _sweep(connection: Connection, kept_runs: int) -> None:
    # Who reads an old run is left in peace: it is removed after the next publication.
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{_SWEEP_SECONDS}s'")
            connection.execute("SELECT remove_old_publications(%s)", [kept_runs])
    except psycopg.Error:
        return


def _make_private(folder: Path) -> None:
    # Others use the temporary folder too, and what is written here is about people.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.stat()
    if about.st_uid != os.getuid():
        raise UsageError(
            f"{folder} belongs to somebody else; name another place in"
            " settings.postgres.work_folder"
        )
    if stat.S_IMODE(about.st_mode) & 0o077:
        folder.chmod(0o700)
