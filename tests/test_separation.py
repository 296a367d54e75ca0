"""The area under the curve that several rooms share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from ptml.separation import auc

CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=40)


@given(CASES)
def test_it_is_the_rank_statistic_with_ties_half(cases: list[tuple[bool, int]]) -> None:
    label = np.array([is_positive for is_positive, _ in cases])
    score = np.array([float(value) for _, value in cases])
    n1, n0 = int(label.sum()), int((~label).sum())
    if n1 and n0:
        expected = (rankdata(score)[label].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)
        assert auc(label, score) == pytest.approx(expected, abs=1e-12)
    else:
        assert np.isnan(auc(label, score))


def test_a_weight_is_a_number_of_cases() -> None:
    label, score = np.array([True, False, True]), np.array([0.2, 0.5, 0.9])
    repeated = [0, 0, 1, 2, 2, 2]
    weighted = auc(label, score, np.array([2.0, 1.0, 3.0]))
    assert weighted == pytest.approx(auc(label[repeated], score[repeated]))
