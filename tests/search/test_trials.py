"""Trials: the default first, hopeless ones given up, a budget of time, nothing judged twice."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from optuna.trial import TrialState

from ptml.search.config import TuningConfig
from ptml.search.gain import Gain
from ptml.search.objective import Objective
from ptml.search.pruning import is_hopeless
from ptml.search.study import kept_study
from ptml.search.trials import Budget, run_trials
from ptml.search.verdict import rejudge

from .made_up import GIVEN, Hill, objective, search


class Clock:
    """A clock on which each judgement takes ten seconds."""

    def __init__(self, made: Objective) -> None:
        self.made = made

    def __call__(self) -> float:
        return 10.0 * sum(len(fold.asked) for fold in self.made.folds if isinstance(fold, Hill))


def run(folder: Path, made: Objective, n: int, pruner: str, seconds: float | None = None) -> Any:
    with kept_study(folder, {"model": "lift"}, 7, 5) as kept:
        run_trials(kept, search(made, pruner), Budget(n, seconds), Clock(made), lambda *_: None)
        return kept.finished


def test_the_first_trial_is_the_default_and_gains_nothing(tmp_path: Path) -> None:
    first, *others = run(tmp_path / "study", objective(), 12, "none")
    assert first.params == GIVEN
    assert first.value == 0
    assert max(one.value for one in others) > 0.3


def test_giving_up_spares_time_and_keeps_the_winner(tmp_path: Path) -> None:
    fast, slow = objective(), objective()
    given_up = run(tmp_path / "fast", fast, 25, "paired")
    all_judged = run(tmp_path / "slow", slow, 25, "none")
    assert any(one.state is TrialState.PRUNED for one in given_up)
    assert Clock(fast)() < 0.8 * Clock(slow)()
    best = [
        max(one.value for one in each if one.value is not None and one.state is TrialState.COMPLETE)
        for each in (given_up, all_judged)
    ]
    assert best[0] == pytest.approx(best[1], abs=0.02)


def test_no_trial_is_begun_that_would_hardly_fit(tmp_path: Path) -> None:
    found = run(tmp_path / "study", objective(), 50, "none", seconds=100.0)
    assert len(found) == 3


def test_without_a_budget_left_the_default_is_judged_all_the_same(tmp_path: Path) -> None:
    assert len(run(tmp_path / "study", objective(), 50, "none", seconds=0.0)) == 1


def test_a_trial_is_given_up_when_it_is_clearly_worse_than_the_best_and_not_before() -> None:
    config = TuningConfig()
    assert is_hopeless([Gain(-1.0, 0.5)], -1.0, [], config)
    assert not is_hopeless([Gain(-1.0, 0.9)], -1.0, [], config)
    assert not is_hopeless([Gain(1.0, 0.1)], 1.0, [], config)
    assert not is_hopeless([], 0.0, [], config)


def test_the_median_needs_five_trials() -> None:
    config = TuningConfig(pruner="median")
    assert not is_hopeless([], -1.0, [0.0] * 4, config)
    assert is_hopeless([], -1.0, [0.0] * 5, config)
    assert not is_hopeless([], 0.1, [0.0] * 5, config)


def test_a_real_gain_is_found_again_and_chance_is_not() -> None:
    better = {**GIVEN, "part.x": 0.8}
    real = rejudge(objective(), better, GIVEN, (8, 9, 10), lambda *_: None)
    assert real.gain is not None
    assert real.gain.is_clear
    assert real.gain.low < 0.49 < real.gain.high
    chance = rejudge(objective(unseen_height=0.0), better, GIVEN, (8, 9, 10), lambda *_: None)
    assert chance.gain is not None
    assert not chance.gain.is_clear


def test_a_default_that_is_never_beaten_is_rarely_replaced() -> None:
    wrong = 0
    for seed in range(60):
        made = objective(height=0.0)
        made = Objective("part", "m", "m", made.folds, (Hill(100 + seed, 0.0),), "")
        again = rejudge(made, {**GIVEN, "part.x": 0.3}, GIVEN, (seed, 99 + seed), lambda *_: None)
        wrong += again.gain is not None and again.gain.is_clear
    # 2.5 % of 60 are 1.5; more than 5 would happen once in a hundred times.
    assert wrong <= 5


def test_more_seeds_do_not_make_cases_more() -> None:
    one = rejudge(objective(noise=0.3), {**GIVEN, "part.x": 0.2}, GIVEN, (8,), lambda *_: None)
    many = rejudge(
        objective(noise=0.3), {**GIVEN, "part.x": 0.2}, GIVEN, tuple(range(12)), lambda *_: None
    )
    assert one.gain is not None
    assert many.gain is not None
    assert many.gain.error > 0.9 * one.gain.error
    assert np.ptp(many.by_seed) > 0
