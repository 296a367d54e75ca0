"""The panel: decisions, bases, outcomes, and those whose outcome was lost."""

from datetime import date

import numpy as np

from ptml.features.days import day_number
from ptml.features.outcomes import PeriodScores
from ptml.lift.panel import Panel, QuarterGrid, build_panel, quarter_grid

STARTS = [f"{year}-{month:02d}-01" for year in (2023, 2024) for month in (1, 4, 7, 10)]
DAYS = np.array([np.datetime64(s).astype(int) for s in [*STARTS, "2025-01-01"]], dtype=np.int32)


def grid_of(score: np.ndarray) -> QuarterGrid:
    """Quarterly scores (n_employees, 8) from 2023 on."""
    return quarter_grid(
        PeriodScores(score.astype(np.float32), DAYS[:-1], (DAYS[1:] - 1).astype(np.int32))
    )


def panel_of(score: np.ndarray) -> Panel:
    """Panel of quarterly scores of people who are always there."""
    grid = grid_of(score)
    return build_panel(grid, (3, 4), np.ones((len(score), grid.n_quarters), dtype=bool))


def test_change_is_two_periods_after_less_three_and_four_quarters_before() -> None:
    panel = panel_of(np.array([[10, 20, 0, 0, 99, 50, 70, 0]]))
    at = int(np.flatnonzero(panel.quarter == 4)[0])
    assert panel.change[at] == (50 + 70) / 2 - (10 + 20) / 2
    assert panel.last_score[at] == 0
    assert panel.day[at] == day_number(date(2024, 1, 1))


def test_a_row_whose_outcome_was_lost_is_kept_as_such() -> None:
    score = np.full((2, 8), 100.0)
    score[0, 6] = np.nan
    panel = panel_of(score)
    lost = panel.take(~panel.observed)
    assert set(lost.employee.tolist()) == {0}
    assert {4, 5} <= set(lost.quarter.tolist())


def test_quarters_whose_outcome_nobody_knows_yet_are_left_out() -> None:
    assert panel_of(np.full((2, 8), 100.0)).quarter.max() == 5
