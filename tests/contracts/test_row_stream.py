"""Rows on their way into DuckDB: what goes wrong on the way is told as it was."""

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.row_stream import RowStream
from ptml.errors import TryAgainError

_CONTRACT = INPUT_TABLES["prerequisites"]


def _frames(n: int, error: BaseException | None = None) -> Iterator[pl.DataFrame]:
    for k in range(n):
        yield pl.DataFrame(
            {"source_row": [k], "course_id": [f"c{k}"], "requires_course_id": ["c0"]},
            schema_overrides={"source_row": pl.Int64},
        )
    if error is not None:
        raise error


def test_all_batches_arrive_in_one_statement() -> None:
    with duckdb.connect() as connection:
        with RowStream(_frames(5), _CONTRACT, ()).feeding(connection, "incoming"):
            connection.execute("CREATE TABLE stored AS FROM incoming")
        found = connection.execute("SELECT source_row, course_id FROM stored").fetchall()
    assert found == [(k, f"c{k}") for k in range(5)]


def test_no_rows_make_an_empty_table_with_the_contract_s_types() -> None:
    with duckdb.connect() as connection:
        with RowStream(_frames(0), INPUT_TABLES["courses"], ()).feeding(connection, "incoming"):
            connection.execute("CREATE TABLE stored AS SELECT * EXCLUDE (source_row) FROM incoming")
        described = connection.execute("DESCRIBE stored").fetchall()
    assert {row[0]: row[1] for row in described} == dict(INPUT_TABLES["courses"].duckdb_types)


@pytest.mark.parametrize("error", [TryAgainError("the server went away"), KeyboardInterrupt()])
def test_a_source_that_fails_half_way_is_told_as_it_was(error: BaseException) -> None:
    with duckdb.connect() as connection:
        with (
            pytest.raises(type(error)) as raised,
            RowStream(_frames(3, error), _CONTRACT, ()).feeding(connection, "incoming"),
        ):
            connection.execute("CREATE TABLE stored AS FROM incoming")
        assert raised.value is error
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


def test_a_fault_of_the_statement_is_duckdb_s_own() -> None:
    with (
        duckdb.connect() as connection,
        pytest.raises(duckdb.CatalogException),
        RowStream(_frames(1), _CONTRACT, ()).feeding(connection, "incoming"),
    ):
        connection.execute("CREATE TABLE stored AS FROM elsewhere")
