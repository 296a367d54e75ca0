"""The panel that meta-learners get: starts with their controls, nobody twice over."""

from pathlib import Path

import numpy as np
import pytest

from ptml.evaluate.lift_bench.organisation import Organisation, load_organisation
from ptml.evaluate.lift_bench.pooled import CONTROLS_PER_START, outcome_changes
from ptml.evaluate.lift_bench.rules import takers_changes
from ptml.features.outcomes import period_scores
from ptml.lift.panel import quarter_grid


@pytest.fixture(scope="module")
def loaded(organisation: Path) -> Organisation:
    """The small organisation of all tests."""
    return load_organisation(organisation)


def test_panel_holds_starts_and_at_most_three_controls_each(loaded: Organisation) -> None:
    panel = loaded.panel
    n_starts = int(panel.a.sum())
    assert 0 < n_starts < len(panel.a) <= (1 + CONTROLS_PER_START) * n_starts
    assert np.isfinite(panel.y).all()
    assert set(np.unique(panel.x[:, 0])) <= set(range(loaded.history.n_courses))


def test_outcome_and_last_score_are_of_the_same_person_and_quarter(loaded: Organisation) -> None:
    panel = loaded.panel
    grid = quarter_grid(period_scores(loaded.history, loaded.day))
    known = np.concatenate([grid.outcome(q) for q in range(grid.n_quarters)])
    possible = np.sort(known[np.isfinite(known)])
    outcome = panel.y + panel.x[:, -1]
    at = np.clip(np.searchsorted(possible, outcome), 1, len(possible) - 1)
    nearest = np.minimum(np.abs(possible[at] - outcome), np.abs(possible[at - 1] - outcome))
    assert nearest.max() < 1e-4


def test_pairs_to_predict_have_the_columns_of_the_panel(loaded: Organisation) -> None:
    assert loaded.x_pairs.shape == (len(loaded.truth), loaded.panel.x.shape[1])
    np.testing.assert_array_equal(loaded.x_pairs[:, 0], loaded.course)
    # The score of the last quarter is known for most, so it is no column of gaps.
    assert np.isfinite(loaded.x_pairs[:, -1]).mean() > 0.9


def test_takers_are_counted_where_their_outcome_is_known(loaded: Organisation) -> None:
    before_after, n_takers = takers_changes(loaded.history, loaded.day)
    assert (np.isfinite(before_after) == (n_takers > 0)).all()
    grid = quarter_grid(period_scores(loaded.history, loaded.day))
    change = outcome_changes(grid)
    # Two periods after the last quarters are not known yet.
    assert np.isnan(change[:, -2:]).all()
