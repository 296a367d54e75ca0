"""From which probability on somebody should look into it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ptml.transfer.config import WarningConfig
from ptml.transfer.threshold import completions_per_week, flag_threshold, review_share


@given(
    st.lists(st.floats(0.01, 0.99), min_size=1, max_size=50, unique=True),
    st.floats(0.01, 1),
)
def test_no_more_are_flagged_than_can_be_looked_into(p: list[float], share: float) -> None:
    p_weak = np.array(p)
    threshold = flag_threshold(p_weak, np.zeros(len(p), dtype=bool), share, None)
    assert (p_weak >= threshold).sum() == int(np.floor(share * len(p)))


def test_blocked_completions_take_up_no_review() -> None:
    p_weak = np.array([0.9, 0.8, 0.7, 0.6])
    blocked = np.array([True, True, False, False])
    assert flag_threshold(p_weak, blocked, 0.25, None) == 0.7


def test_all_blocked_flags_nobody() -> None:
    threshold = flag_threshold(np.array([0.9, 0.8]), np.ones(2, dtype=bool), 0.5, None)
    assert 0 <= threshold <= 1


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
