"""What each unit is steered by as of a day: shares of KPIs, its own and those from above."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ptml.contracts.results import PERSPECTIVES
from ptml.decide.goals.config import GoalConfig
from ptml.decide.goals.tables import GoalTables
from ptml.features.arrays import Bools, Codes, Doubles

# Levels above a unit that are looked at; a tree that runs in a circle ends here.
_HIGHEST = 32


@dataclass(frozen=True, eq=False)
class GoalShares:
    """Goals in force by unit and KPI.

    Attributes
    ----------
    own : (n_units, n_kpis) float64
        Shares of the unit's own goals, 1 in a row; 0 in the row of a unit without any.
    above : tuple of (n_units,) int32
        The unit itself, the one above it, the one above that and so on; -1 = none.
    inherited : float
        As `GoalConfig.inherited`.
    """

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
        shape = len(parent), len(tables.kpis)
        worth = tables.weight * _perspective_weight(tables, config)
        running, coming = (
            _shares(tables, worth, rows, shape) for rows in _in_force(tables, day, config, shape[0])
        )
        has_both = (running.sum(axis=1, keepdims=True) > 0) & (
            coming.sum(axis=1, keepdims=True) > 0
        )
        part = np.where(has_both, config.next_share, 1.0)
        own = np.where(has_both, 1 - part, 1) * running + part * coming
        return cls(own, _lines(parent), config.inherited)

    @property
    def parts(self) -> tuple[Doubles, ...]:
        """What each level of `above` adds to the shares of a unit, (n_units, n_kpis) each."""
        levels = [
            self.inherited**height * np.where(unit[:, None] >= 0, self.own[unit], 0)
            for height, unit in enumerate(self.above)
        ]
        whole = sum((level.sum(axis=1, keepdims=True) for level in levels), np.zeros((1, 1)))
        return tuple(level / np.where(whole > 0, whole, 1) for level in levels)

    @property
    def all(self) -> Doubles:
        """Shares of the goals of units, those from above among them, (n_units, n_kpis)."""
        return np.sum(self.parts, axis=0)


def _perspective_weight(tables: GoalTables, config: GoalConfig) -> Doubles:
    """Weight of each goal by its KPI's perspective, (n_goals,)."""
    weights = config.perspectives
    by_position = np.array([getattr(weights, name) for name in (*PERSPECTIVES, "unknown")])
    # Position -1, unknown, is the last.
    return by_position[tables.perspective[tables.kpi]]


def _in_force(
    tables: GoalTables, day: int, config: GoalConfig, n_units: int
) -> tuple[Bools, Bools]:
    """Which goals run on the day, and which are of the period that comes next to their unit."""
    running = (tables.start <= day) & (day <= tables.end)
    is_known = (tables.start > day) & (tables.start.astype(np.int64) <= day + config.known_days)
    first = np.full(n_units, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, tables.unit[is_known], tables.start[is_known])
    return running, is_known & (tables.start == first[tables.unit])


def _shares(tables: GoalTables, worth: Doubles, rows: Bools, shape: tuple[int, int]) -> Doubles:
    cell = tables.unit[rows].astype(np.int64) * shape[1] + tables.kpi[rows]
    found = np.bincount(cell, worth[rows], minlength=shape[0] * shape[1]).reshape(shape)
    whole = found.sum(axis=1, keepdims=True)
    return np.asarray(found / np.where(whole > 0, whole, 1))


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
