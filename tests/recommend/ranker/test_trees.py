"""Trees start from the first stage and stop on a later day."""

import numpy as np
import pytest

from ptml.recommend.ranker.config import RankerConfig
from ptml.recommend.ranker.features import NAMES
from ptml.recommend.ranker.training import Examples
from ptml.recommend.ranker.trees import grow, margins, regrow, start_of
from ptml.trees import TreeMargins, TreeShares

N_GROUPS, SIZE = 60, 10
CONFIG = RankerConfig(patience=20, fewest_trees=8, min_rows_in_leaf=20, n_trees=50)


def examples(most: bool) -> Examples:
    """Groups of ten of which the one with most (or least) of a feature is chosen."""
    x = np.random.default_rng(0).random((N_GROUPS * SIZE, len(NAMES))).astype(np.float32)
    by_group = x[:, NAMES.index("gap_closed")].reshape(N_GROUPS, SIZE)
    place = by_group.argmax(axis=1) if most else by_group.argmin(axis=1)
    label = np.zeros(len(x), dtype=np.bool_)
    label[np.arange(N_GROUPS) * SIZE + place] = True
    return Examples(x, label, np.full(N_GROUPS, SIZE, dtype=np.int64))


def test_trees_stop_where_a_later_day_gains_nothing_but_not_before_the_fewest() -> None:
    train, opposite = examples(True), examples(False)
    few = CONFIG.model_copy(update={"fewest_trees": 1})
    assert grow(train, opposite, few, 0).num_trees() < 8
    assert grow(train, opposite, CONFIG, 0).num_trees() == 8
    assert grow(train, train, CONFIG, 0).num_trees() > 8


def test_margins_are_the_start_and_what_trees_expect_and_add() -> None:
    train = examples(True)
    booster = regrow(train, 5, CONFIG, 0)
    expected, parts = TreeShares(booster).shares(train.x, 1)
    total = start_of(train.x) + expected + parts.sum(axis=1)
    np.testing.assert_allclose(total, margins(TreeMargins((booster,)), train.x, 1), atol=1e-9)


def test_a_course_like_any_other_starts_at_0_and_an_unlikely_one_is_kept_finite() -> None:
    x = np.zeros((3, len(NAMES)), dtype=np.float32)
    x[:, NAMES.index("source_first")] = [0.5, 0.9, 0]
    start = start_of(x)
    assert start[:2] == pytest.approx([0, np.log(9)], abs=1e-6)
    assert start[2] == pytest.approx(np.log(0.001 / 0.999))
