"""Who people are and what ids stand for: what a page needs that reads published tables only."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ptml.contracts.ids import IdMap
from ptml.features.arrays import Days
from ptml.features.company_inputs import CompanyInputs
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.jobs.tables import ids_at

# KPIs are in no id map: these tables are all that the source says of them beside people's results.
_KPI_TABLES = ("goals", "kpi_competencies", "kpis")


def people_table(history: History, rows: Rows) -> pa.Table:
    """`people`: where everybody stands on the day, in the order of the rows.

    Parameters
    ----------
    rows : Rows
        The people of the bucket who are employed, all as of the day of the run.
    """
    at = standing(history, rows)
    return pa.table(
        {
            "employee_id": ids_at(history.employees, rows.employee),
            "org_unit_id": ids_at(history.units, at.unit),
            "role_id": ids_at(history.roles, at.role),
            "grade": pa.array(at.grade, mask=at.grade < 0),
            "manager_id": ids_at(history.managers, at.manager),
            "hired_on": dates(history.hired[rows.employee]),
        }
    )


def units_table(company: CompanyInputs) -> pa.Table:
    """`units`: every unit that the source names, sorted by id."""
    ids, units = _text(company.maps.units), company.tables["org_units"]
    return pa.table(
        {
            "org_unit_id": ids,
            "name": _told(ids, units, "org_unit_id", "name"),
            "parent_id": _told(ids, units, "org_unit_id", "parent_id"),
        }
    )


def names_table(company: CompanyInputs) -> pa.Table:
    """`names`: every competency, KPI and role that the source names, sorted by kind and id.

    Courses stand with their titles in `course_health`, all of them.
    """
    tables, maps = company.tables, company.maps
    parts = [
        _named("competency", _text(maps.competencies), tables["competencies"], "name"),
        _named("kpi", _kpi_ids(company), tables["kpis"], "name"),
        _named("role", _text(maps.roles), tables["roles"], "title"),
    ]
    return pa.concat_tables(parts)


def dates(day: Days) -> pa.Array:
    """Days since 1970-01-01 as dates; empty for `NEVER`."""
    return pa.array(day.astype(np.int32, copy=False), mask=day == NEVER).cast(pa.date32())


def _named(kind: str, ids: pa.Array, table: pa.Table, column: str) -> pa.Table:
    names = pc.coalesce(_told(ids, table, f"{kind}_id", column), ids)
    return pa.table({"kind": pa.repeat(pa.scalar(kind), len(ids)), "id": ids, "name": names})


def _told(ids: pa.Array, table: pa.Table, key: str, column: str) -> pa.Array:
    """What a table says of ids; empty where it does not know them."""
    at = pc.index_in(ids, value_set=table[key].combine_chunks())
    return table[column].combine_chunks().take(at)


def _kpi_ids(company: CompanyInputs) -> pa.Array:
    found = [company.tables[name]["kpi_id"].to_pylist() for name in _KPI_TABLES]
    return _text(IdMap.of(value for ids in found for value in ids))


def _text(ids: IdMap) -> pa.Array:
    return ids.table["id"].combine_chunks()
