"""Tuning: forward in time, given settings kept within noise, same seed same settings."""

import numpy as np
import pytest

from ptml.features.matrix import FeatureMatrix
from ptml.transfer.cases import LabelledCases
from ptml.transfer.config import WarningConfig
from ptml.transfer.splits import Days, Split
from ptml.transfer.tuning import Tuned, tune_warning, with_settings

from .drawn import CONFIG, NAMES, drawn_cases

SPLIT = Split(Days(0, 700), Days(790, 910), Days(1000, 1100))
N = 2200


@pytest.fixture(scope="module")
def labelled() -> LabelledCases:
    cases = drawn_cases(N, 1)
    position = np.arange(N)
    return LabelledCases(
        features=FeatureMatrix(NAMES, cases.x, ("learning", "motivation", "course", "course")),
        weak=cases.weak,
        stage=cases.stage,
        completed=(position // 2).astype(np.int32),
        employee=(position // 4).astype(np.int32),
        unit=np.zeros(N, dtype=np.int32),
        blocked=np.zeros(N, dtype=np.bool_),
        ruled=np.zeros((N, 3), dtype=np.bool_),
        not_up=np.zeros(N, dtype=np.bool_),
    )


def config(n_trials: int) -> WarningConfig:
    return CONFIG.model_copy(update={"tuning_trials": n_trials})


def test_nothing_is_tried_by_default(labelled: LabelledCases) -> None:
    tuned = tune_warning(labelled, SPLIT, config(0), 1)
    assert tuned.config == config(0)
    assert tuned.evidence.value is None


def test_history_too_short_to_hold_out_from_keeps_what_was_given(labelled: LabelledCases) -> None:
    short = Split(Days(700, 710), Days(790, 910), Days(1000, 1100))
    assert tune_warning(labelled, short, config(3), 1).losses == ()


def test_same_seed_tries_the_same_and_the_first_trial_is_what_was_given(
    labelled: LabelledCases,
) -> None:
    one, other = (tune_warning(labelled, SPLIT, config(3), 1) for _ in range(2))
    assert one == other
    assert one.losses[0] == 0
    assert len(one.losses) == 3
    assert one.gain == pytest.approx(-min(one.losses))


def test_test_span_is_not_looked_at(labelled: LabelledCases) -> None:
    later = np.flatnonzero(labelled.completed >= SPLIT.calibrate.end)
    weak = labelled.weak.copy()
    weak[later] = ~weak[later]
    turned = LabelledCases(**{**vars(labelled), "weak": weak})
    assert tune_warning(turned, SPLIT, config(2), 1) == tune_warning(labelled, SPLIT, config(2), 1)


def test_clearly_worse_settings_are_replaced(labelled: LabelledCases) -> None:
    bad = with_settings(
        config(4),
        {
            "trees.n_leaves": 2,
            "trees.max_depth": 1,
            "trees.learning_rate": 0.01,
            "trees.min_rows_in_leaf": 300,
            "trees.l2": 100.0,
            "trees.feature_share": 0.2,
            "trees.has_random_cuts": True,
            "linear.ridge": 200.0,
            "linear.lasso": 100.0,
        },
    )
    tuned = tune_warning(labelled, SPLIT, bad, 1)
    assert tuned.is_used
    assert tuned.config.linear.lasso < 100
    assert tuned.evidence.payload["used"] is True


def test_winner_within_noise_is_told_and_not_used() -> None:
    tuned = Tuned(WarningConfig(), {"n_leaves": 3}, 0.001, 0.002, (0.0, -0.001))
    assert tuned.config == WarningConfig()
    row = tuned.evidence
    assert row.low is not None
    assert row.high is not None
    assert row.low < 0 < row.high
    assert "within noise" in tuned.evidence.payload["note"]
