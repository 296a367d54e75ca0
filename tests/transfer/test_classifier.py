"""The classifier: shares that add up, and what is read back."""

from pathlib import Path

import numpy as np
import pytest

from ptml.transfer.classifier import Classifier

from .drawn import drawn_cases, learnt


@pytest.fixture(scope="module", params=[True, False], ids=["joint", "by stage"])
def classifier(request: pytest.FixtureRequest) -> Classifier:
    return learnt(drawn_cases(2100, 1), is_joint=bool(request.param)).classifier


def test_base_and_shares_add_up_to_the_log_odds(classifier: Classifier) -> None:
    cases = drawn_cases(300, 9)
    base, shares = classifier.shares(cases.x, cases.stage, 1)
    log_odds = classifier.log_odds(cases.x, cases.stage, 1)
    np.testing.assert_allclose(base + shares.sum(axis=1), log_odds, atol=1e-9)


def test_shares_come_from_tables_and_are_those_of_lightgbm(classifier: Classifier) -> None:
    cases = drawn_cases(300, 9)
    base, shares = classifier.shares(cases.x, cases.stage, 1)
    assert [trees.reason for trees in classifier.trees] == [None, None]
    for stage, (linear, booster, calibration) in enumerate(
        zip(classifier.linears, classifier.boosters, classifier.calibrations, strict=True)
    ):
        rows = cases.stage == stage
        found = np.asarray(booster.predict(cases.x[rows], pred_contrib=True, num_threads=1))
        raw, start = found[:, :-1] + linear.shares(cases.x[rows]), found[:, -1] + linear.intercept
        slope = calibration.slope_between(start, start + raw.sum(axis=1))
        np.testing.assert_allclose(shares[rows], slope[:, None] * raw, rtol=0, atol=1e-9)
        np.testing.assert_allclose(base[rows], calibration.log_odds(start), rtol=0, atol=1e-9)


def test_stages_with_one_booster_are_compiled_once(classifier: Classifier) -> None:
    one, other = classifier.trees
    assert (one is other) == (classifier.boosters[0] is classifier.boosters[1])


@pytest.mark.filterwarnings("ignore")
def test_shares_are_those_of_shap_scaled_with_the_calibration(classifier: Classifier) -> None:
    # Imported here: shap warns when it is imported, and outside a test a warning is an error.
    import shap

    cases = drawn_cases(60, 9)
    base, shares = classifier.shares(cases.x, cases.stage, 1)
    for stage, (linear, booster, calibration) in enumerate(
        zip(classifier.linears, classifier.boosters, classifier.calibrations, strict=True)
    ):
        rows = cases.stage == stage
        straight = linear.shares(cases.x[rows])
        explained = shap.TreeExplainer(booster)(cases.x[rows])
        values = np.asarray(explained.values, dtype=np.float64)
        middle = np.asarray(explained.base_values, dtype=np.float64)
        if values.ndim == 3:
            values, middle = values[:, :, 1], middle[:, 1]
        raw, start = values + straight, middle + linear.intercept
        slope = calibration.slope_between(start, start + raw.sum(axis=1))
        np.testing.assert_allclose(shares[rows], slope[:, None] * raw, atol=1e-6)
        np.testing.assert_allclose(base[rows], calibration.log_odds(start), atol=1e-6)


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
