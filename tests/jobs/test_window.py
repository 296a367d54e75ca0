"""The newest days of a source, and what a training foretold of them."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ptml.evaluate.window.comparison import compare
from ptml.evaluate.window.lift_outcomes import LiftJudge
from ptml.features.history import load_history
from ptml.jobs.models import Models, load_models
from ptml.jobs.settings import Settings
from ptml.jobs.twins import recipe_of
from ptml.jobs.window import Window, open_window
from ptml.lift.checks.held_out import beats, calibration_slope
from ptml.sources import read_dataset
from ptml.transfer.labels import transfer_labels
from tests.conftest import SETTINGS

DAY = date(2026, 10, 1)
NAMES = ("recommend", "lift", "warnings")


@pytest.fixture(scope="module")
def window(organisation: Path) -> Window:
    promotion = {"n_draws": 100, "window_days": 180}
    told = {**SETTINGS.model_dump(mode="json"), "promotion": promotion}
    with read_dataset(str(organisation), "1GB") as dataset:
        return open_window(dataset, DAY, Settings.model_validate(told))


@pytest.fixture(scope="module")
def judge(window: Window) -> LiftJudge:
    found = window.judge()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def training(models: Path) -> Models:
    return load_models(models, NAMES, [])


def test_outcomes_are_those_that_became_known_in_the_window(
    window: Window, judge: LiftJudge, training: Models
) -> None:
    found = window.foretold(training, judge)
    assert found.warned is not None
    labels = transfer_labels(window.history, window.settings.warning.label)
    known = (labels.known_from > window.first_day) & (labels.known_from <= window.end_day)
    assert len(found.warned) == 2 * int((known & (labels.reason == 0)).sum())
    grid = judge.study.setting.grid
    quarters = np.unique(judge.study.quarter[judge.at])
    ends = [grid.periods.end[grid.outcome_periods(int(q))].max() + 1 for q in quarters]
    assert all(window.first_day < end <= window.end_day for end in ends)


def test_a_training_against_itself_has_no_gain_in_any_figure(
    window: Window, judge: LiftJudge, training: Models
) -> None:
    found = window.foretold(training, judge)
    figures = compare(found, found, window.settings.promotion, window.resamples)
    assert {figure.model for figure in figures} == set(NAMES)
    gains = [figure.pair.gain for figure in figures if figure.pair is not None]
    assert len(gains) >= 8
    assert {(gain.value, gain.low, gain.high) for gain in gains} == {(0.0, 0.0, 0.0)}
    assert {figure.verdict for figure in figures} <= {"no_worse", "told", "too_few"}


def test_lifts_without_an_outcome_period_in_the_window_are_unknown(
    window: Window, training: Models
) -> None:
    found = window.foretold(training, None)
    figures = compare(found, found, window.settings.promotion, window.resamples)
    unknown = {f.name: f.verdict for f in figures if f.model == "lift"}
    assert unknown == {"lift_loss": "too_few"}
    # Twelve courses: all are among the first twenty.
    assert "recall_at_20" not in {figure.name for figure in figures}


def test_the_loss_of_lifts_is_that_of_the_models_own_checks(
    window: Window, judge: LiftJudge, training: Models
) -> None:
    found = window.foretold(training, judge).lifted
    assert found is not None
    lift = np.zeros(len(judge.y))
    lift[judge.at] = found.lift
    ones = np.ones(len(found.y))
    against_none = beats(judge.evidence, judge.y, lift, np.zeros(len(lift)))
    assert -found.loss(ones) == pytest.approx(against_none.value)
    slope = calibration_slope(judge.evidence, judge.y, lift)
    assert found.slope(ones) == pytest.approx(slope.value)


def test_a_window_before_the_data_is_not_open(organisation: Path) -> None:
    settings = Settings.model_validate({"promotion": {"window_days": 5000}})
    with read_dataset(str(organisation), "1GB") as dataset:
        assert not open_window(dataset, DAY, settings).is_open
        assert load_history(dataset).n_employees == 600


def test_threads_are_no_part_of_a_recipe_and_the_seed_is() -> None:
    one = Settings.model_validate({"lift": {"num_threads": 1}})
    other = Settings.model_validate({"lift": {"num_threads": 2}})
    assert recipe_of("lift", one) == recipe_of("lift", other)
    assert recipe_of("lift", one) != recipe_of("lift", Settings(seed=1))
    assert recipe_of("warnings", one) == recipe_of(
        "warnings", Settings.model_validate({"lift": {"n_folds": 5}})
    )
