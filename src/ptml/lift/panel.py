"""The panel that lift is learnt from: who could decide when, what changed, what was started.

A row is an employee at the start of a quarter. The outcome change is the mean score of the two
periods after that quarter less the mean of base quarters far enough back to miss the dip that
sends people to training (docs/methods/lift.md).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.features.outcomes import PeriodScores, Starts, quarter_starts

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# Courses started this many quarters before and after the decision are held as they are.
OTHER_QUARTERS = (-6, -5, -4, -3, -2, -1, 1, 2)
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

    def outcome_periods(self, quarter: int) -> IntArray:
        """The first two periods that start after ``quarter`` has ended."""
        after = np.flatnonzero(self.periods.start >= self.starts[quarter + 1])
        return after[:N_OUTCOME_PERIODS].astype(np.int32)

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
    """Rows of the panel whose base and outcome are known.

    Attributes
    ----------
    employee, quarter, day : (n,) int32
        ``day`` is the first day of the quarter, the moment of the decision.
    change : (n,) float64
        Outcome less base, points.
    placebo_change : (n,) float64
        Base less the mean of the two quarters before it; NaN = not known.
    last_score : (n,) float32
        Score of the quarter before the decision.
    other_starts : (n, len(OTHER_QUARTERS)) float32
        Number of courses started in the quarters around the decision.
    same_quarter_fixed : (n,) float32
        Courses started in the decision quarter that no lift is estimated for.
    start_row, start_course : (k,) int32
        Courses started in the row's quarter that a lift is estimated for.
    """

    employee: IntArray
    quarter: IntArray
    day: IntArray
    change: FloatArray
    placebo_change: FloatArray
    last_score: Float32Array
    other_starts: Float32Array
    same_quarter_fixed: Float32Array
    start_row: IntArray
    start_course: IntArray

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.employee)

    def within(self, at_risk: NDArray[np.bool_]) -> "Panel":
        """Keep the starts of courses that could be started; others are held as they are.

        Parameters
        ----------
        at_risk : (n, n_courses) bool
        """
        kept = at_risk[self.start_row, self.start_course]
        other = np.bincount(self.start_row[~kept], minlength=len(self)).astype(np.float32)
        return replace(
            self,
            start_row=self.start_row[kept],
            start_course=self.start_course[kept],
            same_quarter_fixed=self.same_quarter_fixed + other,
        )


def build_panel(
    grid: QuarterGrid,
    starts: Starts,
    estimable: NDArray[np.bool_],
    base_quarters: tuple[int, ...],
    employed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Panel:
    """Collect the rows with a known base and outcome.

    Parameters
    ----------
    grid : QuarterGrid
    starts : Starts
    estimable : (n_courses,) bool
        Courses that somebody may choose (mandatory ones are not).
    base_quarters : tuple of int
        Quarters back that make the base.
    employed : (n_employees, n_quarters) bool
        Employed when the quarter begins.
    rng : numpy.random.Generator
        Puts the rows into random order, so that the first of them are a sample.
    """
    n_employees = len(grid.score)
    count = start_counts(starts, n_employees, grid.n_quarters)
    fixed = start_counts(starts, n_employees, grid.n_quarters, ~estimable[starts.course])
    before = tuple(q + len(base_quarters) for q in base_quarters)
    cells, change, placebo = [], [], []
    for q in range(grid.n_quarters):
        base = grid.base(q, base_quarters)
        changed = grid.outcome(q) - base
        kept = np.flatnonzero(np.isfinite(changed) & employed[:, q])
        cells.append(kept * grid.n_quarters + q)
        change.append(changed[kept])
        placebo.append((base - grid.base(q, before))[kept])
    nothing = [np.empty(0, dtype=np.int64)]
    cell = np.concatenate(cells or nothing)
    order = rng.permutation(len(cell))
    cell = cell[order]
    n_quarters = max(grid.n_quarters, 1)
    employee, quarter = (part.astype(np.int32) for part in np.divmod(cell, n_quarters))
    row_of = np.full((n_employees, n_quarters), -1, dtype=np.int32)
    row_of[employee, quarter] = np.arange(len(cell), dtype=np.int32)
    chosen = estimable[starts.course]
    row = row_of[starts.employee[chosen], starts.quarter[chosen]]
    return Panel(
        employee=employee,
        quarter=quarter,
        day=grid.starts[quarter] if len(cell) else quarter,
        change=np.concatenate(change or nothing)[order].astype(np.float64),
        placebo_change=np.concatenate(placebo or nothing)[order].astype(np.float64),
        last_score=_at(grid.score, employee, quarter - 1, np.float32(np.nan)),
        other_starts=np.stack(
            [_at(count, employee, quarter + s, np.float32(0)) for s in OTHER_QUARTERS], axis=1
        ),
        same_quarter_fixed=fixed[employee, quarter],
        start_row=row[row >= 0],
        start_course=starts.course[chosen][row >= 0],
    )


def start_counts(
    starts: Starts,
    n_employees: int,
    n_quarters: int,
    kept: NDArray[np.bool_] | None = None,
) -> Float32Array:
    """Courses started by employee and quarter, (n_employees, n_quarters) float32."""
    index = slice(None) if kept is None else kept
    cell = starts.employee[index].astype(np.int64) * n_quarters + starts.quarter[index]
    count = np.bincount(cell, minlength=n_employees * n_quarters)
    return count.reshape(n_employees, n_quarters).astype(np.float32)


def _at(
    table: Float32Array, employee: IntArray, quarter: IntArray, outside: np.float32
) -> Float32Array:
    inside = (quarter >= 0) & (quarter < table.shape[1])
    return np.where(inside, table[employee, np.where(inside, quarter, 0)], outside)
