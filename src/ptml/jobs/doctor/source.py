"""Whether the data can be reached and read, and how much there is: from their catalogue alone."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.problems import missing_columns, structure_problems
from ptml.contracts.raw import RawSource, RawTable
from ptml.contracts.store import STORE_PREFIXES
from ptml.errors import DataError, PtmlError, TryAgainError
from ptml.jobs.doctor.finding import Finding, look, ok, stop
from ptml.jobs.doctor.server import Server, ask_server
from ptml.sources.duckdb_file import duckdb_source
from ptml.sources.folder import folder_source
from ptml.sources.postgres import POSTGRES_PREFIXES

_NEWEST = {"enrolments": "enrolled_on", "assessments": "assessed_on", "performance": "period_end"}
# Of a CSV file without a catalogue: bytes a row of the contract's widest tables.
_BYTES_A_ROW = 60


@dataclass(frozen=True)
class Size:
    """How much data there is, as far as catalogues tell.

    Attributes
    ----------
    rows : mapping of table to int
    newest : datetime.date or None
        On which something happened, by the statistics of a few columns.
    server_skew_seconds : float or None
        The server's clock less ours.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    newest: date | None = None
    server_skew_seconds: float | None = None


def check_data(
    address: str, clock: Callable[[], float], now: Callable[[], datetime]
) -> tuple[list[Finding], Size]:
    """Reach the source, look at its tables, columns and rights; time it.

    Parameters
    ----------
    clock : callable
        Seconds since some moment that never go back.
    now : callable
        The moment, which a server's is held against.
    """
    if address.startswith(STORE_PREFIXES):
        # The libraries that talk to a store are needed by few.
        from ptml.jobs.doctor.bucket import check_bucket

        found, rows = check_bucket(address, clock)
        return found, Size(rows)
    began = clock()
    try:
        size, source, unreadable = _looked_at(address, now)
    except PtmlError as error:
        later = isinstance(error, TryAgainError)
        way = "try again later, or ask who runs it" if later else "mend the address or the rights"
        return [stop("data", str(error), way)], Size()
    findings = list(_of_tables(source, unreadable))
    told = f"{source.address} answers in {clock() - began:.2f} s"
    return [ok("data", f"{told}, about {sum(size.rows.values()):,} rows"), *findings], size


def _looked_at(address: str, now: Callable[[], datetime]) -> tuple[Size, RawSource, list[str]]:
    path = Path(address)
    if address.startswith(POSTGRES_PREFIXES):
        server = ask_server(address, now)
        size = Size(server.rows, server.newest, server.skew_seconds)
        return size, _raw(server), server.forbidden
    if "://" in address or not path.exists():
        shown = f"{address.partition('://')[0]}://..." if "://" in address else address
        raise DataError(f"there are no data at {shown}")
    if path.is_dir():
        return _size_of_folder(path), folder_source(path), _unreadable(path)
    with duckdb_source(path) as source:
        found = source
    # One connection at a time: DuckDB wants the same settings of all.
    return _size_of_duckdb(path), found, []


def _raw(server: Server) -> RawSource:
    tables = {
        name: RawTable(columns, lambda _: iter(()), f"table {name}")
        for name, columns in server.columns.items()
    }
    return RawSource(server.shown, tables)


def _of_tables(source: RawSource, unreadable: list[str]) -> Iterator[Finding]:
    if unreadable:
        told = f"{', '.join(unreadable)} cannot be read by this user"
        yield stop("rights", told, "grant reading them, or leave them out of the source")
    else:
        yield ok("rights", "every table can be read")
    problems = [*source.unreadable.values(), *structure_problems(source)]
    if problems:
        yield stop("tables", "; ".join(problems), "docs/data-contract.md says what is needed")
    else:
        whole = [n for n, t in source.tables.items() if not missing_columns(n, t.columns)]
        yield ok("tables", f"{len(whole)} of {len(INPUT_TABLES)} tables of the contract are there")


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for name in INPUT_TABLES:
        for form in ("csv", "parquet"):
            path = folder / f"{name}.{form}"
            if path.is_dir():
                yield from ((name, part) for part in sorted(path.glob("*.parquet")))
            elif path.exists():
                yield name, path


def _unreadable(folder: Path) -> list[str]:
    return [path.name for _, path in _files(folder) if not os.access(path, os.R_OK)]


def _size_of_folder(folder: Path) -> Size:
    rows: dict[str, int] = {}
    newest: list[date] = []
    for name, path in _files(folder):
        n = path.stat().st_size // _BYTES_A_ROW
        if path.suffix == ".parquet":
            n, days = _of_parquet(path, _NEWEST.get(name))
            newest += days
        rows[name] = rows.get(name, 0) + n
    return Size(rows, max(newest, default=None))


def _of_parquet(path: Path, column: str | None) -> tuple[int, list[date]]:
    try:
        found = pq.read_metadata(path)
    except (OSError, ValueError):
        return 0, []
    if column is None or column not in found.schema.names:
        return found.num_rows, []
    k = found.schema.names.index(column)
    groups = (found.row_group(g).column(k).statistics for g in range(found.num_row_groups))
    return found.num_rows, [day for each in groups if (day := _day(each)) is not None]


def _day(statistics: Any) -> date | None:
    if statistics is None or not statistics.has_min_max:
        return None
    newest = statistics.max
    if isinstance(newest, datetime):
        return newest.date()
    return newest if isinstance(newest, date) else None


def _size_of_duckdb(path: Path) -> Size:
    with duckdb.connect(path, read_only=True) as connection:
        found = connection.execute(
            "SELECT table_name, estimated_size FROM duckdb_tables() WHERE schema_name = 'main'"
        ).fetchall()
    return Size({name: n for name, n in found if name in INPUT_TABLES})


def check_newest(size: Size, today: date) -> Iterator[Finding]:
    """Data from the future mean a wrong clock here or there."""
    if size.newest is None:
        return
    if size.newest > today + timedelta(days=1):
        told = f"something happened on {size.newest} by the data, and here it is {today} (UTC)"
        yield look("newest data", told, "compare the clock here with the clock of the source")
    else:
        # A server's statistics are those of a sample, and of when it last looked.
        of = "of" if size.server_skew_seconds is None else "by the server's statistics of"
        yield ok("newest data", f"{of} {size.newest}, {(today - size.newest).days} days ago")
