"""The pooled panel that a user would hand to a meta-learner: employee x quarter x course."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import capability
from ptml.features.history import History
from ptml.features.outcomes import period_scores, starts_by_quarter
from ptml.features.pair_fit import PAIR_FIT
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.lift.panel import QuarterGrid, quarter_grid

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

CONTROLS_PER_START = 3
COURSE_COLUMN = 0


@dataclass(frozen=True)
class PooledPanel:
    """Starts and, for each, people of the same quarter who have not started that course.

    Attributes
    ----------
    x : (n, p) float32
        The course's code, how the course fits the person, all person features as of the quarter's
        first day (scores included), the last score.
    a : (n,) bool
    y : (n,) float64
        Mean score of the two periods after the quarter less the last score before it, points.
    categorical : tuple of int
    """

    x: Float32Array
    a: BoolArray
    y: FloatArray
    categorical: tuple[int, ...]


@dataclass(frozen=True)
class _Cells:
    employee: IntArray
    quarter: IntArray
    course: IntArray
    a: BoolArray


def pooled_panel(
    history: History, shared: Shared, as_of_day: int, rng: np.random.Generator
) -> PooledPanel:
    """Collect the panel of what was known before a day."""
    grid = quarter_grid(period_scores(history, as_of_day))
    change = outcome_changes(grid)
    cells = _draw(history, grid, change, as_of_day, rng)
    x, categorical = covariates(
        history, shared, grid, cells.employee, grid.starts[cells.quarter], cells.course
    )
    return PooledPanel(x, cells.a, change[cells.employee, cells.quarter], categorical)


def outcome_changes(grid: QuarterGrid) -> FloatArray:
    """Outcome less the score of the quarter before, (n_employees, n_quarters); NaN = unknown."""
    change = np.full((len(grid.score), grid.n_quarters), np.nan)
    for quarter in range(1, grid.n_quarters):
        change[:, quarter] = grid.outcome(quarter) - grid.base(quarter, (1,))
    return change


def _draw(
    history: History,
    grid: QuarterGrid,
    change: FloatArray,
    as_of_day: int,
    rng: np.random.Generator,
) -> _Cells:
    starts = starts_by_quarter(history, grid.starts, as_of_day)
    chosen = ~history.is_mandatory[starts.enrolment]
    known = np.isfinite(change[starts.employee, starts.quarter])
    employee, course, quarter = (
        values[chosen & known] for values in (starts.employee, starts.course, starts.quarter)
    )
    parts = [(employee, quarter, course, np.ones(len(course), dtype=np.bool_))]
    first = np.full((history.n_employees, history.n_courses), grid.n_quarters)
    np.minimum.at(first, (starts.employee, starts.course), starts.quarter)
    for q in range(grid.n_quarters):
        wanted = np.repeat(course[quarter == q], CONTROLS_PER_START)
        people = np.flatnonzero(np.isfinite(change[:, q]))
        if not len(wanted) or not len(people):
            continue
        drawn = rng.choice(people, len(wanted)).astype(np.int32)
        # Who has started the course by the end of this quarter is no control of it.
        free = first[drawn, wanted] > q
        n_free = int(free.sum())
        now, without = np.full(n_free, q, dtype=np.int32), np.zeros(n_free, dtype=np.bool_)
        parts.append((drawn[free], now, wanted[free], without))
    return _Cells(*(np.concatenate([part[k] for part in parts]) for k in range(4)))


def covariates(
    history: History,
    shared: Shared,
    grid: QuarterGrid,
    employee: IntArray,
    day: IntArray,
    course: IntArray,
) -> tuple[Float32Array, tuple[int, ...]]:
    """Covariates (n, p) of pairs as of days, and the positions of the categorical ones."""
    cell = day.astype(np.int64) * max(history.n_employees, 1) + employee
    _, first, row = np.unique(cell, return_index=True, return_inverse=True)
    rows = Rows(employee[first].astype(np.int32), day[first].astype(np.int32))
    portraits = capability(history, shared, rows)
    people = person_features(history, shared, rows, portraits)
    fit = [feature.name for feature in PAIR_FIT.features]
    pairs = pair_features(history, shared, rows, portraits, row.astype(np.int32), course)
    quarter = np.searchsorted(grid.starts, rows.day, side="right") - 1
    last = grid.at(rows.employee, (quarter - 1).astype(np.int32))
    # `people` is as long as the rows; the last score is one more column of it.
    own = np.column_stack([people.values, last])[row]
    x = np.column_stack([course.astype(np.float32), pairs.select(fit), own]).astype(np.float32)
    begins = 1 + len(fit)
    coded = tuple(begins + people.names.index(name) for name in people.categorical)
    return x, (COURSE_COLUMN, *coded)
