"""The panel that lift is learnt from: who could decide when, what changed, what was started.

A row is an employee at the start of a quarter. The outcome change is the mean score of the two
periods after that quarter less the mean of base quarters far enough back to miss the dip that
sends people to training (docs/methods/lift.md).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ptml.features.outcomes import PeriodScores, quarter_starts

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

N_OUTCOME_PERIODS = 2


@dataclass(frozen=True)
class QuarterGrid:
    """Quarters between the first and the last period of performance.

    Attributes
    ----------
    starts : (n_quarters + 1,) int32
        First day of each quarter; the last entry closes the last one.
    score : (n_employees, n_quarters) float32
        Mean performance score of the periods within the quarter; NaN = none.
    periods : PeriodScores
    """

    starts: IntArray
    score: Float32Array
    periods: PeriodScores

    @property
    def n_quarters(self) -> int:
        """Number of quarters."""
        return len(self.starts) - 1

    def base(self, quarter: int, back: tuple[int, ...]) -> FloatArray:
        """Mean score (n_employees,) of the quarters ``back`` before ``quarter``; NaN = none."""
        columns = [quarter - b for b in back if quarter - b >= 0]
        return _row_mean(self.score[:, columns])

    def at(self, employee: IntArray, quarter: IntArray) -> Float32Array:
        """Score (n,) of people in quarters; NaN outside the grid."""
        return _at(self.score, employee, quarter, np.float32(np.nan))

    def outcome_periods(self, quarter: int) -> IntArray:
        """The first two periods that start after ``quarter`` has ended."""
        after = np.flatnonzero(self.periods.start >= self.starts[quarter + 1])
        return after[:N_OUTCOME_PERIODS].astype(np.int32)

    @cached_property
    def later(self) -> tuple[int, ...]:
        """Quarters after a decision that outcomes lie in: 1 and 2 where a period is a quarter.

        >>> starts = np.arange(0, 1093, 91, dtype=np.int32)
        >>> halves = PeriodScores(np.zeros((1, 6)), starts[:-1:2], starts[2::2] - 1)
        >>> QuarterGrid(starts, np.zeros((1, 12)), halves).later
        (1, 2, 3, 4, 5)
        """
        found: set[int] = set()
        for q in range(self.n_quarters):
            columns = self.outcome_periods(q)
            if len(columns) == N_OUTCOME_PERIODS:
                first, last = (
                    np.searchsorted(self.starts, day[columns], side="right") - 1
                    for day in (self.periods.start, self.periods.end)
                )
                found |= set(range(int(first.min()) - q, int(last.max()) - q + 1))
        return tuple(sorted(found)) or tuple(range(1, N_OUTCOME_PERIODS + 1))

    @property
    def reach(self) -> int:
        """Quarters after a decision until its outcome is over."""
        return self.later[-1]

    def outcome(self, quarter: int) -> FloatArray:
        """Mean score (n_employees,) of the outcome periods; NaN unless all of them are known."""
        columns = self.outcome_periods(quarter)
        if len(columns) < N_OUTCOME_PERIODS:
            return np.full(len(self.score), np.nan)
        return self.periods.score[:, columns].astype(np.float64).mean(axis=1)


def _row_mean(values: Float32Array) -> FloatArray:
    known = np.isfinite(values)
    total = np.where(known, values, 0).sum(axis=1, dtype=np.float64)
    n = known.sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def quarter_grid(periods: PeriodScores) -> QuarterGrid:
    """Lay quarters over the periods of performance."""
    starts = quarter_starts(periods)
    quarter = np.searchsorted(starts, periods.start, side="right") - 1
    n_quarters = max(len(starts) - 1, 0)
    score = np.full((len(periods.score), n_quarters), np.nan, dtype=np.float32)
    for q in range(n_quarters):
        score[:, q] = _row_mean(periods.score[:, quarter == q])
    return QuarterGrid(starts, score, periods)


@dataclass(frozen=True)
class Panel:
    """Rows of the panel: people with a known base at the start of a quarter with known outcomes.

    Attributes
    ----------
    employee, quarter, day : (n,) int32
        ``day`` is the first day of the quarter, the moment of the decision.
    outcome : (n,) float64
        Mean score of the two periods after the quarter, points; NaN = lost (left, no score).
    base : (n,) float64
        Mean score of the base quarters, points.
    placebo_change : (n,) float64
        Base less the mean of the quarters as far before it; NaN = not known.
    last_score : (n,) float32
        Score of the quarter before the decision.
    """

    employee: IntArray
    quarter: IntArray
    day: IntArray
    outcome: FloatArray
    base: FloatArray
    placebo_change: FloatArray
    last_score: Float32Array

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.employee)

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Rows whose outcome is known, (n,)."""
        return np.isfinite(self.outcome)

    @property
    def change(self) -> FloatArray:
        """Outcome less base, points, (n,) float64."""
        return self.outcome - self.base

    def take(self, index: NDArray[np.integer] | NDArray[np.bool_]) -> "Panel":
        """Pick rows."""
        return Panel(**{name: value[index] for name, value in vars(self).items()})


def build_panel(
    grid: QuarterGrid,
    base_quarters: tuple[int, ...],
    employed: NDArray[np.bool_],
) -> Panel:
    """Collect the rows whose base is known, of the quarters whose outcomes anybody has.

    Parameters
    ----------
    grid : QuarterGrid
    base_quarters : tuple of int
        Quarters back that make the base.
    employed : (n_employees, n_quarters) bool
        Employed when the quarter begins.
    """
    before = tuple(q + len(base_quarters) for q in base_quarters)
    parts: dict[str, list[FloatArray]] = {n: [] for n in ("cell", "outcome", "base", "before")}
    for q in range(grid.n_quarters):
        base, outcome = grid.base(q, base_quarters), grid.outcome(q)
        if not np.isfinite(outcome).any():
            continue
        kept = np.flatnonzero(np.isfinite(base) & employed[:, q])
        for name, values in (
            ("cell", kept * float(grid.n_quarters) + q),
            ("outcome", outcome[kept]),
            ("base", base[kept]),
            ("before", grid.base(q, before)[kept]),
        ):
            parts[name].append(np.asarray(values, dtype=np.float64))
    joined = {name: np.concatenate([np.empty(0), *values]) for name, values in parts.items()}
    employee, quarter = (
        part.astype(np.int32)
        for part in np.divmod(joined["cell"].astype(np.int64), max(grid.n_quarters, 1))
    )
    return Panel(
        employee=employee,
        quarter=quarter,
        day=grid.starts[quarter] if len(quarter) else quarter,
        outcome=joined["outcome"],
        base=joined["base"],
        placebo_change=joined["base"] - joined["before"],
        last_score=grid.at(employee, quarter - 1),
    )


def _at(
    table: Float32Array, employee: IntArray, quarter: IntArray, outside: np.float32
) -> Float32Array:
    inside = (quarter >= 0) & (quarter < table.shape[1])
    if table.shape[1] == 0:
        return np.full(len(employee), outside, dtype=np.float32)
    return np.where(inside, table[employee, np.where(inside, quarter, 0)], outside)
