"""The panel: decisions, changes, courses around them."""

from datetime import date

import numpy as np

from ptml.features.days import day_number
from ptml.features.outcomes import PeriodScores, Starts
from ptml.lift.panel import build_panel, quarter_grid

STARTS = [f"{year}-{month:02d}-01" for year in (2023, 2024) for month in (1, 4, 7, 10)]
DAYS = np.array([np.datetime64(s).astype(int) for s in [*STARTS, "2025-01-01"]], dtype=np.int32)


def _grid(score: np.ndarray):  # type: ignore[no-untyped-def]
    return quarter_grid(
        PeriodScores(score.astype(np.float32), DAYS[:-1], (DAYS[1:] - 1).astype(np.int32))
    )


def _starts(*triples: tuple[int, int, int]) -> Starts:
    employee, course, quarter = (np.array(c, dtype=np.int32) for c in zip(*triples, strict=True))
    return Starts(employee, course, quarter, np.arange(len(triples)))


def _panel(score: np.ndarray, starts: Starts, estimable: list[bool]):  # type: ignore[no-untyped-def]
    grid = _grid(score)
    employed = np.ones((len(score), grid.n_quarters), dtype=bool)
    rng = np.random.default_rng(0)
    return build_panel(grid, starts, np.array(estimable), (3, 4), employed, rng)


def test_change_is_two_periods_after_less_three_and_four_quarters_before() -> None:
    score = np.array([[10, 20, 0, 0, 99, 50, 70, 0]])
    panel = _panel(score, _starts((0, 0, 4)), [True])
    at = int(np.flatnonzero(panel.quarter == 4)[0])
    assert panel.change[at] == (50 + 70) / 2 - (10 + 20) / 2
    assert panel.last_score[at] == 0
    assert panel.day[at] == day_number(date(2024, 1, 1))


def test_rows_without_both_outcome_periods_are_left_out() -> None:
    score = np.full((1, 8), 100.0)
    score[0, 6] = np.nan
    panel = _panel(score, _starts((0, 0, 4)), [True])
    assert 4 not in panel.quarter
    assert 5 not in panel.quarter


def test_mandatory_courses_are_held_as_they_are() -> None:
    panel = _panel(np.full((1, 8), 100.0), _starts((0, 0, 4), (0, 1, 4)), [True, False])
    at = int(np.flatnonzero(panel.quarter == 4)[0])
    assert panel.start_course.tolist() == [0]
    assert panel.start_row.tolist() == [at]
    assert panel.same_quarter_fixed[at] == 1


def test_a_start_outside_the_courses_at_risk_is_no_start_of_the_panel() -> None:
    panel = _panel(np.full((1, 8), 100.0), _starts((0, 0, 4)), [True])
    kept = panel.within(np.zeros((len(panel), 1), dtype=bool))
    assert len(kept.start_row) == 0
    assert kept.same_quarter_fixed.sum() == 1
