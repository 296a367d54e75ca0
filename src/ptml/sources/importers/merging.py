"""Several imports as one folder of tables: what one does not know another may."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ptml.contracts.inputs import INPUT_TABLES, PROTECTED_PREFIX
from ptml.contracts.raw import RawTable
from ptml.contracts.rows import checked_batches
from ptml.errors import UsageError
from ptml.sources.folder import folder_source
from ptml.sources.importers.accounts import counted
from ptml.sources.importers.tables import write_query
from ptml.sources.importers.workbench import Workbench, workbench
from ptml.sources.importers.writing import ImportSummary

CONFLICTS_FILE = "conflicts.csv"
_CONFLICT_COLUMNS = (*("table", "key", "column", "kept", "kept_from", "left_out", "left_out_from"),)
_PART, _ROW = "part_number", "row_number"
_ENROLMENT_TABLES = ("transfer_evidence", "flags", "warning_actions")


@dataclass(frozen=True)
class Part:
    """One folder that takes part, and its tables."""

    name: str
    tables: dict[str, RawTable]


def merge_imports(parts: Sequence[Path], out: Path, same_days: int = 0) -> ImportSummary:
    """Write one folder of tables from several: of the first part that knows a value.

    Rows with the same key are one row: an empty value is filled by the next part that has one;
    where two parts differ, the first one named counts and the other is listed in `conflicts.csv`.

    Parameters
    ----------
    parts : sequence of Path
        Folders of contract tables, the one to be believed most first.
    out : Path
        New folder.
    same_days : int
        Enrolments of one person in one course that two parts date so close together are one; 0 =
        each stays.

    Raises
    ------
    UsageError, DataError
        For fewer than two parts, one without tables, or a folder that holds something.
    """
    if len(parts) < 2:
        raise UsageError("name at least two folders to merge")
    if same_days < 0:
        raise UsageError(f"--same-days must be 0 or more, got {same_days}")
    read = [_part(path, parts) for path in parts]
    with workbench(out) as bench:
        merge = _Merge(bench, read)
        names = [name for name in INPUT_TABLES if any(name in part.tables for part in read)]
        for name in names:
            merge.stage(name)
        folded = merge.fold(same_days) if "enrolments" in names else 0
        rows = {name: merge.write(name) for name in names}
        merge.write_conflicts()
        doubles = merge.doubles(names)
        told = list(_sentences(merge, rows, folded, doubles, same_days))
        return ImportSummary(rows, (*bench.accounts.sentences("row"), *told))


def _part(path: Path, parts: Sequence[Path]) -> Part:
    if not path.is_dir():
        raise UsageError(f"there is no folder at {path}")
    source = folder_source(path)
    if source.unreadable:
        raise UsageError(f"{path}: {'; '.join(source.unreadable.values())}")
    is_alone = [other.name for other in parts].count(path.name) == 1
    return Part(path.name if is_alone else str(path), dict(source.tables))


class _Merge:
    """Tables of all parts on one connection, with the part that each row is from."""

    def __init__(self, bench: Workbench, parts: list[Part]) -> None:
        self._bench, self._parts = bench, parts
        self._connection = bench.connection
        self._columns: dict[str, list[str]] = {}
        self.conflicts: list[tuple[str, ...]] = []

    def stage(self, name: str) -> None:
        """Read a table of all parts; rows that break its rules are kept beside."""
        contract = INPUT_TABLES[name]
        there = {column for part in self._parts for column in _columns_of(part, name)}
        protected = sorted(column for column in there if column not in contract.columns)
        columns = [column for column in contract.columns if column in there] + protected
        self._columns[name] = columns
        types = {**contract.duckdb_types, **dict.fromkeys(protected, "VARCHAR")}
        told = ", ".join(f'"{column}" {types[column]}' for column in columns)
        self._connection.execute(f"CREATE TABLE {name} ({told}, {_PART} BIGINT, {_ROW} BIGINT)")
        for number, part in enumerate(self._parts):
            if name in part.tables:
                self._read(name, number, part)

    def _read(self, name: str, number: int, part: Part) -> None:
        contract, raw = INPUT_TABLES[name], part.tables[name]
        own = [column for column in self._columns[name] if column in _columns_of(part, name)]
        carried = tuple(column for column in own if column not in contract.columns)
        lacking = [column for column in contract.required if column not in raw.columns]
        if lacking:
            raise UsageError(f"{part.name}: {raw.origin} has no column {', '.join(lacking)}")
        for batch in checked_batches(name, contract, raw, carried):
            named = ", ".join(f'"{column}"' for column in own)
            self._connection.register("batch", batch.rows.to_arrow())
            self._connection.execute(
                f"INSERT INTO {name} ({named}, {_PART}, {_ROW})"
                f" SELECT {named}, {number}, source_row FROM batch"
            )
            self._connection.unregister("batch")
            for row, column, value, rule in batch.rejected.select(
                "row", "column", "value", "rule"
            ).iter_rows():
                self._bench.accounts.keep(
                    f"{part.name}/{raw.origin}", row, rule, f"{column}={value}"
                )
            broken = batch.rejected["row"].n_unique()
            self._bench.accounts.count(name, part.name, "placed", batch.n_rows - broken)
            if broken:
                self._bench.accounts.count(
                    name, part.name, "not placed: it breaks a rule of the contract", broken
                )

    def fold(self, same_days: int) -> int:
        """Call enrolments of later parts as the one of an earlier part close to them."""
        if not same_days:
            return 0
        self._connection.execute(
            f"""CREATE TABLE same AS
            SELECT later.enrolment_id AS enrolment_id, first(earlier.enrolment_id
                ORDER BY earlier.{_PART}, abs(earlier.enrolled_on - later.enrolled_on),
                    earlier.enrolment_id) AS first_id
            FROM enrolments AS later JOIN enrolments AS earlier
                ON earlier.employee_id = later.employee_id
                AND earlier.course_id = later.course_id AND earlier.{_PART} < later.{_PART}
                AND earlier.enrolment_id <> later.enrolment_id
                AND abs(earlier.enrolled_on - later.enrolled_on) <= {same_days}
            GROUP BY later.enrolment_id"""
        )
        # The first one may be called as an earlier one itself.
        for _ in self._parts:
            self._connection.execute(
                "UPDATE same SET first_id = next.first_id FROM same AS next"
                " WHERE next.enrolment_id = same.first_id"
            )
        self._connection.execute(
            """UPDATE enrolments SET enrolment_id = same.first_id, enrolled_on = least(
                enrolments.enrolled_on, (SELECT min(enrolled_on) FROM enrolments AS kept
                    WHERE kept.enrolment_id = same.first_id))
            FROM same WHERE same.enrolment_id = enrolments.enrolment_id"""
        )
        for name in _ENROLMENT_TABLES:
            if name in self._columns:
                self._connection.execute(
                    f"UPDATE {name} SET enrolment_id = same.first_id FROM same"
                    f" WHERE same.enrolment_id = {name}.enrolment_id"
                )
        [(n_folded,)] = self._connection.execute("SELECT count(*) FROM same").fetchall()
        return int(n_folded)

    def write(self, name: str) -> int:
        """Write the merged table; give how many rows it has."""
        key = INPUT_TABLES[name].key
        query = self._joined(name, key) if key else self._united(name)
        return write_query(self._connection, self._bench.folder, name, query)

    def _joined(self, name: str, key: tuple[str, ...]) -> str:
        others = [column for column in self._columns[name] if column not in key]
        for column in others:
            self._note_conflicts(name, key, column)
        kept = "".join(
            f""", first("{column}" ORDER BY {_PART}, {_ROW}) FILTER ("{column}" IS NOT NULL)
                AS "{column}\""""
            for column in others
        )
        query = f"SELECT {', '.join(key)}{kept} FROM {name} GROUP BY ALL"
        if name == "enrolments":
            # Parts that know different days of one enrolment may turn them round.
            days = [c for c in ("started_on", "completed_on", "dropped_on") if c in others]
            earliest = ", ".join(("enrolled_on", *days))
            query = f"SELECT * REPLACE (least({earliest}) AS enrolled_on) FROM ({query})"
            if {"started_on", "completed_on"} <= set(days):
                query = (
                    "SELECT * REPLACE (CASE WHEN started_on IS NOT NULL THEN"
                    f" least(started_on, completed_on) END AS started_on) FROM ({query})"
                )
        return query

    def _united(self, name: str) -> str:
        """All rows; one that several parts have comes as often as in the one that has most."""
        columns = ", ".join(f'"{column}"' for column in self._columns[name])
        return f"""SELECT {columns} FROM (
            SELECT DISTINCT {columns}, nth FROM (SELECT {columns},
                row_number() OVER (PARTITION BY {columns}, {_PART} ORDER BY {_ROW}) AS nth
                FROM {name}))"""

    def _note_conflicts(self, name: str, key: tuple[str, ...], column: str) -> None:
        keys = ", ".join(key)
        found = self._connection.execute(
            f"""SELECT concat_ws(', ', {", ".join(f"{k}::VARCHAR" for k in key)}), kept::VARCHAR,
                kept_part, "{column}"::VARCHAR, {_PART}
            FROM (SELECT {keys}, "{column}", {_PART}, {_ROW},
                    first_value("{column}") OVER w AS kept, first_value({_PART}) OVER w AS kept_part
                  FROM {name} WHERE "{column}" IS NOT NULL
                  WINDOW w AS (PARTITION BY {keys} ORDER BY {_PART}, {_ROW}))
            WHERE kept <> "{column}" ORDER BY ALL"""
        ).fetchall()
        for told, kept, kept_part, left, part in found:
            names = (self._parts[kept_part].name, self._parts[part].name)
            self.conflicts.append((name, told, column, kept, names[0], left, names[1]))

    def write_conflicts(self) -> None:
        """Write what parts say differently."""
        path = self._bench.folder / CONFLICTS_FILE
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(_CONFLICT_COLUMNS)
            rows.writerows(self.conflicts)

    def doubles(self, names: Sequence[str]) -> int:
        """How many enrolments have another one of a different part within a month."""
        if "enrolments" not in names:
            return 0
        [(n_doubles,)] = self._connection.execute(
            f"""SELECT count(DISTINCT later.enrolment_id)
            FROM enrolments AS later JOIN enrolments AS earlier
                ON earlier.employee_id = later.employee_id
                AND earlier.course_id = later.course_id AND earlier.{_PART} < later.{_PART}
                AND earlier.enrolment_id <> later.enrolment_id
                AND abs(earlier.enrolled_on - later.enrolled_on) <= 30"""
        ).fetchall()
        return int(n_doubles)

    def strangers(self) -> Iterator[tuple[str, str, int]]:
        """Parts whose people or courses the first part that has such a table does not know."""
        for name, key in (("employees", "employee_id"), ("courses", "course_id")):
            if name not in self._columns:
                continue
            for part, n in self._connection.execute(
                f"""SELECT {_PART}, count(DISTINCT {key}) FROM {name}
                WHERE {key} NOT IN (SELECT {key} FROM {name}
                    WHERE {_PART} = (SELECT min({_PART}) FROM {name}))
                GROUP BY ALL ORDER BY ALL"""
            ).fetchall():
                yield name, self._parts[part].name, n


