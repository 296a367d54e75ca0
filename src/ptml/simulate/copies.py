"""A big organisation out of copies of a simulated one, copy by copy, in the memory of one copy.

Simulating a million people would take tens of gigabytes and an hour; what scoring costs depends on
how many rows there are and how they are spread, not on whether two divisions have like histories.
The first copy keeps its ids, so models of the organisation know its units; all others are new.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.tables import TableContract
from ptml.errors import UsageError
from ptml.simulate.writing import TableWriter, fresh_folder

# What belongs to one copy; courses, roles and all else are the same for everybody.
_OWN_KEYS = ("employee_id", "org_unit_id", "enrolment_id", "manager_id", "parent_id")
# Days on which something happened; whoever was employed for it stays so.
_EVENT_DAYS: Mapping[str, tuple[str, ...]] = {
    "enrolments": ("enrolled_on", "started_on", "completed_on", "dropped_on"),
    "transfer_evidence": ("due_on", "done_on"),
    "assessments": ("assessed_on",),
    "feedback": ("asked_on",),
    "incidents": ("occurred_on",),
}
_OF_UNITS = ("org_units", "goals", "incidents")
# A prime: no two neighbouring copies of a year of copies are moved by the same number of days.
_SHIFTS = 7
_ABOUT = "copies.json"


@dataclass(frozen=True)
class Copied:
    """What an organisation of copies holds.

    Attributes
    ----------
    employees : int
    copies : int
        The last may be a part of the organisation.
    rows : dict of table to int
        Of every table.
    events : int
        Rows about one person that have a date.
    """

    employees: int
    copies: int
    rows: dict[str, int]
    events: int


def copy_organisation(base: Path, out: Path, n_employees: int) -> Copied:
    """Write an organisation of ``n_employees`` people, made of copies of another.

    Copy k has the ids of the first with ``.k`` behind them, and its events k % 7 days later, never
    past their quarter's end: the order of events, and what is known at a quarter's end, stay. A
    part of a copy is its first people by id; a manager who is not among them is not known.

    Parameters
    ----------
    base : Path
        Folder of ``TABLE.parquet`` as `simulate` writes it.
    out : Path
        Folder to make.
    n_employees : int

    Raises
    ------
    UsageError
        When there is no such organisation, or `out` is not empty.
    """
    with duckdb.connect() as connection:
        # A bar of DuckDB's own would stand between a job's words.
        connection.execute("SET enable_progress_bar = false")
        tables = _load(connection, base)
        n_base = _count(connection, "employees")
        copies = -(-n_employees // n_base)
        rows = dict.fromkeys(tables, 0)
        with fresh_folder(out) as work:
            writer = TableWriter(work, "parquet")
            for k in range(copies):
                _choose(connection, n_employees - k * n_base)
                for name, piece in _pieces(connection, tables, k):
                    writer.append(name, {c: piece[c].combine_chunks() for c in piece.column_names})
                    rows[name] += len(piece)
            writer.close()
            events = sum(n for name, n in rows.items() if _is_event(INPUT_TABLES[name]))
            found = Copied(n_employees, copies, rows, events)
            (work / _ABOUT).write_text(json.dumps(asdict(found), indent=1, sort_keys=True))
    return found


def read_copied(folder: Path) -> Copied:
    """What `copy_organisation` wrote into a folder."""
    return Copied(**json.loads((folder / _ABOUT).read_text()))


def _load(connection: duckdb.DuckDBPyConnection, base: Path) -> dict[str, tuple[str, ...]]:
    """Take the tables up by their name; give the columns of each."""
    found = {}
    for name in INPUT_TABLES:
        path = base / f"{name}.parquet"
        if path.is_file():
            connection.execute(
                f"CREATE TABLE {name} AS SELECT * FROM read_parquet($path)", {"path": str(path)}
            )
            described = connection.execute(f"DESCRIBE {name}").fetchall()
            found[name] = tuple(str(column[0]) for column in described)
    if not found.get("employees"):
        raise UsageError(f"{base} has no employees.parquet: name a folder that ptml simulate made")
    return found


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    [(n,)] = connection.execute(f"SELECT count(*) FROM {name}").fetchall()
    return int(n)


def _choose(connection: duckdb.DuckDBPyConnection, most: int) -> None:
    """Put the people of this copy, and what they enrolled for, into ``chosen_...``."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT employee_id FROM employees"
        f" ORDER BY employee_id LIMIT {most}"
    )


def _pieces(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, tuple[str, ...]], k: int
) -> Iterator[tuple[str, pa.Table]]:
    for name, columns in tables.items():
        if k == 0 or _is_own(name, columns):
            yield name, connection.sql(_piece_sql(name, columns, k)).to_arrow_table()


def _is_own(name: str, columns: tuple[str, ...]) -> bool:
    return name in _OF_UNITS or "employee_id" in columns or "enrolment_id" in columns


def _is_event(contract: TableContract) -> bool:
    about_people = {"employees", "enrolments"} & set(contract.references.values())
    return bool(about_people) and "valid_from" not in contract.columns


def _piece_sql(name: str, columns: tuple[str, ...], k: int) -> str:
    chosen = ", ".join(f"{_value(name, column, k)} AS {column}" for column in columns)
    kept = ""
    if "employee_id" in columns:
        kept = "WHERE employee_id IN (FROM chosen)"
    elif "enrolment_id" in columns:
        kept = (
            "WHERE enrolment_id IN"
            " (SELECT enrolment_id FROM enrolments WHERE employee_id IN (FROM chosen))"
        )
    # In the order of the base, so that the same base gives the same bytes.
    return f"SELECT {chosen} FROM {name} {kept} ORDER BY {name}.rowid"


def _value(name: str, column: str, k: int) -> str:
    if column in _EVENT_DAYS.get(name, ()) and k % _SHIFTS:
        end = f"date_trunc('quarter', {column}) + INTERVAL 3 MONTH - INTERVAL 1 DAY"
        return f"least({column} + INTERVAL {k % _SHIFTS} DAY, {end})::DATE"
    mark = f".{k}" if k and (name in _OF_UNITS or column != "parent_id") else ""
    if column == "manager_id":
        return f"CASE WHEN manager_id IN (FROM chosen) THEN manager_id || '{mark}' END"
    return f"{column} || '{mark}'" if mark and column in _OWN_KEYS else column
