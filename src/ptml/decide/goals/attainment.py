"""How far goals are reached as of the day, by what the people of their units reached."""

from dataclasses import dataclass, field

import numpy as np

from ptml.contracts.goals import FEWEST_PEOPLE
from ptml.decide.goals.shares import RUNNING, GoalShares
from ptml.decide.goals.tables import GoalTables
from ptml.features.arrays import Bools, Codes, Doubles, Positions
from ptml.features.kpi_results import KpiResults
from ptml.features.windows import whole

_UNIT = 2.0**-20
_POINTS = 100.0


@dataclass
class AttainmentTotals:
    """Sums over results by goal, added bucket by bucket, (n_goals,) int64 each.

    Attributes
    ----------
    reached : in 2**-20
        Sum of the shares of targets that were reached.
    results, people
        Number of results, and of people who have any.
    """

    n_goals: int
    reached: Positions = field(init=False)
    results: Positions = field(init=False)
    people: Positions = field(init=False)

    def __post_init__(self) -> None:
        self.reached, self.results, self.people = np.zeros((3, self.n_goals), dtype=np.int64)

    def add(self, tables: GoalTables, shares: GoalShares, results: KpiResults) -> None:
        """Add results, no person of which was added before.

        A result counts for a goal that runs, of the unit where the person stood or of one above
        it, in the KPI, of a period within the goal's.
        """
        placed = results.take(results.unit >= 0)
        found = [_matching(tables, shares, unit[placed.unit], placed) for unit in shares.above]
        goal, result = (np.concatenate(part) for part in zip(*found, strict=True))
        n = self.n_goals
        reached = np.bincount(goal, whole(placed.reached[result]), minlength=n)
        self.reached += reached.astype(np.int64)
        self.results += np.bincount(goal, minlength=n)
        pair = np.unique(placed.employee[result].astype(np.int64) * n + goal)
        self.people += np.bincount(pair % max(n, 1), minlength=n)


def _matching(
    tables: GoalTables, shares: GoalShares, unit: Codes, results: KpiResults
) -> tuple[Positions, Positions]:
    """Pairs of goals that run and results that count for them."""
    n_kpis = len(tables.kpis)
    running = np.flatnonzero(shares.phase == RUNNING)
    cells = tables.unit[running].astype(np.int64) * n_kpis + tables.kpi[running]
    order = np.argsort(cells, kind="stable")
    running, cells = running[order], cells[order]
    wanted = np.where(unit >= 0, unit.astype(np.int64) * n_kpis + results.kpi, -1)
    first = np.searchsorted(cells, wanted)
    count = np.searchsorted(cells, wanted, side="right") - first
    result = np.repeat(np.arange(len(wanted)), count)
    offset = np.arange(len(result)) - np.repeat(np.cumsum(count) - count, count)
    goal = running[first[result] + offset]
    within = (tables.start[goal] <= results.start[result]) & (
        results.end[result] <= tables.end[goal]
    )
    return goal[within], result[within]


def attainment_points(
    totals: AttainmentTotals, tables: GoalTables, shares: GoalShares
) -> tuple[Doubles, Bools]:
    """Mean attainment of each goal in points, (n_goals,), and whether it may be shown.

    It is not shown where fewer than five people tell, nor where those who are in it and in no goal
    of the same KPI below that is shown are one to four: they could be worked out.
    """
    points = _POINTS * totals.reached * _UNIT / np.maximum(totals.results, 1)
    shown = totals.people >= FEWEST_PEOPLE
    n_kpis, n_units = len(tables.kpis), len(shares.own)
    covered = np.zeros(n_units * n_kpis, dtype=np.int64)
    depth = sum(((line >= 0).astype(np.int64) for line in shares.above[1:]), np.zeros(n_units, int))
    parent = shares.above[1] if len(shares.above) > 1 else np.full(n_units, -1, dtype=np.int32)
    cell = tables.unit.astype(np.int64) * n_kpis + tables.kpi
    for level in range(int(depth.max(initial=0)), -1, -1):
        at = np.flatnonzero((depth[tables.unit] == level) & shown)
        rest = totals.people[at] - covered[cell[at]]
        shown[at[(rest > 0) & (rest < FEWEST_PEOPLE)]] = False
        seen = at[shown[at]]
        np.maximum.at(covered, cell[seen], totals.people[seen])
        units = np.flatnonzero((depth == level) & (parent >= 0))
        by_unit = covered.reshape(n_units, n_kpis)
        np.add.at(by_unit, parent[units], by_unit[units])
    return points, shown
