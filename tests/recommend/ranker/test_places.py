"""Places that are looked at are those of a whole sort."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from ptml.recommend.ranker.places import NOWHERE, Places, best_standing

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
    standing = np.full(score.shape, 11, dtype=np.int32)
    places.lower(standing, most, 1, 3)
    near = np.where(expected <= most, 3 * expected + 1, 11)
    np.testing.assert_array_equal(standing, np.minimum(near, 11))


@settings(deadline=None)
@given(seed=st.integers(0, 99), n=st.integers(0, 4), m=st.integers(1, 12), most=st.integers(1, 13))
def test_the_lowest_are_chosen_and_of_equals_the_first(
    seed: int, n: int, m: int, most: int
) -> None:
    rng = np.random.default_rng(seed)
    standing = np.where(rng.random((n, m)) < 0.7, rng.integers(0, 5, (n, m)), NOWHERE)
    standing = standing.astype(np.int32)
    order = np.argsort(standing, axis=1, kind="stable")[:, :most]
    kept = np.zeros(standing.shape, dtype=np.bool_)
    np.put_along_axis(kept, order, True, axis=1)
    kept &= standing < NOWHERE
    np.testing.assert_array_equal(best_standing(standing, most), np.nonzero(kept))
