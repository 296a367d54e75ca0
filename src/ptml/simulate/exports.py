"""A source as it looked on a day: rows that were known then, through a sound or a broken export."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ptml.simulate.changes import BrokenExport
from ptml.simulate.writing import fresh_folder

# Which rows were there before the day `$day`; a table that is not named has no history.
_KNOWN = {
    "employees": "hired_on < $day",
    "assignments": "valid_from < $day",
    "enrolments": "enrolled_on < $day",
    "transfer_evidence": "enrolment_id IN (SELECT enrolment_id FROM done)",
    "performance": "period_end < $day",
    "feedback": "asked_on < $day",
    "assessments": "assessed_on < $day",
    "absences": "from_day < $day",
    "incidents": "occurred_on < $day",
    "personal_goals": "employee_id IN (SELECT employee_id FROM here)",
}
# What was still empty then, though the row was there.
_NOT_YET: dict[str, dict[str, tuple[str, ...]]] = {
    "employees": {"left_on": ("left_on",)},
    "assignments": {"valid_to": ("valid_to",)},
    "enrolments": {
        "started_on": ("started_on",),
        "completed_on": ("completed_on", "exam_score", "satisfaction"),
        "dropped_on": ("dropped_on",),
    },
    "transfer_evidence": {"done_on": ("done_on", "score")},
}
# What an enrolment that is neither completed nor dropped says of itself.
_RUNNING = {"progress": 0.0, "exam_attempts": 0, "minutes": 0.0}


def export_as_of(data: Path, day: date, out: Path, broken: BrokenExport | None = None) -> None:
    """Write what the tables of `data` held before a day, as an export of that day would.

    Parameters
    ----------
    data : Path
        A folder that `ptml.simulate.simulate` wrote as Parquet.
    day : date
        Rows known on this day or later are left out; ends that lay ahead are empty.
    broken : BrokenExport, optional
        How the export is broken; it breaks nothing on days on which it is in order.

    Raises
    ------
    UsageError
        When `out` is not empty or cannot be written.
    """
    ill = broken if broken is not None and broken.on <= day < broken.repaired_on else None
    with fresh_folder(out) as folder, duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE here AS SELECT employee_id FROM '{data}/employees.parquet'"
            " WHERE hired_on < $day",
            {"day": day},
        )
        connection.execute(
            f"CREATE TABLE done AS SELECT enrolment_id FROM '{data}/enrolments.parquet'"
            " WHERE completed_on < $day",
            {"day": day},
        )
        tables = {
            path.stem: _known(connection, path, day) for path in sorted(data.glob("*.parquet"))
        }
        for name, table in (_broken(tables, ill) if ill else tables).items():
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def _known(connection: duckdb.DuckDBPyConnection, path: Path, day: date) -> pa.Table:
    name = path.stem
    where = _KNOWN.get(name)
    if where is None:
        return pq.read_table(path)
    blanked = {
        column: f"CASE WHEN {known} < $day THEN {column} END"
        for known, columns in _NOT_YET.get(name, {}).items()
        for column in columns
    }
    if name == "assignments":
        here = "manager_id IN (SELECT employee_id FROM here)"
        blanked["manager_id"] = f"CASE WHEN {here} THEN manager_id END"
    if name == "enrolments":
        ended = "least(coalesce(completed_on, dropped_on), coalesce(dropped_on, completed_on))"
        blanked |= {
            column: f"CASE WHEN {ended} < $day THEN {column} ELSE {value} END"
            for column, value in _RUNNING.items()
        }
    chosen = f", {', '.join(f'{v} AS {c}' for c, v in blanked.items())}" if blanked else ""
    left = f" EXCLUDE ({', '.join(blanked)})" if blanked else ""
    sql = f"SELECT *{left}{chosen} FROM '{path}' WHERE {where}"
    return connection.sql(sql.replace("$day", f"DATE '{day}'")).to_arrow_table()


def _broken(tables: dict[str, pa.Table], ill: BrokenExport) -> dict[str, pa.Table]:
    cut = tables[ill.cut_table]
    return tables | {
        "performance": _in_another_unit(tables["performance"], tables["assignments"], ill),
        ill.cut_table: cut.slice(0, round(ill.rows_kept * cut.num_rows)),
    }


def _in_another_unit(performance: pa.Table, assignments: pa.Table, ill: BrokenExport) -> pa.Table:
    units = np.unique(assignments["org_unit_id"].to_numpy(zero_copy_only=False))
    share = max(round(ill.unit_share * len(units)), 1)
    # Every k-th unit: no draw is needed to break an export.
    hit = pa.array(units[:: max(len(units) // share, 1)][:share].tolist())
    last = assignments.sort_by([("employee_id", "ascending"), ("valid_from", "ascending")])
    placed = dict(
        zip(last["employee_id"].to_pylist(), last["org_unit_id"].to_pylist(), strict=True)
    )
    people = pa.array([e for e, unit in placed.items() if unit in set(hit.to_pylist())])
    wrong = pc.is_in(performance["employee_id"], value_set=people)
    value = pc.if_else(wrong, pc.multiply(performance["value"], ill.factor), performance["value"])
    return performance.set_column(performance.schema.get_field_index("value"), "value", value)
