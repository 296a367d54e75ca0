"""Goals, KPIs and what drives them, as arrays; the same in every bucket."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.contracts.results import PERSPECTIVES
from ptml.features.arrays import Codes, Days, Doubles
from ptml.features.columns import codes, days, doubles, places
from ptml.features.company_inputs import CompanyInputs


@dataclass(frozen=True, eq=False)
class GoalTables:
    """What the source says of goals.

    Attributes
    ----------
    kpis : IdMap
        KPIs of which any unit has a goal, at whatever time.
    perspective : (n_kpis,) int32
        Position in `ptml.contracts.results.PERSPECTIVES`; -1 = unknown.
    unit, kpi : (n_goals,) int32
        Codes; goals of a unit that no other table names are left out.
    start, end : (n_goals,) int32
        First and last day of the period.
    weight : (n_goals,) float64
    drives : (n_kpis, n_competencies) float64
        `kpi_competencies.weight`; 0 = does not drive it.
    """

    kpis: IdMap
    perspective: Codes
    unit: Codes
    kpi: Codes
    start: Days
    end: Days
    weight: Doubles
    drives: Doubles

    @classmethod
    def of(cls, company: CompanyInputs) -> Self:
        """Read them off the tables of a company."""
        goals, maps = company.tables["goals"], company.maps
        kpis = IdMap.of(goals["kpi_id"].to_pylist())
        unit = codes(goals["org_unit_id"], maps.units)
        kept = unit >= 0
        return cls(
            kpis=kpis,
            perspective=_perspective(company, kpis),
            unit=unit[kept],
            kpi=codes(goals["kpi_id"], kpis)[kept],
            start=days(goals["period_start"])[kept],
            end=days(goals["period_end"])[kept],
            weight=doubles(goals["weight"], 1)[kept],
            drives=_drives(company, kpis),
        )


def _perspective(company: CompanyInputs, kpis: IdMap) -> Codes:
    rows = company.tables["kpis"]
    at, told = codes(rows["kpi_id"], kpis), places(rows["perspective"], PERSPECTIVES)
    found = np.full(len(kpis), -1, dtype=np.int32)
    found[at[at >= 0]] = told[at >= 0]
    return found


def _drives(company: CompanyInputs, kpis: IdMap) -> NDArray[np.float64]:
    rows, competencies = company.tables["kpi_competencies"], company.maps.competencies
    kpi, competency = codes(rows["kpi_id"], kpis), codes(rows["competency_id"], competencies)
    kept = (kpi >= 0) & (competency >= 0)
    found = np.zeros((len(kpis), len(competencies)))
    np.add.at(found, (kpi[kept], competency[kept]), doubles(rows["weight"], 1)[kept])
    return found
