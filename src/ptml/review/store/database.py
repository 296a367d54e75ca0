"""A connection to the review database: SQLite for one machine, PostgreSQL for real use."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from ptml.errors import TryAgainError, UsageError
from ptml.review.store.upgrading import make_current

_WAIT_MS = 10_000
# One number for all of ptml's review databases: writers of the audit log wait for one another.
_AUDIT_LOCK = 7_402_519

viewing: ContextVar[str] = ContextVar("viewing", default="*")
"""Account that the queries are made for: PostgreSQL gives no row of others. ``*`` = ptml itself."""


@contextmanager
def as_ptml() -> Iterator[None]:
    """Begin transactions as ptml itself and not as who asks: for what nobody is shown."""
    before = viewing.set("*")
    try:
        yield
    finally:
        viewing.reset(before)


@dataclass(frozen=True)
class Database:
    """The review database.

    Attributes
    ----------
    engine : sqlalchemy.Engine
    """

    engine: Engine
    _turn: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def open(cls, address: str, *, upgrades: bool = False, must_exist: bool = False) -> "Database":
        """Open a database; make the tables of an empty one.

        Parameters
        ----------
        address : str
            ``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``.
        upgrades : bool
            Bring an older one to this version, and do not refuse it.
        must_exist : bool
            Refuse a file that is not there, for who only looks: an empty log would be found whole.

        Raises
        ------
        UsageError
            When the address is none of these, or the database is older or newer.
        TryAgainError
            When the server or the file cannot be reached.
        """
        database = cls(_engine(address))
        if must_exist:
            _check_file(database.engine)
        try:
            with database.begin() as connection:
                make_current(connection, upgrades=upgrades)
        except OperationalError as error:
            told = make_url(address).render_as_string(hide_password=True)
            raise TryAgainError(f"{told} cannot be opened: {str(error.orig).strip()}") from error
        return database

    def close(self) -> None:
        """Close what is open to the server; the next use opens it anew."""
        self.engine.dispose()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that writes; one at a time, since all of them extend the audit log."""
        with self._in_turn(), self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_AUDIT_LOCK})"))
            yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        # SQLite lets who waits for its lock sleep longer each time; within this process the next
        # one begins at once. Who waited too long is told by the database, as another process is.
        has_turn = self._turn.acquire(timeout=_WAIT_MS / 1000)
        try:
            yield
        finally:
            if has_turn:
                self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that reads one state of the database."""
        with self.engine.connect() as connection:
            yield connection.execution_options(is_reading=True)


def _check_file(engine: Engine) -> None:
    path = engine.url.database
    is_file = engine.dialect.name == "sqlite" and path not in (None, "", ":memory:")
    if is_file and not Path(str(path)).exists():
        raise UsageError(f"there is no review database at {path}; --db names another")


def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
    except ArgumentError:
        raise _no_address(address) from None
    if url.get_backend_name() == "sqlite":
        # What a failed query was about does not belong in a log.
        engine = create_engine(url, connect_args={"timeout": _WAIT_MS / 1000}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if url.get_backend_name() == "postgresql":
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True
        )
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    raise _no_address(address)


def _no_address(address: str) -> UsageError:
    told = address.partition("://")[0]
    return UsageError(f"--db must be sqlite:///FILE or postgresql://..., got {told}://...")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions on its own: ours take the lock at once.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    connection.execute(text("SELECT set_config('ptml.viewer', :who, true)"), {"who": viewing.get()})
