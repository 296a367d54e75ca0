"""A schema of a PostgreSQL database, read in one consistent snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pyarrow as pa
from psycopg import sql

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import RawSource, RawTable
from ptml.errors import DataError
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import said
from ptml.sources.postgres_snapshot import Snapshot

POSTGRES_PREFIXES = ("postgresql://", "postgres://")
# A plain table is read in pieces of so many bytes of its file, in the order of the file: several
# connections give the rows in the order of one.
PIECE_BYTES = 1 << 24
_RANGE_SCANS_SINCE = 140_000
# COPY writes these as a cast to text would, and twice as fast.
_PLAIN_TYPES = {
    *("text", "varchar", "uuid", "int2", "int4", "int8", "float4", "float8", "numeric", "date"),
}


@dataclass
class _Table:
    """A table of the server.

    Attributes
    ----------
    kinds : dict of column to type
    n_blocks, block_bytes : int
        Blocks of a plain table, and bytes that each stands for with what is stored aside; no blocks
        where rows have no fixed place (views, partitioned tables).
    """

    n_blocks: int
    block_bytes: int
    kinds: dict[str, str] = field(default_factory=dict)


@contextmanager
def postgres_source(address: str, config: PostgresConfig | None = None) -> Iterator[RawSource]:
    """Open a schema; every table is read from the one snapshot of the first look at it.

    Parameters
    ----------
    address : str
        ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=SCHEMA``; schema ``public`` when left
        out. Its password is in no message.
    config : PostgresConfig, optional

    Raises
    ------
    DataError
        For a wrong address, user, password, database or schema.
    TryAgainError
        When no server answers.
    LostConnectionError
        When it goes away.
    """
    place = PostgresAddress.parse(address)
    with Snapshot(place, config or PostgresConfig()) as snapshot:
        try:
            found = _tables(snapshot, place)
        except psycopg.Error as error:
            raise snapshot.told(error) from None
        tables = {name: _raw(snapshot, place, name, table) for name, table in found.items()}
        yield RawSource(place.shown, tables)


def _tables(snapshot: Snapshot, place: PostgresAddress) -> dict[str, _Table]:
    known = snapshot.first.execute(
        "SELECT 1 FROM pg_namespace WHERE nspname = %s", [place.schema]
    ).fetchone()
    if known is None:
        raise DataError(f"{place.shown} has no schema {place.schema}")
    # Only an ordinary heap without heirs has its rows in blocks that can be asked for.
    rows = snapshot.first.execute(
        """SELECT relname, attname, typname,
            CASE WHEN relkind IN ('r', 'm') AND NOT relhassubclass AND amname = 'heap'
                THEN pg_relation_size(pg_class.oid) END, pg_table_size(pg_class.oid),
            current_setting('block_size')::integer
        FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            JOIN pg_type ON pg_type.oid = atttypid
            LEFT JOIN pg_am ON pg_am.oid = relam
        WHERE nspname = %s AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname = ANY(%s)
            AND attnum > 0 AND NOT attisdropped
        ORDER BY relname, attnum""",
        [place.schema, list(INPUT_TABLES)],
    ).fetchall()
    found: dict[str, _Table] = {}
    for name, column, kind, n_bytes, with_aside, block in rows:
        n_blocks = (n_bytes or 0) // block
        table = found.setdefault(name, _Table(n_blocks, (with_aside or 0) // max(n_blocks, 1)))
        table.kinds[column] = kind
    if not found:
        raise DataError(f"{place.shown} has no table of the contract in schema {place.schema}")
    return found


def _raw(snapshot: Snapshot, place: PostgresAddress, name: str, table: _Table) -> RawTable:
    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        values = sql.SQL(", ").join(_value(column, table.kinds[column]) for column in wanted)
        query = sql.SQL("SELECT {} FROM {}").format(values, sql.Identifier(place.schema, name))
        can_cut = snapshot.first.info.server_version >= _RANGE_SCANS_SINCE
        pieces = _pieces(query, table) if can_cut else [query]
        schema = pa.schema([(column, pa.string()) for column in wanted])
        try:
            yield from snapshot.read(pieces, schema)
        except psycopg.OperationalError as error:
            raise snapshot.told(error) from None
        except (psycopg.Error, pa.ArrowInvalid) as error:
            raise DataError(f"table {name} cannot be read: {said(error, place)}") from None

    return RawTable(tuple(table.kinds), batches, f"table {name}")


def _pieces(query: sql.Composed, table: _Table) -> list[sql.Composed]:
    step = max(PIECE_BYTES // max(table.block_bytes, 1), 1)
    starts = range(0, table.n_blocks, step)
    if len(starts) < 2:
        return [query]
    # The last piece has no end: the file may have grown since it was measured.
    ends = [sql.SQL(" AND ctid < {}").format(_row_id(end)) for end in starts[1:]]
    return [
        sql.SQL("{} WHERE ctid >= {}{}").format(query, _row_id(start), end)
        for start, end in zip(starts, [*ends, sql.SQL("")], strict=True)
    ]


def _row_id(block: int) -> sql.Composable:
    return sql.SQL("{}::tid").format(sql.Literal(f"({block},0)"))


def _value(column: str, kind: str) -> sql.Composable:
    value = sql.Identifier(column)
    if kind in _PLAIN_TYPES:
        return value
    if kind in ("timestamp", "timestamptz"):
        # A day is a day, even where it is stored as its midnight.
        day = "CASE WHEN {0} = {0}::date THEN {0}::date::text ELSE {0}::text END"
        return sql.SQL(day).format(value)
    return sql.SQL("{}::text").format(value)
