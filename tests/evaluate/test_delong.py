"""Areas under many ROC curves and their errors."""

import numpy as np
import pytest

from ptml.evaluate.delong import delong
from ptml.separation import auc


def test_areas_are_those_of_one_score_at_a_time() -> None:
    rng = np.random.default_rng(0)
    positive = rng.random(200) < 0.3
    scores = np.round(rng.normal(0, 1, (200, 3)) + positive[:, None] * [0, 1, -1], 1)
    area, _ = delong(scores, positive)
    assert area == pytest.approx([auc(positive, scores[:, k]) for k in range(3)])


def test_errors_are_those_that_repeating_shows() -> None:
    rng = np.random.default_rng(1)
    positive = np.arange(150) < 60
    found = [delong(rng.normal(0, 1, (150, 1)) + positive[:, None], positive) for _ in range(300)]
    area, error = (np.array([pair[k][0] for pair in found]) for k in range(2))
    assert error.mean() == pytest.approx(area.std(), rel=0.12)


def test_missing_counts_as_lowest_and_one_class_is_unknown() -> None:
    scores = np.array([[np.nan], [np.nan], [1.0], [2.0]], dtype=np.float32)
    assert delong(scores, np.array([False, False, True, True]))[0].tolist() == [1.0]
    assert np.isnan(delong(scores, np.ones(4, bool))[0]).all()
