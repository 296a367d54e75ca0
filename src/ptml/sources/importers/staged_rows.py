"""Rows of a source with what became of each, on the way into the accounts."""

from collections.abc import Callable, Mapping

from ptml.sources.importers.accounts import NOT_PLACED
from ptml.sources.importers.faults import Fault, LeftOut
from ptml.sources.importers.workbench import Workbench

ROW_COLUMNS: Mapping[str, str] = {
    "n": "BIGINT",
    "file": "VARCHAR",
    "row": "BIGINT",
    "what": "VARCHAR",
    "name": "VARCHAR",
    "became": "VARCHAR",
    "text": "VARCHAR",
}
_BATCH_ROWS = 10_000


def outcome(take: Callable[[], None]) -> str:
    """Take a row, and tell what became of it."""
    try:
        take()
    except Fault as fault:
        return f"{NOT_PLACED}{fault}"
    except LeftOut as reason:
        return f"left out: {reason}"
    return "placed"


def account_rows(bench: Workbench, table: str = "rows") -> None:
    """Count the rows of a table with these columns, and keep those that have no place."""
    counted = bench.connection.execute(
        f"SELECT what, name, became, count(*) FROM {table} GROUP BY ALL"
    )
    for what, name, became, rows in counted.fetchall():
        bench.accounts.count(what, name, became, rows)
    found = bench.connection.execute(
        f"SELECT file, row, became[{len(NOT_PLACED) + 1}:], text FROM {table}"
        f" WHERE starts_with(became, '{NOT_PLACED}') ORDER BY n"
    )
    while batch := found.fetchmany(_BATCH_ROWS):
        for file, row, reason, text in batch:
            bench.accounts.keep(file, row, reason, text)
