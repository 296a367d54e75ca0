"""From which probability on somebody should look into it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ptml.transfer.config import WarningConfig
from ptml.transfer.threshold import (
    completions_per_week,
    flag_threshold,
    review_share,
    stage_thresholds,
)


@given(
    st.lists(st.floats(0.01, 0.99), min_size=1, max_size=50, unique=True),
    st.floats(0.01, 1),
)
def test_no_more_are_flagged_than_can_be_looked_into(p: list[float], share: float) -> None:
    p_weak = np.array(p)
    threshold = flag_threshold(p_weak, np.zeros(len(p), dtype=bool), share, None)
    assert (p_weak >= threshold).sum() == int(np.floor(share * len(p) * (1 + 1e-9)))


def test_blocked_completions_take_up_no_review() -> None:
    p_weak = np.array([0.9, 0.8, 0.7, 0.6])
    blocked = np.array([True, True, False, False])
    assert flag_threshold(p_weak, blocked, 0.25, None) == 0.7


def test_all_blocked_flags_nobody_who_is_unblocked_later() -> None:
    threshold = flag_threshold(np.array([0.9, 0.8]), np.ones(2, dtype=bool), 0.5, None)
    assert threshold == 1


def test_fewer_open_ones_than_can_be_looked_into_are_all_that_set_the_threshold() -> None:
    blocked = np.array([True, True, False])
    assert flag_threshold(np.array([0.9, 0.8, 0.3]), blocked, 1.0, None) == 0.3


def test_a_case_takes_up_as_many_reviews_as_it_stands_for() -> None:
    p_weak, none = np.array([0.9, 0.8, 0.7, 0.6]), np.zeros(4, dtype=bool)
    assert flag_threshold(p_weak, none, 0.5, None, np.array([3.0, 1.0, 2.0, 2.0])) == 0.8
    assert flag_threshold(p_weak, none, 0.5, None, np.array([1.0, 1.0, 1.0, 5.0])) == 0.7


@given(st.integers(0, 100), st.floats(0.05, 0.5))
def test_stages_together_flag_no_more_completions_than_can_be_looked_into(
    seed: int, share: float
) -> None:
    rng = np.random.default_rng(seed)
    n = 200
    p_weak, blocked = rng.uniform(size=2 * n), np.tile(rng.uniform(size=n) < 0.1, 2)
    stage = np.repeat(np.arange(2, dtype=np.uint8), n)
    completion = np.tile(np.arange(n), 2)
    bounds = stage_thresholds(p_weak, blocked, stage, completion, share, None)
    over = (p_weak >= np.array(bounds)[stage]) & ~blocked
    flagged = np.unique(completion[over])
    assert share - 0.02 < len(flagged) / n <= share + 1e-9
    by_stage = [int(over[stage == k].sum()) for k in range(2)]
    assert abs(by_stage[0] - by_stage[1]) <= 1


def test_completion_that_is_flagged_at_both_stages_is_looked_into_once() -> None:
    p_weak = np.tile(np.linspace(0.01, 0.99, 100), 2)
    stage = np.repeat(np.arange(2, dtype=np.uint8), 100)
    completion, none = np.tile(np.arange(100), 2), np.zeros(200, dtype=bool)
    low, high = stage_thresholds(p_weak, none, stage, completion, 0.1, None)
    assert ((p_weak >= low) & (stage == 0)).sum() == 10
    assert low == high


def test_cost_sets_the_threshold_whatever_the_capacity() -> None:
    p_weak = np.linspace(0, 1, 11)
    assert flag_threshold(p_weak, np.zeros(11, dtype=bool), 0.01, 4.0) == pytest.approx(0.2)


def test_reviews_a_week_are_turned_into_a_share() -> None:
    config = WarningConfig(reviews_per_week=5)
    assert review_share(config, 50.0) == pytest.approx(0.1)
    assert review_share(config, 2.0) == 1.0
    assert review_share(config, 0.0) == 1.0
    assert review_share(WarningConfig(), 50.0) == WarningConfig().review_share


def test_completions_a_week_look_at_the_last_quarter() -> None:
    completed = np.array([0, 100, 101, 190, 191], dtype=np.int32)
    assert completions_per_week(completed, 191) == pytest.approx(3 / 13)


def test_two_rules_at_once_are_refused() -> None:
    with pytest.raises(ValidationError, match="not both"):
        WarningConfig(reviews_per_week=3, cost_of_miss=2)
