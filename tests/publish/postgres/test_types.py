"""Values of every type, on the way to the server and back."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from psycopg import sql

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError
from ptml.publish import open_publication, read_run
from ptml.publish.postgres.loading import CAN_ENCODE, load
from tests.postgres_server import Server
from tests.publish.runs import FINISHED, record

from .conftest import ONCE

WORDS = [
    "",
    " ",
    "NULL",
    '"quoted", and; all',
    "two\nlines\r\n",
    "back\\slash\\N",
    "薪資 培訓 🎓",
    "t",
]
JSON = '[{"code": "gap",  "b": 1.10, "a": "\\u00fc", "a": null}]'


def rejected(values: list[str | None]) -> pa.Table:
    n = len(values)
    return pa.table(
        {
            "table": ["courses"] * n,
            "row": pa.array([2**40 + k for k in range(n)], pa.int64()),
            "column": pa.array(values, pa.string()),
            "value": pa.array(values, pa.string()),
            "rule": ["x"] * n,
        }
    )


def health(**columns: object) -> pa.Table:
    given = {"course_id": "c1", "enrolled": 1, "completed": 2**31 - 1, "alerts": JSON, **columns}
    schema = OUTPUT_TABLES["course_health"].arrow_schema
    own = [field for field in schema if field.name not in ("as_of", "run_id")]
    return pa.table({f.name: pa.array([given.get(f.name)], f.type) for f in own})


def published(out: str, **tables: pa.Table) -> dict[str, pa.Table]:
    """Publish tables and read them back."""
    with open_publication(out, record(), lambda: FINISHED, postgres=ONCE) as publication:
        for name, table in tables.items():
            publication.append(name, table)
        publication.commit({})
    run = read_run(out)
    return {name: run.arrow(name) for name in tables}


def test_text_comes_back_as_it_was_and_no_text_is_none(out: str) -> None:
    values = [*WORDS, None]
    found = published(out, rejected_rows=rejected(values))["rejected_rows"]
    assert found["value"].to_pylist() == values
    assert found["row"].to_pylist() == [2**40 + k for k in range(len(values))]
    assert found["as_of"].to_pylist() == [date(2026, 10, 1)] * len(values)


@pytest.mark.parametrize("number", [0.1, 1e-308, 1.7976931348623157e308, -0.0, 1 / 3, 5e-324])
def test_floats_keep_every_bit(out: str, number: float) -> None:
    [row] = published(out, course_health=health(benefit=number))["course_health"].to_pylist()
    assert row["benefit"].hex() == number.hex()


def test_not_a_number_is_nothing(out: str, schema: str, server: Server) -> None:
    [row] = published(out, course_health=health(lift=float("nan")))["course_health"].to_pylist()
    assert row["lift"] is None
    with server.connect() as reader:
        name = sql.Identifier(schema, "course_health")
        found = reader.execute(sql.SQL("SELECT lift IS NULL FROM {}").format(name)).fetchall()
        assert found == [(True,)]


def test_json_keeps_its_bytes_and_can_be_asked(out: str, schema: str, server: Server) -> None:
    [row] = published(out, course_health=health())["course_health"].to_pylist()
    assert row["alerts"] == JSON
    with server.connect() as reader:
        name = sql.Identifier(schema, "course_health")
        found = reader.execute(sql.SQL("SELECT alerts->0->>'code' FROM {}").format(name)).fetchall()
        assert found == [("gap",)]


def test_an_id_longer_than_an_index_takes_is_published_and_found(
    out: str, schema: str, server: Server
) -> None:
    # Letters that cannot be packed: 40,000 bytes as they stand.
    long = "".join(chr(0x4E00 + (k * k * 7919) % 20_000) for k in range(13_400))
    ids = ["e1", "x" * 2_000, long]
    n = len(ids)
    table = pa.table(
        {
            "employee_id": ids,
            "segment": ["core"] * n,
            "performance_state": pa.nulls(n, pa.string()),
            "main_cause": pa.nulls(n, pa.string()),
            "rule": pa.nulls(n, pa.string()),
            "course_level": pa.nulls(n, pa.string()),
            "first_question": pa.nulls(n, pa.string()),
        }
    )
    assert published(out, segments=table)["segments"]["employee_id"].to_pylist() == ids
    with server.connect() as reader:
        name = sql.Identifier(schema, "segments")
        query = sql.SQL("SELECT count(*) FROM {} WHERE employee_id = %s").format(name)
        assert reader.execute(query, [long]).fetchone() == (1,)


def test_a_zero_byte_that_the_server_cannot_hold_is_told(out: str) -> None:
    with pytest.raises(DataError, match=r"does not take the run .*0x00"):
        published(out, rejected_rows=rejected(["a\0b"]))


@pytest.mark.parametrize("binary", [True, False])
def test_rows_are_the_same_as_bytes_and_as_text(
    out: str, schema: str, server: Server, tmp_path: Path, binary: bool
) -> None:
    if binary and not CAN_ENCODE:
        pytest.skip("pgpq has no wheel for this machine")
    time = datetime(2026, 10, 1, 6, 0, 0, 123456, UTC)
    table = pa.table(
        {
            "t": pa.array([*WORDS, None], pa.string()),
            "f": pa.array([0.1 * k for k in range(8)] + [None]),
            "i": pa.array([None, *range(8)], pa.int32()),
            "b": pa.array([True, False, None] * 3),
            "d": pa.array([date(1999, 12, 31) + timedelta(366 * k) for k in range(9)]),
            "w": pa.array(
                [time + timedelta(days=-9_999 * k) for k in range(9)], pa.timestamp("us", "UTC")
            ),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    with server.connect() as connection:
        connection.execute(
            sql.SQL(
                "CREATE TABLE {} (t text, f float8, i int, b bool, d date, w timestamptz)"
            ).format(sql.Identifier(schema, "plain"))
        )
        connection.execute("SELECT set_config('search_path', %s, false)", [schema])
        connection.execute("SET timezone = 'UTC'")
        assert load(connection, tmp_path / "t.parquet", "plain", binary) == 9
        found = connection.execute("SELECT * FROM plain").fetchall()
    assert found == [tuple(row.values()) for row in table.to_pylist()]
