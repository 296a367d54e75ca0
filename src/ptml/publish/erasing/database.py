"""Take people out of a DuckDB file: it is written anew, so that no freed page keeps a name.

    .FILE.erasing      a copy, from which the person is deleted
    .FILE.erasing.new  a copy of that copy, which takes the place of FILE in one step

The file itself is only read. A killed erasure leaves it as it was; the next one begins again.
"""

import json
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ptml.contracts.durable import flush
from ptml.contracts.lock import writer_lock
from ptml.contracts.manifest import sealed_text
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.contracts.stamp import Stamped
from ptml.publish.duckdb_file import (
    MANIFEST_TABLE,
    MEMORY_LIMIT,
    N_THREADS,
    DuckDBFile,
    is_locked,
    told_of_duckdb,
)
from ptml.publish.erasing.manifest import digest, with_erasure
from ptml.publish.erasing.people import (
    ENROLMENT,
    PERSON_COLUMNS,
    Known,
    People,
    cut,
    holding,
    id_columns,
    text_columns,
    theirs,
    unnamed,
)
from ptml.publish.erasing.place import NOWHERE, Change
from ptml.publish.place import told_plainly
from ptml.traces import Look, Needle

Connection = duckdb.DuckDBPyConnection
_ATTEMPTS, _WAIT_SECONDS = 60, 0.5


class ErasableFile:
    """The run in a DuckDB file that `ptml score` publishes to; tables of others are left alone."""

    def __init__(self, out: Path, attempts: int | None = None) -> None:
        self._place = DuckDBFile(out)
        self._attempts = attempts or _ATTEMPTS
        self.name = str(out)

    @property
    def files(self) -> list[Path]:
        """The file and what lies beside it under its name."""
        out = self._place.out
        return [out, self._place.staging, *_drafts(out), out.with_name(f"{out.name}.wal")]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the publisher's lock, and remove what killed publishers and erasures left."""
        with told_plainly(self._place.out), writer_lock(self._place.lock, self.name):
            self._mend()
            yield

    def elsewhere(self, _: Needle) -> Look:
        """Nothing: it is a file."""
        return NOWHERE

    def leftovers(self) -> list[str]:
        """The run that was being written when its publisher was killed."""
        staging = self._place.staging
        return [str(staging)] if staging.exists() else []

    def people(self) -> pa.ChunkedArray:
        """Ids in every table."""
        with self._opened() as connection:
            asked = [
                f'SELECT DISTINCT "{column}" AS id FROM "{table}"'
                for table in OUTPUT_TABLES
                for column in PERSON_COLUMNS
                if column in _published(connection, table).names
            ]
            parts = [connection.sql(one).to_arrow_table()["id"] for one in asked]
        chunks = [chunk.cast(pa.string()) for part in parts for chunk in part.chunks]
        return pa.chunked_array(chunks, pa.string()).drop_null()

    def known(self, employee_ids: Collection[str]) -> Known:
        """Enrolments by the tables that name both, and ids that hold this one."""
        with self._opened() as connection:
            return known_in(connection, list(OUTPUT_TABLES), employee_ids)

    def find(self, whom: People) -> Iterator[Change]:
        """Which tables hold the person; one change for the file, or none."""
        with self._opened() as connection:
            change = _counted(connection, whom)
        if change is not None:
            yield replace(change, where=self.name)

    def erase(self, whom: People, note: Mapping[str, Any]) -> Iterator[Change]:
        """Put a file without the person in its place."""
        for found in self.find(whom):
            with told_of_duckdb(self._place.out), told_plainly(self._place.out):
                yield replace(found, after=self._rewrite(whom, note))

    def _rewrite(self, whom: People, note: Mapping[str, Any]) -> str:
        out, (draft, fresh) = self._place.out, _drafts(self._place.out)
        with self._opened() as held:
            copied(held, draft)
            with duckdb.connect(draft, config=_config()) as connection:
                after = _erased(connection, whom, note)
                copied(connection, fresh)
            flush(fresh)
            # Still held: nobody has written to the file since it was copied.
            fresh.replace(out)
            flush(out.parent)
        self._mend()
        return after

    def _mend(self) -> None:
        shutil.rmtree(self._place.staging, ignore_errors=True)
        for path in _drafts(self._place.out):
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.wal").unlink(missing_ok=True)

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        with told_of_duckdb(self._place.out):
            connection = _patiently(self._place.out, self._attempts)
        with connection:
            yield connection


def _config() -> dict[str, str | bool | int | float | list[str]]:
    return {"memory_limit": MEMORY_LIMIT, "threads": N_THREADS}


def _patiently(path: Path, attempts: int) -> Connection:
    for attempt in range(attempts):
        try:
            return duckdb.connect(path, config=_config())
        except duckdb.IOException as error:
            if not is_locked(error) or attempt == attempts - 1:
                raise
            time.sleep(_WAIT_SECONDS)
    raise AssertionError("the last attempt returns or raises")


def _drafts(out: Path) -> tuple[Path, Path]:
    return out.with_name(f".{out.name}.erasing"), out.with_name(f".{out.name}.erasing.new")


def copied(connection: Connection, to: Path) -> None:
    """Copy a whole database, tables, views and all, into a new file."""
    [(name,)] = connection.execute("SELECT current_database()").fetchall()
    place = str(to).replace("'", "''")
    connection.execute(f"ATTACH '{place}' AS fresh_copy")
    connection.execute(f'COPY FROM DATABASE "{name}" TO fresh_copy')
    connection.execute("DETACH fresh_copy")


