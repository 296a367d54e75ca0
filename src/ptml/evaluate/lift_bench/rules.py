"""What a table of results says of each course before anybody thinks of selection."""

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.lift_bench.pooled import outcome_changes
from ptml.features.history import History
from ptml.features.outcomes import period_scores, starts_by_quarter
from ptml.lift.panel import quarter_grid

FloatArray = NDArray[np.float64]


def takers_changes(history: History, as_of_day: int) -> tuple[FloatArray, NDArray[np.int64]]:
    """Before and after of each course's takers, and how many there are.

    Returns
    -------
    before_after : (n_courses,) float64
        Mean score of the two periods after the quarter of the start less that of the quarter
        before, points; NaN = no taker.
    n_takers : (n_courses,) int64
        Starts whose outcome is known.
    """
    grid = quarter_grid(period_scores(history, as_of_day))
    starts = starts_by_quarter(history, grid.starts, as_of_day)
    change = outcome_changes(grid)[starts.employee, starts.quarter]
    known = np.isfinite(change)
    n = np.bincount(starts.course[known], minlength=history.n_courses)
    total = np.bincount(starts.course[known], change[known], minlength=history.n_courses)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan), n
