"""Places that are looked at are those of a whole sort."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from ptml.recommend.ranker.places import Places

Scores = NDArray[np.float32]
SCORES = hnp.arrays(
    np.float32,
    st.tuples(st.integers(0, 4), st.integers(1, 12)),
    elements=st.sampled_from([-1.0, 0.0, -0.0, 0.25, 0.5, 1.0, 2.0]),
)


def whole_sort(score: Scores, proposable: NDArray[np.bool_]) -> Scores:
    better = proposable[:, None, :] & (score[:, None, :] > score[:, :, None])
    return np.where(proposable, better.sum(axis=2) + 1, np.nan).astype(np.float32)


# The first call may compile the kernel.
@settings(deadline=None)
@given(score=SCORES, seed=st.integers(0, 9), most=st.integers(1, 12))
def test_they_are_those_of_a_whole_sort(score: Scores, seed: int, most: int) -> None:
    most = min(most, score.shape[1])
    proposable = np.random.default_rng(seed).random(score.shape) < 0.7
    expected, places = whole_sort(score, proposable), Places.of(score, proposable)
    row, column = np.nonzero(np.ones(score.shape))
    np.testing.assert_array_equal(places.ranks(row, column), expected.ravel())
    best = np.full(score.shape, 3.5, dtype=np.float32)
    places.lower(best, most, 0.25)
    near = np.where(expected <= most, expected + np.float32(0.25), np.inf)
    np.testing.assert_array_equal(best, np.minimum(near, 3.5).astype(np.float32))