def known_in(connection: Connection, tables: list[str], employee_ids: Collection[str]) -> Known:
    """What some tables say of people's ids."""
    asked = pa.table({"id": pa.array(sorted(employee_ids), pa.string())})
    own: set[str] = set()
    of_others: list[pa.ChunkedArray] = []
    connection.register("asked_ids", asked)
    for table in tables:
        names = _published(connection, table).names
        if "employee_id" not in names:
            continue
        if ENROLMENT in names:
            own |= set(_ids(connection, table, ENROLMENT, "SEMI").to_pylist())
        named = [column for column in (*PERSON_COLUMNS, ENROLMENT) if column in names]
        of_others += [_ids(connection, table, column, "ANTI") for column in named]
    connection.unregister("asked_ids")
    words = {*employee_ids, *own} - {None}
    others = {text for ids in of_others for text in holding(ids, words)}
    return Known(frozenset(words) - frozenset(employee_ids), frozenset(others - words))


def _ids(connection: Connection, table: str, column: str, join: str) -> pa.ChunkedArray:
    return connection.sql(
        f'''SELECT DISTINCT CAST("{column}" AS VARCHAR) AS id FROM "{table}" AS of_all
        {join} JOIN asked_ids ON of_all.employee_id = asked_ids.id'''
    ).to_arrow_table()["id"]


def _published(connection: Connection, table: str) -> pa.Schema:
    """Columns of an output table; none where the name is that of somebody's own table."""
    schema = _schema(connection, table)
    return schema if set(Stamped.columns()) <= set(schema.names) else pa.schema([])


def _schema(connection: Connection, table: str) -> pa.Schema:
    found = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE table_name = $table AND schema_name = 'main'",
        {"table": table},
    ).fetchall()
    if not found:
        return pa.schema([])
    return connection.sql(f'FROM "{table}" LIMIT 0').to_arrow_table().schema


def _counted(connection: Connection, whom: People) -> Change | None:
    rows, named = {}, {}
    for table in OUTPUT_TABLES:
        if len(_published(connection, table)) == 0:
            continue
        found = [cut(table, part, whom) for part in _parts(connection, table)]
        rows[table] = sum(one.n_rows for one in found)
        named[table] = sum(one.n_named for one in found)
    held = {name: n for name, n in rows.items() if n}, {name: n for name, n in named.items() if n}
    return Change("", *held, digest(_manifest(connection))) if any(held) else None


def _parts(connection: Connection, table: str) -> Iterator[pa.Table]:
    with connection.cursor() as reading:
        for batch in reading.sql(f'SELECT * FROM "{table}"').to_arrow_reader(100_000):
            yield pa.Table.from_batches([batch])


def _manifest(connection: Connection) -> str:
    return str(connection.execute(f"SELECT about FROM {MANIFEST_TABLE}").fetchall()[0][0])


def _erased(connection: Connection, whom: People, note: Mapping[str, Any]) -> str:
    """Delete the person from the copy; gives the hash of the new manifest."""
    before = _manifest(connection)
    tables = [name for name in OUTPUT_TABLES if len(_published(connection, name))]
    gone = {name: erased_in(connection, name, whom) for name in tables}
    about = json.loads(before)
    about.pop("seal")
    after = sealed_text(with_erasure(about, before, gone, note))
    connection.execute(
        f'CREATE OR REPLACE TABLE "{MANIFEST_TABLE}" AS SELECT $text AS about', {"text": after}
    )
    return digest(after)


def erased_in(connection: Connection, table: str, whom: People) -> int:
    """Delete a person's rows from a table and the name from others'; gives the rows deleted."""
    schema = _schema(connection, table)
    n_rows = _delete(connection, table, schema, whom)
    for column in text_columns(schema):
        maybe = connection.sql(
            f"""SELECT rowid AS row_number, "{column}" AS text FROM "{table}"
            WHERE regexp_matches("{column}", ?)""",
            params=[whom.needle.loose],
        ).to_arrow_table()
        values, n = unnamed(column, maybe["text"], whom)
        if n:
            _update(connection, table, column, maybe.set_column(1, "fresh", values))
    return n_rows


def _delete(connection: Connection, table: str, schema: pa.Schema, whom: People) -> int:
    names = [name for name in id_columns(table) if name in schema.names]
    if not names:
        return 0
    columns = ", ".join(f'"{name}"' for name in names)
    rows = connection.sql(f'SELECT rowid AS row_number, {columns} FROM "{table}"').to_arrow_table()
    at = rows.filter(theirs(table, rows, whom)).select(["row_number"])
    connection.register("at_theirs", at)
    connection.execute(f'DELETE FROM "{table}" WHERE rowid IN (SELECT row_number FROM at_theirs)')
    connection.unregister("at_theirs")
    return len(at)


def _update(connection: Connection, table: str, column: str, fresh: pa.Table) -> None:
    connection.register("fresh_values", fresh)
    connection.execute(
        f'UPDATE "{table}" AS old SET "{column}" = fresh FROM fresh_values AS new'
        f' WHERE old.rowid = new.row_number AND old."{column}" IS DISTINCT FROM fresh'
    )
    connection.unregister("fresh_values")
