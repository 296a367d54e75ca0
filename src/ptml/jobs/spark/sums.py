"""Sums over everybody (`ptml.features.shared`), added up over buckets: whole numbers, so equal."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.features.adding import add_up
from ptml.features.company_inputs import CompanyInputs
from ptml.features.shared import Shared
from ptml.features.tables import CodedTables
from ptml.features.windows import SumLog, keys

_CELLS = "cell_levels"
_KEY = "key"


def bucket_sums(tables: Mapping[str, pa.Table], company: CompanyInputs) -> dict[str, pa.Table]:
    """One bucket's part of each log, as whole numbers by key; grades apart.

    Parameters
    ----------
    tables : mapping of table to Table
        Checked rows of the bucket.
    """
    by_name = company.maps.by_name()
    del by_name["employee"]
    at_hand = {**company.tables, **tables}
    with CodedTables.in_memory(at_hand, by_name) as coded:
        found = add_up(coded, company.has("enrolments", "started_on"))
    grades = found.pop("grades")
    logs = {name: _plain(log) for name, log in found.items()}
    shape = len(grades), len(company.maps.competencies)
    logs[_CELLS] = _by_grade(logs[_CELLS], np.array(grades, dtype=np.int64), *shape)
    logs["grades"] = pa.table(
        {_KEY: np.zeros(len(grades), np.int64), "grade": np.array(grades, np.int64)}
    )
    return logs


def _plain(log: SumLog) -> pa.Table:
    return pa.table({_KEY: log.key, **{name: np.diff(sums) for name, sums in log.sums.items()}})


def _by_grade(
    cells: pa.Table, grades: NDArray[np.int64], n_grades: int, n_competencies: int
) -> pa.Table:
    """Name the grade itself: its position among those that occur is another in each bucket."""
    log = SumLog(cells[_KEY].to_numpy(), {})
    role_grade, competency = np.divmod(log.owner, max(n_competencies, 1))
    role, position = np.divmod(role_grade, max(n_grades, 1))
    owner = role * n_competencies + competency
    grade = grades[position] if n_grades else position
    plain = cells.drop_columns([_KEY])
    return plain.append_column(_KEY, pa.array(keys(owner, log.day))).append_column(
        "grade", pa.array(grade)
    )


def added(parts: Iterable[pa.Table]) -> pa.Table:
    """Add up the parts of one log: rows of one key (and grade) are one row, sorted."""
    rows = pa.concat_tables(parts)
    by = [name for name in ("grade", _KEY) if name in rows.column_names]
    values = [name for name in rows.column_names if name not in by]
    columns = [rows[name].to_numpy() for name in by]
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    starts = np.flatnonzero(_differs(ordered))
    sums = {
        **{name: column[starts] for name, column in zip(by, ordered, strict=True)},
        **{name: _totals(rows[name].to_numpy()[order], starts) for name in values},
    }
    # A message has no names: columns stay where they are.
    return pa.table({name: sums[name] for name in rows.column_names})


def _differs(columns: list[NDArray[np.int64]]) -> NDArray[np.bool_]:
    n = len(columns[0])
    differs = np.zeros(n, dtype=np.bool_)
    differs[:1] = True
    for column in columns:
        differs[1:] |= column[1:] != column[:-1]
    return differs


def _totals(values: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.add.reduceat(values, starts) if len(starts) else values[:0]


def shared_of(logs: Mapping[str, pa.Table], company: CompanyInputs) -> Shared:
    """What `shared_averages` gives, from logs that were added up."""
    cells = logs[_CELLS]
    # Levels without a role lie in no cell, and their grade occurs all the same.
    grades = np.unique(logs["grades"]["grade"].to_numpy())
    n_competencies = len(company.maps.competencies)
    log = SumLog(cells[_KEY].to_numpy(), {})
    role, competency = np.divmod(log.owner, max(n_competencies, 1))
    position = np.searchsorted(grades, cells["grade"].to_numpy())
    owner = (role * len(grades) + position) * n_competencies + competency
    values = {n: cells[n].to_numpy() for n in cells.column_names if n not in (_KEY, "grade")}
    found = {name: _log(table) for name, table in logs.items() if name not in (_CELLS, "grades")}
    return Shared(
        **found,
        cell_levels=SumLog.of(owner, log.day, values),
        grades=tuple(int(grade) for grade in grades),
        n_courses=len(company.maps.courses),
        n_competencies=n_competencies,
        fingerprint=company.fingerprint,
    )


def _log(table: pa.Table) -> SumLog:
    plain = SumLog(table[_KEY].to_numpy(), {})
    values = {name: table[name].to_numpy() for name in table.column_names if name != _KEY}
    return SumLog.of(plain.owner, plain.day, values)


def spread(
    logs: Mapping[str, pa.Table], n: int
) -> Iterator[tuple[str, pa.Table, NDArray[np.int32]]]:
    """Which of ``n`` pieces each row of each log is added up in."""
    for name, rows in logs.items():
        by = rows[_KEY].to_numpy() if _KEY in rows.column_names else np.zeros(len(rows), np.int64)
        owner = SumLog(by, {}).owner
        yield name, rows, (owner % n).astype(np.int32)
