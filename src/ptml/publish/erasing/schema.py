"""Take people out of a PostgreSQL schema: runs that name them are published anew, all at once.

In one transaction every run from the first that names one of them on gets a new number, in its
order, with the same time: tables that name them are written without them, the others copied within
the server. So readers keep the numbers, and the rows, that their snapshot shows, and who comes
later finds all runs without the people. Then the old partitions are dropped whole: no dead row
keeps a name. A killed erasure is either none, or left only partitions to drop: the next one does.

No id is sent to the server, whose log may keep what is asked of it.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from ptml.contracts.manifest import sealed, sealed_text
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, PtmlError, UsageError
from ptml.publish.erasing.manifest import digest, with_erasure
from ptml.publish.erasing.people import ENROLMENT, PERSON_COLUMNS, Known, People, cut, holding
from ptml.publish.erasing.place import Change, EarlierRun
from ptml.publish.erasing.runs import remove_whole
from ptml.publish.erasing.schema_search import look_through
from ptml.publish.place import told_plainly
from ptml.publish.postgres.faults import told
from ptml.publish.postgres.loading import send
from ptml.publish.postgres.migrating import refuse_other_version
from ptml.publish.postgres.place import PostgresSchema
from ptml.publish.postgres.session import give_back, holder_of_tables, join, take_lock
from ptml.publish.postgres.sweeping import sweep, unpublished
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import Connection
from ptml.sources.postgres_copy import copied
from ptml.traces import Look, Needle

# The list of runs names nobody; what is in it is looked at in the proof.
_TABLES = [name for name in OUTPUT_TABLES if name != "runs"]
_UNCHANGED = Change("", {}, {})

_EARLIER = """SELECT published_no, run_id, published_at,
        (SELECT sum(pg_total_relation_size(inhrelid))
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = ANY(
            SELECT to_regclass(quote_ident(t || '_by_run')) FROM unnest(%s::text[]) AS t)
            AND relname ~ ('_' || published_no || '$'))
    FROM publications WHERE published_no < (SELECT max(published_no) FROM publications)
    ORDER BY published_no"""


@dataclass(frozen=True)
class Kept:
    """A publication; without a manifest: partitions that no publication names."""

    number: int
    run_id: str = ""
    about: str = ""


class ErasableSchema:
    """The kept runs of a schema that `ptml score` publishes to."""

    def __init__(self, address: str, config: PostgresConfig | None = None) -> None:
        self._publisher = PostgresSchema(address, config)
        self._place = PostgresAddress.parse(address, "--out")
        self._config = config or PostgresConfig()
        self._held: Connection | None = None
        self.name = self._publisher.out

    @property
    def files(self) -> list[Path]:
        """What of it lies on this machine: a run that was being written."""
        return [self._publisher.work]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the publisher's locks; drop what killed publishers and erasures left."""
        with told_plainly(self.name), self._publisher.alone():
            connection = join(self._place, self._config)
            try:
                with self._told(connection):
                    refuse_other_version(connection, self._place)
                    take_lock(connection, self._place)
                    remove_whole(self._publisher.staging)
                    sweep(connection, self._place, self._config)
                self._held = connection
                yield
            finally:
                self._held = None
                give_back(connection)

    def leftovers(self) -> list[str]:
        """The run that was being written on this machine when its publisher was killed."""
        staging = self._publisher.staging
        return [str(staging)] if staging.exists() else []

    def people(self) -> pa.ChunkedArray:
        """Ids in every table of every run."""
        parts = [ids[name] for ids in self._ids() for name in ids.column_names if name != ENROLMENT]
        chunks = [chunk for part in parts for chunk in part.chunks]
        return pa.chunked_array(chunks, pa.string()).drop_null()

    def known(self, employee_ids: Collection[str]) -> Known:
        """Enrolments by the tables that name both, and ids that hold one of these."""
        asked = pa.array(sorted(employee_ids), pa.string())
        own: set[str] = set()
        of_others: list[pa.ChunkedArray] = []
        for ids in self._ids():
            is_own = pc.is_in(ids["employee_id"], asked)
            of_others += [pc.unique(one.filter(pc.invert(is_own))) for one in ids.columns]
            if ENROLMENT in ids.column_names:
                own |= set(ids[ENROLMENT].filter(is_own).drop_null().to_pylist())
        words = {*employee_ids, *own}
        others = {text for ids in of_others for text in holding(ids, words)}
        return Known(frozenset(own) - frozenset(employee_ids), frozenset(others - words))

    def find(self, whom: People) -> Iterator[Change]:
        """Run by run, which tables hold them; what no publication names too."""
        with self._reading() as reading:
            yield from (change for _, change in self._found(reading, whom))

    def erase(self, whom: People, note: Mapping[str, Any]) -> Iterator[Change]:
        """Put runs without them in the place of those that name them, all in one transaction."""
        connection = self._alone()
        with self._told(connection):
            with self._reading() as reading:
                found = list(self._found(reading, whom))
                after = self._replaced(connection, reading, found, whom, note)
            sweep(connection, self._place, self._config)
        yield from (replace(change, after=after.get(kept.number, "")) for kept, change in found)

    def elsewhere(self, needle: Needle) -> Look:
        """Look at every column of every table of the schema, at statistics and views."""
        with self._reading() as reading:
            return look_through(reading, self._place, needle)

    def earlier(self) -> Iterator[EarlierRun]:
        """Kept runs but the newest."""
        with self._reading() as reading:
            rows = reading.execute(_EARLIER, [_TABLES]).fetchall()
        for number, run_id, since, n_bytes in rows:
            name = f"{self.name}/{run_id}"
            yield EarlierRun(name, since, int(n_bytes or 0), partial(self._withdraw, number))

    def _withdraw(self, number: int) -> None:
        connection = self._alone()
        with self._told(connection):
            connection.execute("SELECT withdraw_publication(%s)", [number])
            sweep(connection, self._place, self._config)

    def _found(self, reading: Connection, whom: People) -> Iterator[tuple[Kept, Change]]:
        for kept in self._kept(reading):
            rows: dict[str, int] = {}
            named: dict[str, int] = {}
            for table in _TABLES:
                rows[table] = named[table] = 0
                for part in _rows(reading, table, kept.number):
                    found = cut(table, part, whom)
                    rows[table] += found.n_rows
                    named[table] += found.n_named
            held = _positive(rows), _positive(named)
            if any(held):
                yield kept, Change(self._shown(kept), *held, digest(kept.about) * bool(kept.about))

    def _shown(self, kept: Kept) -> str:
        return f"{self.name}/{kept.run_id or f'number {kept.number}, of no publication'}"

    def _kept(self, reading: Connection) -> list[Kept]:
        """All that lies in partitions, the oldest first."""
        published = reading.execute(
            "SELECT published_no, run_id, about FROM publications ORDER BY published_no"
        ).fetchall()
        return sorted(
            [*(Kept(*row) for row in published), *map(Kept, unpublished(reading))],
            key=lambda kept: kept.number,
        )

    def _replaced(
        self,
        connection: Connection,
        reading: Connection,
        found: Sequence[tuple[Kept, Change]],
        whom: People,
        note: Mapping[str, Any],
    ) -> dict[int, str]:
        """Replace the runs from the first that names them on; gives the hashes of manifests."""
        changes = {kept.number: change for kept, change in found if kept.about}
        after = {}
        with connection.transaction():
            for kept in self._kept(reading) if changes else ():
                if kept.about and kept.number >= min(changes):
                    change = changes.get(kept.number, _UNCHANGED)
                    about = self._without(kept, change, note)
                    self._replace(connection, reading, kept, about, change, whom)
                    after[kept.number] = digest(about)
        return after

    def _without(self, kept: Kept, change: Change, note: Mapping[str, Any]) -> str:
        """The manifest of the run without them; as it was where it does not name them."""
        about = sealed(kept.about.encode())
        if about is None:
            raise DataError(f"the manifest of {self._shown(kept)} is damaged; publish a new run")
        if change is _UNCHANGED:
            return kept.about
        return sealed_text(with_erasure(about, kept.about, change.rows, note))

    def _replace(
        self,
        connection: Connection,
        reading: Connection,
        kept: Kept,
        about: str,
        change: Change,
        whom: People,
    ) -> None:
        begun = connection.execute("SELECT replace_publication(%s, %s)", [kept.number, about])
        [(number,)] = begun.fetchall()
        wanted = json.loads(about)["rows"]
        for table in _TABLES:
            to = f"{table}_{number}"
            if table in change.rows or table in change.named:
                schema = _schema(table)
                rows = _rows(reading, table, kept.number)
                left = (b for part in rows for b in cut(table, part, whom).rows.to_batches())
                taken = send(connection, left, schema, to)
            else:
                taken = _copy(connection, table, kept.number, to)
            if taken != wanted.get(table, 0):
                raise DataError(
                    f"{table} of {self._shown(kept)} has {taken:,} rows where"
                    f" {wanted.get(table, 0):,} are due; remove that run, then erase again"
                )
        connection.execute("SELECT show_publication(%s)", [number])

    def _ids(self) -> Iterator[pa.Table]:
        """Ids of people, of whom their rows name, and of their enrolments, table by table."""
        with self._reading() as reading:
            for table in _TABLES:
                there = OUTPUT_TABLES[table].arrow_schema.names
                names = [name for name in (*PERSON_COLUMNS, ENROLMENT) if name in there]
                if names[:1] == ["employee_id"]:
                    query = sql.SQL("SELECT DISTINCT {} FROM {}").format(
                        sql.SQL(", ").join(map(sql.Identifier, names)),
                        sql.Identifier(f"{table}_by_run"),
                    )
                    schema = pa.schema([(name, pa.string()) for name in names])
                    batches = list(copied(reading, query, schema, empty_is_missing=False))
                    yield pa.Table.from_batches(batches, schema)

    def _alone(self) -> Connection:
        if self._held is None:
            raise AssertionError("only within `alone`")
        return self._held

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with closing(join(self._place, self._config)) as connection, self._told(connection):
            yield connection

    @contextmanager
    def _told(self, connection: Connection) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._words(error, connection) from None

    def _words(self, error: psycopg.Error, connection: Connection) -> PtmlError:
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return UsageError(
                f"--out {self.name}: {str(error).partition(chr(10))[0]}; let its owner run"
                " `ptml migrate` with --eraser for this role"
            )
        holder = ""
        if isinstance(error, psycopg.errors.LockNotAvailable):
            with suppress(psycopg.Error):
                holder = holder_of_tables(connection, self._place)
        return told(error, self._place, self._config, holder)


def _positive(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: n for name, n in counts.items() if n}


def _schema(table: str) -> pa.Schema:
    # What a column may be is checked by the server.
    return pa.schema([field.with_nullable(True) for field in OUTPUT_TABLES[table].arrow_schema])


def _rows(reading: Connection, table: str, number: int) -> Iterator[pa.Table]:
    """Rows of a run, in the order in which they were published, a few megabytes at a time."""
    schema = _schema(table)
    query = _of_run(table, number)
    for batch in copied(reading, query, schema, empty_is_missing=False):
        yield pa.Table.from_batches([batch], schema)


def _of_run(table: str, number: int) -> sql.Composed:
    return sql.SQL("SELECT {} FROM {} WHERE published_no = {}").format(
        sql.SQL(", ").join(map(sql.Identifier, _schema(table).names)),
        sql.Identifier(f"{table}_by_run"),
        sql.Literal(number),
    )


def _copy(connection: Connection, table: str, number: int, to: str) -> int:
    into = sql.SQL("INSERT INTO {} ({}) ").format(
        sql.Identifier(to), sql.SQL(", ").join(map(sql.Identifier, _schema(table).names))
    )
    return connection.execute(into + _of_run(table, number)).rowcount
