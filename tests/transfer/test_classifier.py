"""The classifier: shares that add up, forms, and what is read back."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ptml.transfer.calibration import sigmoid
from ptml.transfer.classifier import Cases, Classifier, chosen_form, fit_classifier
from ptml.transfer.config import TreeConfig, WarningConfig

NAMES = ("exam_points", "motivation_last", "days_after_completion", "course_hours")
CONFIG = WarningConfig(trees=TreeConfig(n_trees=40, min_rows_in_leaf=10))


def drawn_cases(n: int, seed: int) -> Cases:
    """Cases in which low motivation makes weak, and an unknown exam occurs."""
    rng = np.random.default_rng(seed)
    stage = (np.arange(n) % 2).astype(np.uint8)
    x = rng.normal(size=(n, 4)).astype(np.float32)
    x[:, 2] = 30 * stage
    x[rng.random(n) < 0.2, 0] = np.nan
    log_odds = -1.5 * x[:, 1] - 0.5 * np.nan_to_num(x[:, 0]) * stage
    return Cases(x, rng.random(n) < sigmoid(log_odds.astype(np.float64)), stage)


@pytest.fixture(scope="module", params=[True, False], ids=["joint", "by stage"])
def classifier(request: pytest.FixtureRequest) -> Classifier:
    train, calibrate = drawn_cases(1500, 1), drawn_cases(600, 2)
    return fit_classifier(train, calibrate, NAMES, CONFIG, 3, is_joint=bool(request.param))


def test_base_and_shares_add_up_to_the_log_odds(classifier: Classifier) -> None:
    cases = drawn_cases(300, 9)
    base, shares = classifier.shares(cases.x, cases.stage, 1)
    log_odds = classifier.log_odds(cases.x, cases.stage, 1)
    np.testing.assert_allclose(base + shares.sum(axis=1), log_odds, atol=1e-9)


def test_shares_come_from_tables_and_are_those_of_lightgbm(classifier: Classifier) -> None:
    cases = drawn_cases(300, 9)
    base, shares = classifier.shares(cases.x, cases.stage, 1)
    assert [trees.reason for trees in classifier.trees] == [None, None]
    for stage, (booster, platt) in enumerate(
        zip(classifier.boosters, classifier.platts, strict=True)
    ):
        rows = cases.stage == stage
        found = np.asarray(booster.predict(cases.x[rows], pred_contrib=True, num_threads=1))
        np.testing.assert_allclose(shares[rows], platt.scale * found[:, :-1], rtol=0, atol=1e-9)
        np.testing.assert_allclose(
            base[rows], platt.scale * found[:, -1] + platt.shift, rtol=0, atol=1e-9
        )


def test_stages_with_one_booster_are_compiled_once(classifier: Classifier) -> None:
    one, other = classifier.trees
    assert (one is other) == (classifier.boosters[0] is classifier.boosters[1])


@pytest.mark.filterwarnings("ignore")
def test_shares_are_those_of_shap_scaled_with_the_calibration(classifier: Classifier) -> None:
    # Imported here: shap warns when it is imported, and outside a test a warning is an error.
    import shap

    cases = drawn_cases(60, 9)
    base, shares = classifier.shares(cases.x, cases.stage, 1)
    for stage, (booster, platt) in enumerate(
        zip(classifier.boosters, classifier.platts, strict=True)
    ):
        rows = cases.stage == stage
        explained = shap.TreeExplainer(booster)(cases.x[rows])
        values = np.asarray(explained.values, dtype=np.float64)
        middle = np.asarray(explained.base_values, dtype=np.float64)
        if values.ndim == 3:
            values, middle = values[:, :, 1], middle[:, 1]
        np.testing.assert_allclose(shares[rows], platt.scale * values, atol=1e-6)
        np.testing.assert_allclose(base[rows], platt.scale * middle + platt.shift, atol=1e-6)


def test_direction_that_the_field_is_sure_of_is_held(classifier: Classifier) -> None:
    x = np.zeros((50, 4), dtype=np.float32)
    x[:, 1] = np.linspace(-3, 3, 50)
    log_odds = classifier.log_odds(x, np.zeros(50, dtype=np.uint8), 1)
    assert (np.diff(log_odds) <= 1e-12).all()
    assert log_odds[0] > log_odds[-1]


def test_what_is_saved_is_what_is_read(classifier: Classifier, tmp_path: Path) -> None:
    cases = drawn_cases(100, 4)
    classifier.save(tmp_path)
    read = Classifier.load(tmp_path)
    for one, other in zip(
        read.shares(cases.x, cases.stage, 1),
        classifier.shares(cases.x, cases.stage, 1),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_same_seed_gives_the_same_model() -> None:
    train, calibrate = drawn_cases(400, 1), drawn_cases(200, 2)
    one, other = (
        fit_classifier(train, calibrate, NAMES, CONFIG, 3, is_joint=False) for _ in range(2)
    )
    texts = [[b.model_to_string() for b in c.boosters] for c in (one, other)]
    assert texts[0] == texts[1]
    assert one.platts == other.platts


def test_joint_form_has_to_be_clearly_better() -> None:
    train, calibrate = drawn_cases(800, 1), drawn_cases(400, 2)
    forms = {
        form: fit_classifier(train, calibrate, NAMES, CONFIG, 3, is_joint=form)
        for form in (True, False)
    }
    strict = CONFIG.model_copy(update={"joint_margin": 0.9})
    assert chosen_form(forms, calibrate, strict)[0] is False
    same = {True: forms[False], False: forms[False]}
    assert chosen_form(same, calibrate, CONFIG)[0] is False
    is_joint, losses = chosen_form(forms, calibrate, CONFIG.model_copy(update={"joint_margin": 0}))
    assert is_joint == (losses["joint"] < losses["by_stage"])


def test_outcomes_that_count_more_move_trees_and_calibration() -> None:
    train, calibrate = drawn_cases(1500, 1), drawn_cases(600, 2)

    def mean_log_odds(factor: float) -> float:
        first, later = (
            replace(cases, weight=np.where(cases.weak, factor, 1.0)) for cases in (train, calibrate)
        )
        fitted = fit_classifier(first, later, NAMES, CONFIG, 3, is_joint=False)
        return float(fitted.log_odds(calibrate.x, calibrate.stage, 1).mean())

    alike = fit_classifier(train, calibrate, NAMES, CONFIG, 3, is_joint=False)
    assert mean_log_odds(1.0) == pytest.approx(
        float(alike.log_odds(calibrate.x, calibrate.stage, 1).mean()), abs=0.05
    )
    assert mean_log_odds(3.0) > mean_log_odds(1.0) + 0.8
