"""What the model says of a completion, were one thing done."""

import numpy as np
import pytest

from ptml.transfer.calibration import sigmoid
from ptml.transfer.completions import Completions, recent_completions
from ptml.transfer.levers import LEVERS, SIGNS, Background, lever_changes
from ptml.transfer.model import WarningScores
from ptml.transfer.noise import Noise, NoiseCurve
from ptml.transfer.what_if import what_if

from .conftest import Fitted

PRACTICE = LEVERS.index("practice_task")


@pytest.fixture(scope="module")
def scores(fitted: Fitted) -> WarningScores:
    completions = recent_completions(fitted.history, fitted.as_of_day, 90)
    return fitted.model.predict(fitted.history, fitted.shared, completions)


def changes(fitted: Fitted, scores: WarningScores) -> np.ndarray:
    model = fitted.model
    assert model.classifier is not None
    assert model.background is not None
    return lever_changes(
        model.classifier,
        model.names,
        scores.features.values,
        scores.completions.stage,
        model.background,
        1,
    )


def test_task_done_lowers_the_risk_at_both_stages_and_only_where_none_is_done(
    fitted: Fitted, scores: WarningScores
) -> None:
    found, stage = changes(fitted, scores)[:, PRACTICE], scores.completions.stage
    done = scores.features.column("practice_tasks_done") > 0
    assert np.isnan(found[done]).all()
    for k in (0, 1):
        of_stage = found[~done & (stage == k)]
        assert len(of_stage) > 10
        assert np.all(of_stage <= 0)
        assert np.median(of_stage) < -0.2


def test_change_after_thirty_days_is_what_the_model_says_of_the_case_with_the_task(
    fitted: Fitted, scores: WarningScores
) -> None:
    model, names = fitted.model, list(fitted.model.names)
    assert model.classifier is not None
    open_ = scores.features.column("practice_tasks_done") == 0
    case = np.flatnonzero((scores.completions.stage == 1) & open_)[:1]
    x = scores.features.values[case].copy()
    before = model.classifier.log_odds(x, np.ones(1, dtype=np.uint8), 1)
    x[0, names.index("practice_tasks_done")] = 1
    x[0, names.index("practice_tasks_missed")] = 0
    x[0, names.index("practice_tasks_due")] = max(x[0, names.index("practice_tasks_due")], 1)
    after = model.classifier.log_odds(x, np.ones(1, dtype=np.uint8), 1)
    assert changes(fitted, scores)[case, PRACTICE] == pytest.approx(after - before)


def test_only_flagged_cases_are_told_what_would_change_them(scores: WarningScores) -> None:
    told = np.isfinite(scores.what_if.p).any(axis=1)
    assert told.any()
    assert not np.any(told & ~scores.flagged)
    lower = np.fmin.reduce(scores.what_if.p[told], axis=1)
    assert np.all(lower < scores.p_weak[told])


def test_background_has_the_signs_of_past_cases(fitted: Fitted) -> None:
    background = fitted.model.background
    assert background is not None
    assert background.signs.shape == (fitted.model.config.n_background, len(SIGNS))
    days = background.signs[:, SIGNS.index("days_after_completion")]
    assert set(days.tolist()) == {30.0}


def test_change_within_its_noise_is_not_told() -> None:
    curve = NoiseCurve(np.full(len(LEVERS), 0.2), np.zeros(len(LEVERS)))
    noise = Noise((), (), (curve, curve))
    asked = np.full((3, len(LEVERS)), np.nan)
    asked[:, 0] = [-1.0, -0.3, 0.5]
    told = what_if(noise, asked, np.zeros(3), np.zeros(3, dtype=np.uint8))
    assert told.p[0, 0] == pytest.approx(sigmoid(np.array([-1.0]))[0])
    assert told.low[0, 0] < told.p[0, 0] < told.high[0, 0] < 0.5
    assert np.isnan(told.p[1:, 0]).all()
    assert np.isnan(told.p[:, 1:]).all()


def test_no_completions_have_no_levers(fitted: Fitted) -> None:
    nobody = Completions(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint8))
    scores = fitted.model.predict(fitted.history, fitted.shared, nobody)
    assert scores.what_if.p.shape == (0, len(LEVERS))
    assert Background(np.zeros((0, len(SIGNS)), dtype=np.float32)).signs.size == 0


def test_crossed_cases_are_as_good_as_copies(fitted: Fitted, scores: WarningScores) -> None:
    model, background = fitted.model, fitted.model.background
    assert model.classifier is not None
    assert background is not None
    x, signs = scores.features.values[:7], background.signs[:5]
    columns = np.array([model.names.index(name) for name in SIGNS])
    found = model.classifier.crossed_log_odds(x, signs, columns, 1, 1)
    for k, of_sign in enumerate(signs):
        copy = x.copy()
        copy[:, columns] = of_sign
        expected = model.classifier.log_odds(copy, np.ones(7, dtype=np.uint8), 1)
        np.testing.assert_array_equal(found[:, k], expected)
