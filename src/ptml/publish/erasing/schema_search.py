"""Does anything in a PostgreSQL schema name a person? Every column of every table is looked at.

Tables of others in the schema too, and what the server counted of them: its statistics keep the
commonest, least and greatest values of a column. What may not be read is told as such.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
from psycopg import sql

from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_connection import Connection
from ptml.sources.postgres_copy import copied
from ptml.traces import KEY_COLUMNS, Look, Needle, Trace

_BYTES = "bytea"

# Partitions are looked at with the table that they are parts of.
_COLUMNS = """SELECT relname, has_table_privilege(c.oid, 'SELECT'), attname,
        format_type(atttypid, NULL),
        typcategory IN ('N', 'D', 'B', 'T', 'I', 'G') AND attname NOT LIKE '%%\\_id'
            AND NOT attname = ANY(%s::text[])
    FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid AND attnum > 0
        AND NOT attisdropped JOIN pg_type AS t ON t.oid = atttypid
    WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p', 'm') AND NOT relispartition
    ORDER BY relname, attnum"""

_STATISTICS = """SELECT tablename, attname, value FROM pg_stats,
        unnest(coalesce(most_common_vals::text::text[], '{}')
            || coalesce(histogram_bounds::text::text[], '{}')
            || coalesce(most_common_elems::text::text[], '{}')) AS value
    WHERE schemaname = %s"""

_VIEWS = """SELECT relname, pg_get_viewdef(oid) FROM pg_class
    WHERE relnamespace = %s::regnamespace AND relkind IN ('v', 'm')"""


class _Column(NamedTuple):
    table: str
    is_readable: bool
    name: str
    kind: str
    is_number: bool


def look_through(connection: Connection, place: PostgresAddress, needle: Needle) -> Look:
    """Look for people in all of a schema; nothing of theirs is sent to the server."""
    schema = sql.Identifier(place.schema).as_string(connection)
    found = connection.execute(_COLUMNS, [sorted(KEY_COLUMNS), schema]).fetchall()
    tables: dict[str, list[_Column]] = {}
    for column in map(_Column._make, found):
        tables.setdefault(column.table, []).append(column)
    traces = [
        Trace(f"{place.shown}, {name}", where, n)
        for name, columns in tables.items()
        for where, n in _in_table(connection, columns, needle)
    ]
    traces += [
        Trace(f"{place.shown}, {n}", w, 1) for n, w in _beside(connection, place, schema, needle)
    ]
    return Look(tuple(traces), len(tables))


def _in_table(
    connection: Connection, columns: Sequence[_Column], needle: Needle
) -> Iterator[tuple[str, int]]:
    if not columns[0].is_readable:
        yield "may not be read, so it was not looked at", 1
        return
    wanted = [column for column in columns if not column.is_number]
    counts = dict.fromkeys((column.name for column in wanted), 0)
    for batch in _batches(connection, wanted) if wanted else ():
        for column, values in zip(wanted, batch.columns, strict=True):
            counts[column.name] += _named(column, values, needle)
    yield from ((f"column {name}", n) for name, n in counts.items() if n)


def _batches(connection: Connection, columns: Sequence[_Column]) -> Iterator[pa.RecordBatch]:
    names = [sql.Identifier(column.name) for column in columns]
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(name) for name in names),
        sql.Identifier(columns[0].table),
    )
    schema = pa.schema([(column.name, pa.string()) for column in columns])
    return copied(connection, query, schema, empty_is_missing=False)


def _named(column: _Column, values: pa.Array, needle: Needle) -> int:
    if column.kind != _BYTES:
        return needle.cells(column.name, values)
    raw = (bytes.fromhex(text[2:]) for text in values.to_pylist() if text is not None)
    return sum(needle.in_bytes(one) > 0 for one in raw)


def _beside(
    connection: Connection, place: PostgresAddress, schema: str, needle: Needle
) -> Iterator[tuple[str, str]]:
    counted: dict[tuple[str, str], list[str]] = {}
    for table, column, value in connection.execute(_STATISTICS, [place.schema]):
        counted.setdefault((table, column), []).append(value)
    for (table, column), values in counted.items():
        if needle.cells(column, pa.array(values, pa.string())):
            yield table, f"statistics of column {column}"
    for view, text in connection.execute(_VIEWS, [schema]):
        if needle.in_text(text):
            yield view, "its definition"
