"""A real server."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from ptml.errors import DataError, TryAgainError, UsageError
from ptml.sources import read_dataset
from ptml.sources.postgres import postgres_source
from ptml.sources.postgres_config import PostgresConfig

Frames = dict[str, pd.DataFrame]
WritePostgres = Callable[[Frames, str], str]
ONCE = PostgresConfig(attempts=1)


def test_other_types_of_the_server_are_read(
    organisation: Frames, write_postgres: WritePostgres, server: Any
) -> None:
    address = write_postgres(organisation, "other_types")
    with server.connect() as connection:
        connection.execute(
            """SET search_path = other_types;
            ALTER TABLE courses ALTER hours TYPE numeric(6, 3), ADD tags text[];
            ALTER TABLE enrolments ALTER enrolled_on TYPE timestamp;
            UPDATE courses SET hours = 'NaN' WHERE course_id = 'c01';
            UPDATE enrolments SET course_id = 'c02' WHERE course_id = 'c01';
            UPDATE enrolments SET enrolled_on = '2024-02-29 08:30' WHERE enrolment_id = 'n02';
            UPDATE enrolments SET completed_on = 'infinity' WHERE enrolment_id = 'n05'"""
        )
    with read_dataset(address) as dataset:
        found = {(row["table"], row["value"]): row["rule"] for row in dataset.rejected.to_pylist()}
        assert found == {
            ("courses", "NaN"): "hours is not a finite number",
            ("enrolments", "2024-02-29 08:30:00"): "enrolled_on is not a date (YYYY-MM-DD)",
            ("enrolments", "infinity"): "completed_on is not a date (YYYY-MM-DD)",
        }


def test_all_tables_are_read_from_one_snapshot(
    organisation: Frames, write_postgres: WritePostgres, server: Any
) -> None:
    address = write_postgres(organisation, "one_snapshot")
    with postgres_source(address) as source:
        with server.connect() as connection:
            connection.execute("DELETE FROM one_snapshot.courses")
        rows = [b.num_rows for b in source.tables["courses"].batches(("course_id",))]
        assert sum(rows) == 40


def test_a_user_with_a_password(
    organisation: Frames, write_postgres: WritePostgres, server: Any
) -> None:
    write_postgres(organisation, "locked")
    with server.connect() as connection:
        connection.execute(
            """CREATE ROLE reader LOGIN PASSWORD 'op3n sesame';
            GRANT USAGE ON SCHEMA locked TO reader;
            GRANT SELECT ON locked.employees, locked.enrolments TO reader"""
        )
    address = server.address("locked", user="reader:op3n%20sesame")
    with pytest.raises(DataError, match="used: table courses cannot be read: permission denied"):
        read_dataset(address)
    with server.connect() as connection:
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA locked TO reader")
    with read_dataset(address) as dataset:
        assert "sesame" not in dataset.address
        assert dataset.address.startswith("postgresql://reader@")
    with pytest.raises(UsageError, match=r"password authentication failed.*PGPASSFILE") as raised:
        read_dataset(server.address("locked", user="reader:gu3ss"))
    assert "gu3ss" not in str(raised.value)


def test_a_missing_schema_database_or_table(
    server: Any, organisation: Frames, write_postgres: WritePostgres
) -> None:
    with pytest.raises(DataError, match="has no schema nowhere"):
        read_dataset(server.address("nowhere"))
    with pytest.raises(UsageError, match='database "nobase" does not exist'):
        read_dataset(server.address("public", database="nobase"))
    address = write_postgres({"employees": organisation["employees"]}, "half")
    with pytest.raises(DataError, match="table courses is missing"):
        read_dataset(address)
    with pytest.raises(DataError, match="has no table of the contract in schema pg_catalog"):
        read_dataset(server.address("pg_catalog"))


def test_an_empty_table_has_no_rows(organisation: Frames, write_postgres: WritePostgres) -> None:
    organisation["courses"] = organisation["courses"].head(0)
    with pytest.raises(DataError, match="table courses has no rows"):
        read_dataset(write_postgres(organisation, "empty_table"))


def test_a_server_that_does_not_answer_is_for_later() -> None:
    with pytest.raises(TryAgainError, match=r"cannot be reached: .*refused") as raised:
        read_dataset("postgresql://anna:s3cret@127.0.0.1:1/hr", postgres=ONCE)
    assert "s3cret" not in str(raised.value)
    assert "\n" not in str(raised.value)
    with pytest.raises(TryAgainError) as raised:
        read_dataset("postgresql://anna:refused@127.0.0.1:1/hr", postgres=ONCE)
    assert "refused" not in str(raised.value)


def test_a_row_with_nothing_in_it_is_counted(
    organisation: Frames, write_postgres: WritePostgres
) -> None:
    organisation["roles"] = pd.DataFrame({"role_id": [None, *(f"r{i}" for i in range(39))]})
    with read_dataset(write_postgres(organisation, "empty_row")) as dataset:
        assert dataset.rows_read["roles"] == 40
        [rejected] = dataset.rejected.to_pylist()
        assert (rejected["row"], rejected["rule"]) == (1, "role_id is missing")
