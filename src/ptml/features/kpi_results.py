"""Results of a bucket's people by KPI: what the score of a period no longer tells apart."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ptml.contracts.ids import IdMap
from ptml.features.arrays import Bools, Codes, Days, Doubles
from ptml.features.columns import codes, days, doubles
from ptml.features.history import History
from ptml.features.scores import attainment


@dataclass(frozen=True, eq=False)
class KpiResults:
    """Results, (n,) each.

    Attributes
    ----------
    employee : int32
        Code in the bucket.
    unit : int32
        Where the person stood on the last day of the period; -1 = nowhere, or not known.
    kpi : int32
        Code among the KPIs that were asked for.
    start, end : int32
        First and last day of the period.
    reached : float64
        Share of the target, 0-2.
    """

    employee: Codes
    unit: Codes
    kpi: Codes
    start: Days
    end: Days
    reached: Doubles

    def __len__(self) -> int:
        return len(self.employee)

    def take(self, kept: Bools) -> "KpiResults":
        """Pick results."""
        return KpiResults(*(getattr(self, field.name)[kept] for field in fields(self)))


def kpi_results(
    rows: pa.Table, lower_is_better: IdMap, history: History, kpis: IdMap, since: int, day: int
) -> KpiResults:
    """Read results in some KPIs whose period began on a day or later and was over before another.

    Parameters
    ----------
    rows : pyarrow.Table
        `performance` of the bucket's people.
    lower_is_better : IdMap
        KPIs of which less is better.
    kpis : IdMap
        KPIs that are asked for; their codes are given.
    since, day : int
        Days since 1970-01-01.
    """
    start, end = days(rows["period_start"]), days(rows["period_end"])
    rows = rows.filter(pa.array((start >= since) & (end < day)))
    employee, kpi = codes(rows["employee_id"], history.employees), codes(rows["kpi_id"], kpis)
    kept = (employee >= 0) & (kpi >= 0)
    rows, employee, kpi = rows.filter(pa.array(kept)), employee[kept], kpi[kept]
    end = days(rows["period_end"])
    is_higher = codes(rows["kpi_id"], lower_is_better) < 0
    return KpiResults(
        employee=employee,
        unit=_unit_on(history, employee, end),
        kpi=kpi,
        start=days(rows["period_start"]),
        end=end,
        reached=attainment(doubles(rows["value"]), doubles(rows["target"]), is_higher),
    )


def _unit_on(history: History, employee: Codes, day: Days) -> Codes:
    unit, place = history.assignments.unit, history.timelines.assignment_on(employee, day)
    if not len(unit):
        return np.full(len(employee), -1, dtype=np.int32)
    return np.where(place >= 0, unit[place], -1).astype(np.int32)


def lower_is_better(kpis: pa.Table) -> IdMap:
    """KPIs of which less is better; one that the source does not describe is none of them."""
    return IdMap.of(kpis.filter(pc.equal(kpis["higher_is_better"], False))["kpi_id"].to_pylist())
