"""What each unit is steered by as of a day: shares of KPIs, its own and those from above."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.goals import GOAL_PHASES
from ptml.contracts.results import PERSPECTIVES
from ptml.decide.goals.config import GoalConfig
from ptml.decide.goals.tables import GoalTables
from ptml.features.arrays import Bools, Codes, Days, Doubles, Integers

RUNNING, NEXT = (GOAL_PHASES.index(name) for name in ("running", "next"))
NOT_IN_FORCE = -1
# Levels above a unit that are looked at; a tree that runs in a circle ends here.
_HIGHEST = 32


@dataclass(frozen=True, eq=False)
class GoalShares:
    """Goals in force, and what they come to by unit and KPI.

    Attributes
    ----------
    phase : (n_goals,) int64
        `RUNNING`, `NEXT` or `NOT_IN_FORCE`.
    share : (n_goals,) float64
        Part of what the goal's own unit is steered by; 0 where it is not in force.
    own : (n_units, n_kpis) float64
        The same by unit and KPI, 1 in a row; 0 in the row of a unit without goals of its own.
    above : tuple of (n_units,) int32
        The unit itself, the one above it, the one above that and so on; -1 = none.
    inherited : float
        As `GoalConfig.inherited`.
    """

    phase: NDArray[np.int64]
    share: Doubles
    own: Doubles
    above: tuple[Codes, ...]
    inherited: float

    @classmethod
    def of(cls, tables: GoalTables, parent: Codes, day: int, config: GoalConfig) -> Self:
        """Find them as of a day.

        Parameters
        ----------
        parent : (n_units,) int32
            Code of the unit above; -1 = none.
        """
        n_units, n_kpis = len(parent), len(tables.kpis)
        phase = _phases(tables, day, config, n_units)
        share = _goal_shares(tables, phase, config, n_units)
        cell = tables.unit.astype(np.int64) * n_kpis + tables.kpi
        own = _summed(cell, share, n_units * n_kpis).reshape(n_units, n_kpis)
        return cls(phase, share, own, _lines(parent), config.inherited)

    @cached_property
    def parts(self) -> tuple[Doubles, ...]:
        """What each level of `above` adds to the shares of a unit, (n_units, n_kpis) each."""
        levels = [
            self.inherited**height * np.where(unit[:, None] >= 0, self.own[unit], 0)
            for height, unit in enumerate(self.above)
        ]
        whole = sum((level.sum(axis=1, keepdims=True) for level in levels), np.zeros((1, 1)))
        return tuple(level / np.where(whole > 0, whole, 1) for level in levels)

    @cached_property
    def all(self) -> Doubles:
        """Shares of the goals of units, those from above among them, (n_units, n_kpis)."""
        return np.asarray(np.sum(self.parts, axis=0))


def _phases(tables: GoalTables, day: int, config: GoalConfig, n_units: int) -> NDArray[np.int64]:
    """Which goals run on the day, and which are of the period that comes next to their unit."""
    running = (tables.start <= day) & (day <= tables.end)
    is_known = (tables.start > day) & (tables.start.astype(np.int64) <= day + config.known_days)
    first: Days = np.full(n_units, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, tables.unit[is_known], tables.start[is_known])
    coming = is_known & (tables.start == first[tables.unit])
    return np.select([running, coming], [RUNNING, NEXT], default=NOT_IN_FORCE)


def _goal_shares(
    tables: GoalTables, phase: NDArray[np.int64], config: GoalConfig, n_units: int
) -> Doubles:
    worth = tables.weight * _perspective_weight(tables, config)
    running, coming = (_of_unit(tables.unit, worth, phase == of, n_units) for of in (RUNNING, NEXT))
    has_both = (_summed(tables.unit, running, n_units) > 0) & (
        _summed(tables.unit, coming, n_units) > 0
    )
    part = np.where(has_both, config.next_share, 1.0)[tables.unit]
    return np.where(has_both[tables.unit], 1 - part, 1) * running + part * coming


def _of_unit(unit: Codes, worth: Doubles, rows: Bools, n_units: int) -> Doubles:
    """Each goal's part of what its unit's goals of some rows are worth."""
    counted = np.where(rows, worth, 0)
    whole = _summed(unit, counted, n_units)[unit]
    return np.asarray(counted / np.where(whole > 0, whole, 1))


def _summed(at: Integers, values: Doubles, n: int) -> Doubles:
    return np.bincount(at, values, minlength=n).astype(np.float64)


def _perspective_weight(tables: GoalTables, config: GoalConfig) -> Doubles:
    """Weight of each goal by its KPI's perspective, (n_goals,)."""
    weights = config.perspectives
    by_position = np.array([getattr(weights, name) for name in (*PERSPECTIVES, "unknown")])
    # Position -1, unknown, is the last.
    return np.asarray(by_position[tables.perspective[tables.kpi]], dtype=np.float64)


def _lines(parent: Codes) -> tuple[Codes, ...]:
    lines = [np.arange(len(parent), dtype=np.int32)]
    while len(lines) <= _HIGHEST:
        last = lines[-1]
        above = np.where(last >= 0, parent[last], -1).astype(np.int32)
        # Whoever comes upon itself again has been at the top.
        above[above == lines[0]] = -1
        if not (above >= 0).any():
            break
        lines.append(above)
    return tuple(lines)
