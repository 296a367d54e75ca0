"""What a run asks of everybody before it scores anybody, as a few rows that give the same answers.

A bucket gives of each table of people the rows that decide which units, roles, managers and periods
there are and how far the data reach. Put together they stand in for the people's tables in a data
set of the driver's, and what asks the local engine's data set asks this one.
"""

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import COMPANY_TABLES, PERSONAL_TABLES
from ptml.contracts.staging import PROTECTED_TABLE

_LATEST = ("enrolled_on", "started_on", "completed_on", "dropped_on")
DIGESTS: Mapping[str, str] = {
    "assignments": "SELECT DISTINCT org_unit_id, role_id, manager_id FROM assignments",
    "assessments": "SELECT competency_id, max(assessed_on) AS assessed_on FROM assessments"
    " GROUP BY competency_id",
    "personal_goals": "SELECT DISTINCT competency_id FROM personal_goals",
    "performance": "SELECT DISTINCT period_start, period_end FROM performance",
    # The first two days on which anybody enrolled bound the dates of a source without performance.
    "enrolments": f"SELECT {', '.join(f'max({day}) AS {day}' for day in _LATEST)} FROM enrolments"
    " HAVING count(*) > 0 UNION ALL BY NAME"
    " (SELECT DISTINCT enrolled_on FROM enrolments ORDER BY enrolled_on LIMIT 2)",
    "feedback": "SELECT max(asked_on) AS asked_on FROM feedback HAVING count(*) > 0",
    "transfer_evidence": "SELECT max(done_on) AS done_on FROM transfer_evidence"
    " HAVING count(*) > 0",
    PROTECTED_TABLE: f"FROM {PROTECTED_TABLE}",
}
"""SQL of what a bucket tells of a table; of the others nothing is asked."""


def digests(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """What a bucket's checked tables tell."""
    return {name: connection.sql(sql).to_arrow_table() for name, sql in DIGESTS.items()}


def stand_in(
    connection: duckdb.DuckDBPyConnection,
    company: Mapping[str, pa.Table],
    told: Mapping[str, Sequence[pa.Table]],
) -> None:
    """Fill a database with the company's tables and what the buckets told of people.

    Parameters
    ----------
    told : mapping of table to tables
        By name of `DIGESTS`, of all buckets.
    """
    for name in COMPANY_TABLES:
        _create(connection, name)
        _insert(connection, name, [company[name]])
    for name in PERSONAL_TABLES:
        _create(connection, name)
        _insert(connection, name, told.get(name, ()))
    parts = list(told[PROTECTED_TABLE])
    connection.register("incoming", pa.concat_tables(parts))
    connection.execute(f"CREATE TABLE {PROTECTED_TABLE} AS FROM incoming ORDER BY employee_id")
    connection.unregister("incoming")


def _create(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    kinds = INPUT_TABLES[name].duckdb_types
    columns = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
    connection.execute(f"CREATE TABLE {name} ({columns})")


def _insert(connection: duckdb.DuckDBPyConnection, name: str, parts: Sequence[pa.Table]) -> None:
    if parts:
        connection.register("incoming", pa.concat_tables(parts))
        connection.execute(f"INSERT INTO {name} BY NAME FROM incoming")
        connection.unregister("incoming")
