"""Enrolments that are known already: of this import, and of tables that stand elsewhere."""

from pathlib import Path

import duckdb

from ptml.contracts.inputs import INPUT_TABLES
from ptml.errors import DataError
from ptml.sources.folder import folder_source

_KNOWN = ("enrolment_id", "employee_id", "course_id", "enrolled_on")


def known_enrolments(connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
    """Make the table `known_enrolments` of `enrolled` and of a folder of contract tables.

    Raises
    ------
    DataError
        When the folder has no enrolments, or not the columns that are needed.
    """
    columns = ", ".join(_KNOWN)
    connection.execute(
        f"CREATE TABLE known_enrolments AS SELECT {columns} FROM enrolled WHERE NOT is_only_waived"
    )
    if folder is None:
        return
    raw = folder_source(folder).tables.get("enrolments")
    if raw is None or not set(_KNOWN) <= set(raw.columns):
        needed = ", ".join(INPUT_TABLES["enrolments"].required)
        raise DataError(f"{folder} has no table enrolments with the columns {needed}")
    for batch in raw.batches(_KNOWN):
        connection.register("batch", batch)
        connection.execute(
            "INSERT INTO known_enrolments SELECT enrolment_id::VARCHAR, employee_id::VARCHAR,"
            " course_id::VARCHAR, TRY_CAST(enrolled_on AS DATE) FROM batch"
        )
        connection.unregister("batch")
