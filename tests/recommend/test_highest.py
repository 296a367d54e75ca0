"""The highest scores of a row are those of a stable sort."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from ptml.recommend.highest import highest

SCORES = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=12),
    elements=st.sampled_from([-np.inf, -1.0, 0.0, 0.25, 0.5, 1.0]),
)


@given(SCORES, st.integers(1, 14))
def test_they_are_the_first_of_a_stable_sort(scores: NDArray[np.float32], k: int) -> None:
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    expected = np.zeros(scores.shape, dtype=np.bool_)
    np.put_along_axis(expected, best, True, axis=1)
    np.testing.assert_array_equal(highest(scores, k), expected)