def _columns_of(part: Part, name: str) -> list[str]:
    raw = part.tables.get(name)
    contract = INPUT_TABLES[name]
    return [
        column
        for column in (raw.columns if raw is not None else ())
        if column in contract.columns
        or (name == "employees" and column.startswith(PROTECTED_PREFIX))
    ]


def _sentences(
    merge: _Merge, rows: dict[str, int], folded: int, doubles: int, same_days: int
) -> Iterator[str]:
    yield from (f"{table}: {counted(n, 'row')}." for table, n in rows.items())
    for name, part, n in merge.strangers():
        who = counted(n, f"{name.removesuffix('s')} is", f"{name} are")
        yield f"{who} in {part} and not in the first part that has {name}."
    if merge.conflicts:
        shown = [
            f"{table} {key}: {column} is {kept} in {one}, {left} in {other}"
            for table, key, column, kept, one, left, other in merge.conflicts[:3]
        ]
        more = ", ..." if len(merge.conflicts) > 3 else ""
        yield (
            f"{counted(len(merge.conflicts), 'value differs', 'values differ')} between parts, the"
            f" first part counts ({'; '.join(shown)}{more}): {CONFLICTS_FILE}."
        )
    if folded:
        yield (
            f"{counted(folded, 'enrolment')} within {counted(same_days, 'day')} of one in an"
            " earlier part counted as that one."
        )
    if doubles:
        yield (
            f"{counted(doubles, 'enrolment has', 'enrolments have')} one of the same person and"
            " course within 30 days in another part: --same-days 30 makes them one."
        )
