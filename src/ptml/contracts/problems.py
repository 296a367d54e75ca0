"""What ends a job before any model is touched, all of it in one message."""

from collections.abc import Mapping, Sequence

import duckdb

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.raw import RawSource
from ptml.errors import DataError

MAX_SET_ASIDE_SHARE = 0.05


def structure_problems(source: RawSource) -> list[str]:
    """Name every table and required column that is missing."""
    problems = [
        f"table {name} is missing: {contract.without} without it"
        for name, contract in INPUT_TABLES.items()
        if contract.needed_for == "A"
        and name not in source.tables
        and name not in source.unreadable
    ]
    for name, raw in source.tables.items():
        missing = missing_columns(name, raw.columns)
        if missing:
            word = "column" if len(missing) == 1 else "columns"
            found = ", ".join(raw.columns) or "no columns"
            problems.append(f"{raw.origin} has no {word} {', '.join(missing)}; it has {found}")
    return problems


def missing_columns(table: str, columns: Sequence[str]) -> list[str]:
    """Give the required columns of a table that are not among `columns`."""
    return [name for name in INPUT_TABLES[table].required if name not in columns]


def row_problems(
    connection: duckdb.DuckDBPyConnection,
    rows_read: Mapping[str, int],
    rows_rejected: Mapping[str, int],
) -> list[str]:
    """Name every A table without rows, and every table of which too many were set aside."""
    empty = [
        f"table {name} has no rows: {contract.without} without them"
        for name, contract in INPUT_TABLES.items()
        if contract.needed_for == "A" and rows_read.get(name) == 0
    ]
    return empty + [
        _too_many(connection, name, n_rejected, rows_read[name])
        for name, n_rejected in rows_rejected.items()
        if n_rejected > MAX_SET_ASIDE_SHARE * rows_read[name]
    ]


def raise_on(problems: Sequence[str], address: str) -> None:
    """Raise one error that names all problems, a line each.

    Raises
    ------
    DataError
        When there is any.
    """
    if len(problems) == 1:
        raise DataError(f"{address} cannot be used: {problems[0]}")
    if problems:
        summary = f"{address} cannot be used, for {len(problems)} reasons:"
        raise DataError("\n".join([summary, *(f"- {problem}" for problem in problems)]))


def _too_many(
    connection: duckdb.DuckDBPyConnection, name: str, n_rejected: int, n_read: int
) -> str:
    [(rule, n_broken, rows)] = connection.execute(
        """SELECT "rule", count(*), list("row" ORDER BY "row")[:3] FROM staging.rejected
        WHERE "table" = $name GROUP BY "rule" ORDER BY count(*) DESC, "rule" LIMIT 1""",
        {"name": name},
    ).fetchall()
    shown = ", ".join(map(str, rows)) + (", ..." if n_broken > len(rows) else "")
    return (
        f"{n_rejected} of {n_read} rows of {name} are set aside, more than"
        f" {MAX_SET_ASIDE_SHARE:.0%}; most often: {rule} (row {shown}; {n_broken} in all)"
    )
