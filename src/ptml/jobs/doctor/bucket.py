"""Whether the tables of an object store are there: by the list of its objects alone."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.store import open_store
from ptml.errors import PtmlError
from ptml.jobs.doctor.finding import Finding, ok, stop

# Of a row, packed or as text, about: no object is opened.
_BYTES_A_ROW = {"parquet": 20, "csv": 60}


def check_bucket(
    address: str, clock: Callable[[], float]
) -> tuple[list[Finding], Mapping[str, int]]:
    """Ask a store for its list of tables; give what was found, and about how many rows there are.

    Columns are not looked at: a run copies the tables to this machine first, and checks them then.
    """
    began = clock()
    try:
        store = open_store(address)
        rows = _rows(store.names())
    except PtmlError as error:
        return [stop("data", str(error), "see that it can be reached from here")], {}
    told = f"{store.address} answers in {clock() - began:.2f} s, about {sum(rows.values()):,} rows"
    return [ok("data", told), *_of_tables(rows)], rows


def _rows(names: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for name, about in names.items():
        table, _, ending = name.partition("/")[0].rpartition(".")
        if table in INPUT_TABLES and ending in _BYTES_A_ROW and name.endswith(ending):
            n = int(about.get("size") or 0) // _BYTES_A_ROW[ending]
            rows[table] = rows.get(table, 0) + n
    return rows


def _of_tables(rows: Mapping[str, int]) -> Iterator[Finding]:
    lost = [n for n, t in INPUT_TABLES.items() if t.needed_for == "A" and n not in rows]
    if lost:
        told = f"{', '.join(lost)} cannot be found"
        yield stop("tables", told, "docs/data-contract.md says what is needed")
    else:
        yield ok("tables", f"{len(rows)} of {len(INPUT_TABLES)} tables of the contract are there")
