"""Portraits of teams: what a run adds up for them, and the tables that are made of it."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.teams import PLANNING_SUCCESSION, TEAM_STANDINGS
from ptml.decide.team.config import TeamConfig
from ptml.decide.team.people import Members, team_cells, team_sums
from ptml.decide.team.portrait import TeamPortrait, team_portraits
from ptml.features.capability import Capability, capability
from ptml.features.company_inputs import CompanyInputs
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.jobs.tables import ids_at, words_at

_CELLS = "team"


class TeamSums:
    """Sums over buckets for the portraits of teams."""

    def __init__(self, config: TeamConfig) -> None:
        self._config = config
        self._cells = team_sums()

    def add(self, history: History, shared: Shared, rows: Rows, portraits: Capability) -> None:
        """Add the people of a bucket, all as of one day."""
        unit = standing(history, rows).unit
        members = Members(
            unit=unit,
            ids=history.employees.ids[rows.employee],
            now=portraits,
            then=_earlier_levels(history, shared, rows, self._config.trend_days),
        )
        self._cells.add(team_cells(members, self._config))

    @property
    def lists(self) -> dict[str, pa.Table]:
        """What was added up, a row a unit and competency."""
        return {_CELLS: self._cells.table}

    def append(self, lists: Mapping[str, pa.Table]) -> None:
        """Add what another one gave."""
        self._cells.add(lists[_CELLS])

    def tables(self, company: CompanyInputs) -> dict[str, pa.Table]:
        """`team_portraits` and `sole_holders`."""
        parent = company.organisation.unit_parent
        found = team_portraits(self._cells.table, parent, self._config)
        return {
            "team_portraits": _portraits_table(found, company),
            "sole_holders": _sole_holders_table(found, company, self._config),
        }


def _earlier_levels(history: History, shared: Shared, rows: Rows, days: int) -> NDArray[np.float32]:
    """Levels as they were known some days before; NaN for who was not there yet."""
    then = Rows(rows.employee, (rows.day - days).astype(np.int32))
    found = np.full((len(rows), history.n_competencies), np.nan, dtype=np.float32)
    there = np.flatnonzero(history.employed(then.employee, then.day))
    if len(there):
        found[there] = capability(history, shared, then.take(there)).level
    return found


def _portraits_table(found: TeamPortrait, company: CompanyInputs) -> pa.Table:
    small = found.people == 0
    return pa.table(
        {
            "org_unit_id": ids_at(company.maps.units, found.unit),
            "competency_id": ids_at(company.maps.competencies, found.competency),
            "people": pa.array(found.people.astype(np.int32), mask=small),
            "standing": words_at(TEAM_STANDINGS, found.standing),
            "level": found.level,
            "level_se": found.level_se,
            "required": found.required,
            "critical": pa.array(found.critical, mask=small),
            "holders": pa.array(found.holders.astype(np.int32), mask=small),
            "expected_holders": found.expected_holders,
            "p_alone": found.alone,
            "single_holder": pa.array(found.single, mask=small),
            "spread": found.spread,
            "trend": found.trend,
            "trend_low": found.trend_low,
            "trend_high": found.trend_high,
            "trend_people": pa.array(found.panel.astype(np.int32), mask=found.panel == 0),
        }
    )


def _sole_holders_table(
    found: TeamPortrait, company: CompanyInputs, config: TeamConfig
) -> pa.Table:
    at = np.flatnonzero(found.single) if config.name_sole_holders else np.zeros(0, np.int64)
    return pa.table(
        {
            "org_unit_id": ids_at(company.maps.units, found.unit[at]),
            "competency_id": ids_at(company.maps.competencies, found.competency[at]),
            "employee_id": pa.array(found.sole_holder[at].tolist(), pa.string()),
            "purpose": pa.array([PLANNING_SUCCESSION] * len(at), pa.string()),
        }
    )
