"""Ids that are looked up across people: whose an enrolment is, and who is an employee at all.

One small shuffle by the hash of the id, before the one of all rows: 28 bytes an enrolment and an
employee, and the rows that name an enrolment and not a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import SOURCE_ROW, RawTable
from ptml.contracts.rows import checked_batches
from ptml.jobs.spark.packing import packed
from ptml.jobs.spark.routing import Router, key_text
from ptml.jobs.spark.tables import BY_ENROLMENT
from ptml.sources.parts import Part

Message = tuple[int, str, bytes]
_HASH = [("upper", pa.uint64()), ("lower", pa.uint64())]
ENROLMENT, EMPLOYEE, ASIDE, MANAGER = "enrolment", "employee", "aside", "manager"
MISSING, REPEATED = "missing", "repeated"
SCHEMAS: Mapping[str, pa.Schema] = {
    ENROLMENT: pa.schema([*_HASH, ("bucket", pa.int32()), ("row", pa.int64())]),
    EMPLOYEE: pa.schema(_HASH),
    ASIDE: pa.schema(_HASH),
    MANAGER: pa.schema([*_HASH, ("id", pa.string())]),
}
ANSWERS: Mapping[str, pa.Schema] = {
    MISSING: pa.schema([("id", pa.string()), ("set_aside", pa.bool_())]),
    REPEATED: SCHEMAS[ENROLMENT],
}
"""What is told to the driver: managers who are no employee, and enrolment ids of two buckets."""


@dataclass(frozen=True)
class Homes:
    """Enrolment ids that several buckets have, and whose they are.

    Attributes
    ----------
    rows : mapping of int to int
        Row that is kept among those with the same id as the row.
    """

    rows: Mapping[int, int] = field(default_factory=dict)


def asked(part: Part, columns: tuple[str, ...], router: Router, n: int) -> Iterator[Message]:
    """What one part of the source has to look up, or to be looked up in.

    Parameters
    ----------
    columns : tuple of str
        Of the part's table in the source.
    n : int
        Number of pieces that ids are spread over by their hash.
    """
    if part.table == "enrolments":
        yield from _enrolments(part, router, n)
    elif part.table == "employees":
        yield from _employees(part, columns, router, n)
    elif part.table == "assignments" and "manager_id" in columns:
        yield from _managers(part, router, n)
    elif part.table in BY_ENROLMENT:
        yield from _rows_of_enrolments(part, columns, router, n)


def _spread(lower: NDArray[np.uint64], n: int) -> NDArray[np.int32]:
    return (lower % np.uint64(n)).astype(np.int32)


def _enrolments(part: Part, router: Router, n: int) -> Iterator[Message]:
    rows = pa.Table.from_batches(part.batches(("enrolment_id", "employee_id")))
    ids = key_text("enrolments", rows, "enrolment_id")
    known = ids.is_valid()
    rows, ids = rows.filter(known), ids.filter(known)
    upper, lower = router.hashes(ids)
    columns = [upper, lower, router.buckets("enrolments", rows), rows.column(SOURCE_ROW)]
    yield from packed(pa.table(columns, schema=SCHEMAS[ENROLMENT]), _spread(lower, n), ENROLMENT)


def _employees(part: Part, columns: tuple[str, ...], router: Router, n: int) -> Iterator[Message]:
    contract = INPUT_TABLES["employees"]
    raw = RawTable(columns, part.batches, part.path)
    for batch in checked_batches("employees", contract, raw):
        for kind, frame in ((EMPLOYEE, batch.rows), (ASIDE, batch.set_aside)):
            ids = frame["employee_id"].drop_nulls().to_arrow().cast(pa.string())
            upper, lower = router.hashes(ids)
            table = pa.table([upper, lower], schema=SCHEMAS[kind])
            yield from packed(table, _spread(lower, n), kind)


def _managers(part: Part, router: Router, n: int) -> Iterator[Message]:
    rows = pa.Table.from_batches(part.batches(("manager_id",)))
    ids = key_text("assignments", rows, "manager_id").drop_null().unique()
    upper, lower = router.hashes(ids)
    table = pa.table([upper, lower, ids], schema=SCHEMAS[MANAGER])
    yield from packed(table, _spread(lower, n), MANAGER)


def _rows_of_enrolments(
    part: Part, columns: tuple[str, ...], router: Router, n: int
) -> Iterator[Message]:
    rows = pa.Table.from_batches(part.batches(columns))
    ids = key_text(part.table, rows, "enrolment_id")
    _, lower = router.hashes(ids.fill_null(""))
    yield from packed(rows, _spread(lower, n), part.table)


def answered(found: Mapping[str, pa.Table], router: Router, homes: Homes) -> Iterator[Message]:
    """Look up one piece of all ids.

    Returns
    -------
    iterator of Message
        Rows that name an enrolment, to the bucket of its person; and `ANSWERS`, to bucket 0.
    """
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        for kind, schema in SCHEMAS.items():
            connection.register(kind, found.get(kind, schema.empty_table()))
        connection.execute("CREATE TABLE own AS FROM enrolment ORDER BY upper, lower")
        if homes.rows:
            _keep_homes(connection, homes)
        for table in BY_ENROLMENT:
            if table in found:
                buckets = _buckets(connection, table, found[table], router)
                yield from packed(found[table], buckets, table)
        yield from _told(connection, MISSING, _MISSING)
        yield from _told(connection, REPEATED, _REPEATED)


_MISSING = """SELECT DISTINCT id, EXISTS (
        FROM aside AS a WHERE a.upper = m.upper AND a.lower = m.lower) AS set_aside
    FROM manager AS m ANTI JOIN employee AS e ON e.upper = m.upper AND e.lower = m.lower"""
_REPEATED = """SELECT upper, lower, bucket, "row" FROM enrolment SEMI JOIN (
        SELECT upper, lower FROM enrolment GROUP BY ALL HAVING count(DISTINCT bucket) > 1
    ) AS twice USING (upper, lower)"""


def _told(connection: duckdb.DuckDBPyConnection, kind: str, sql: str) -> Iterator[Message]:
    rows = connection.sql(sql).to_arrow_table().cast(ANSWERS[kind])
    if len(rows):
        yield from packed(rows, np.zeros(len(rows), np.int32), kind)


def _keep_homes(connection: duckdb.DuckDBPyConnection, homes: Homes) -> None:
    rows = pa.table(
        {
            "row": pa.array(list(homes.rows.keys()), pa.int64()),
            "kept": pa.array(list(homes.rows.values()), pa.int64()),
        }
    )
    connection.register("homes", rows)
    connection.execute(
        'DELETE FROM own WHERE "row" IN (SELECT "row" FROM homes WHERE "row" <> kept)'
    )


def _buckets(
    connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table, router: Router
) -> NDArray[np.int32]:
    """The bucket of the person whose enrolment each row names; 0 where nobody has it."""
    ids = key_text(table, rows, "enrolment_id").fill_null("")
    upper, lower = router.hashes(ids)
    wanted = {"place": np.arange(len(rows)), "upper": upper, "lower": lower}
    connection.register("wanted", pa.table(wanted))
    found = connection.execute(
        """SELECT coalesce(home.bucket, 0)::INTEGER AS bucket FROM wanted LEFT JOIN (
            SELECT upper, lower, arg_min(bucket, "row") AS bucket FROM own GROUP BY ALL
        ) AS home USING (upper, lower) ORDER BY place"""
    ).fetchnumpy()
    connection.unregister("wanted")
    return np.asarray(found["bucket"], dtype=np.int32)
