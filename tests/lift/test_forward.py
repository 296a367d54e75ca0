"""What is learnt from ends before what it is judged by begins."""

import numpy as np
import pytest

from ptml.lift.config import LiftConfig
from ptml.lift.forward import time_split
from ptml.lift.nuisance import Trial, trees_by_time

REACH = 2


@pytest.mark.parametrize("last", [7, 9, 15])
def test_outcomes_that_are_learnt_from_are_over_before_those_judged_are_decided(last: int) -> None:
    split = time_split(np.repeat(np.arange(4, last + 1, dtype=np.int32), 10), REACH)
    assert split is not None
    assert split.last_early + REACH < split.first_late


def test_a_panel_of_few_quarters_is_not_split() -> None:
    quarter = np.repeat(np.array([4, 5, 6], dtype=np.int32), 10)
    assert time_split(quarter, REACH) is None
    assert Trial.forward(quarter, REACH, np.arange(30, dtype=np.int32) % 2) is None


def test_a_trial_shares_no_person_and_no_quarter() -> None:
    quarter = np.tile(np.arange(4, 10, dtype=np.int32), 50)
    fold = np.repeat(np.arange(50, dtype=np.int32) % 3, 6)
    trial = Trial.forward(quarter, REACH, fold)
    assert trial is not None
    assert set(fold[trial.learn]).isdisjoint(fold[trial.judge])
    assert quarter[trial.learn].max() < quarter[trial.judge].min()


def test_noise_stops_early_and_a_signal_does_not() -> None:
    rng = np.random.default_rng(0)
    config = LiftConfig(num_threads=1)
    x = rng.normal(size=(4000, 4)).astype(np.float32)
    quarter = np.tile(np.arange(4, 10, dtype=np.int32), 667)[:4000]
    trial = Trial.forward(quarter, REACH, np.arange(4000, dtype=np.int32) % 2)
    noise = rng.normal(size=4000)
    signal = 3 * np.sin(2 * x[:, 0]) + 2 * x[:, 1] + noise
    found = [trees_by_time(x, y, trial, (), config, "regression", 1) for y in (noise, signal)]
    assert found[0] < found[1]
    assert trees_by_time(x, noise, None, (), config, "regression", 1) == config.n_trees
