"""Separation of two outcomes, held against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from ptml.recommend.separation import auc_interval
from ptml.separation import auc


def test_it_equals_scikit_learn_with_ties() -> None:
    rng = np.random.default_rng(0)
    is_positive = rng.random(300) < 0.3
    score = (10 * (rng.random(300) + 0.3 * is_positive)).round() / 10
    assert auc(is_positive, score) == pytest.approx(roc_auc_score(is_positive, score))


@pytest.mark.parametrize("outcome", [True, False])
def test_one_outcome_alone_cannot_be_told_apart(outcome: bool) -> None:
    found = auc_interval(np.full(5, outcome), np.arange(5.0), np.random.default_rng(0))
    assert np.isnan(found).all()


def test_the_interval_holds_the_figure() -> None:
    rng = np.random.default_rng(0)
    is_positive = rng.random(100) < 0.5
    value, low, high = auc_interval(is_positive, rng.random(100) + 0.3 * is_positive, rng)
    assert low < value < high
