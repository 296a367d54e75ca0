"""The doctor on a real PostgreSQL server: rights, sizes and clock without reading a table."""

import time
from datetime import UTC, datetime

from ptml.jobs.doctor.source import check_data
from tests.postgres_server import Server


def _clock() -> float:
    return 0.0


def _now() -> datetime:
    return datetime.now(UTC)


def _schema(server: Server, name: str) -> None:
    with server.connect() as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        connection.execute(f"CREATE TABLE {name}.employees (employee_id text)")
        connection.execute(f"CREATE TABLE {name}.courses (course_id text)")
        connection.execute(
            f"CREATE TABLE {name}.enrolments (enrolment_id text, employee_id text,"
            " course_id text, enrolled_on date)"
        )
        connection.execute(
            f"INSERT INTO {name}.enrolments SELECT k, k, 'c', date '2026-01-01' + k % 200"
            " FROM generate_series(1, 3000) AS k"
        )
        connection.execute(f"ANALYZE {name}.enrolments")


def test_a_schema_is_looked_at_by_its_catalogue(server: Server) -> None:
    _schema(server, "whole")
    began = time.monotonic()
    found, size = check_data(server.address("whole"), _clock, _now)
    assert time.monotonic() - began < 3
    assert {f.check: f.verdict for f in found} == {"data": "ok", "rights": "ok", "tables": "ok"}
    assert size.rows["enrolments"] == 3000
    assert size.newest is not None
    assert size.newest.isoformat() == "2026-07-19"
    assert size.server_skew_seconds is not None
    assert abs(size.server_skew_seconds) < 5


def test_tables_that_a_role_may_not_read_stop(server: Server) -> None:
    _schema(server, "closed")
    with server.connect() as connection:
        connection.execute("CREATE ROLE looker LOGIN PASSWORD 's3cret'")
        connection.execute("GRANT USAGE ON SCHEMA closed TO looker")
        connection.execute("GRANT SELECT ON closed.employees, closed.courses TO looker")
    found, _ = check_data(server.address("closed", "looker:s3cret"), _clock, _now)
    rights = next(f for f in found if f.check == "rights")
    assert (rights.verdict, "enrolments" in rights.told) == ("stop", True)
    assert not [f for f in found if "s3cret" in f.line]


def test_what_is_wrong_for_good_is_told(server: Server) -> None:
    for address in (server.address("nowhere"), server.address("x", database="gone")):
        [found], _ = check_data(address, _clock, _now)
        assert (found.verdict, found.way_out) == ("stop", "mend the address or the rights")
