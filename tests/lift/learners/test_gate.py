"""The gate: an experiment passes, what misleads is refused by name."""

import numpy as np
import pytest

from ptml.lift.learners.averages import balanced_weights, control_weights
from ptml.lift.learners.gate import GateConfig, StudyResult, judge_study
from ptml.lift.learners.outcomes import OutcomeConfig

QUICK = GateConfig(n_folds=2, outcome=OutcomeConfig(n_trees=40, max_process_rows=0))


def _study(selection: float, seed: int = 0, without_overlap: bool = False) -> StudyResult:
    """Effect 1; talent that nobody sees moves outcomes before and after, and who is treated."""
    rng = np.random.default_rng(seed)
    n = 1000
    x, talent = rng.normal(size=(n, 3)).astype(np.float32), rng.normal(size=n)
    a = rng.random(n) < 1 / (1 + np.exp(-selection * talent))
    if without_overlap:
        a = (x[:, 0] > 0) ^ (rng.random(n) < 0.01)
    before = talent + rng.normal(size=n)
    y = talent + a + rng.normal(size=n)
    return judge_study(x, a, y, rng, before, QUICK)


def test_an_experiment_passes_and_its_estimate_covers() -> None:
    result = _study(selection=0)
    assert result.passes
    assert result.on_treated is not None
    low, high = result.on_treated.interval(2.6)
    assert low < 1 < high
    assert {check.verdict for check in result.checks} == {"pass"}


def test_a_planted_trend_before_the_treatment_is_refused() -> None:
    result = _study(selection=1.5)
    assert result.refused_by == ("placebo_outcome",)
    assert result.on_treated is None


def test_no_overlap_is_refused() -> None:
    result = _study(selection=0, without_overlap=True)
    assert "overlap" in result.refused_by
    assert result.on_treated is None


def test_without_a_placebo_there_is_no_pass() -> None:
    rng = np.random.default_rng(0)
    x, a = rng.normal(size=(400, 3)).astype(np.float32), rng.random(400) < 0.5
    result = judge_study(x, a, rng.normal(size=400), rng, None, QUICK)
    assert result.refused_by == ("placebo_outcome",)
    assert result.checks[-1].verdict == "not_judged"


def test_tilted_weights_balance_what_the_odds_leave() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(2000, 3))
    a = rng.random(2000) < 1 / (1 + np.exp(-z[:, 0]))
    flat = np.full(2000, a.mean())

    def gap(weight: np.ndarray) -> float:
        return float(np.abs(z[a].mean(axis=0) - weight @ z / weight.sum()).max())

    assert gap(control_weights(a, flat)) > 0.5
    assert gap(balanced_weights(z, a, flat)) == pytest.approx(0, abs=0.03)
