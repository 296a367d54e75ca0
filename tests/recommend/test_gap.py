"""Gaps: how much likelier a course is chosen for the gap that it closes."""

import numpy as np
import pytest

from ptml.recommend.gap import GapTilt, _bins

NAN = np.float32(np.nan)


def test_choosing_for_gaps_is_found() -> None:
    closed = np.tile(np.array([0, 0.2, 0.9, NAN], np.float32), (3_000, 1))
    share = np.full((3_000, 4), 0.25, np.float32)
    chosen = np.repeat([0, 1, 2, 3], [300, 600, 1_350, 750])
    factor = GapTilt.fit(closed, share, chosen).of(closed[:1])[0]
    assert factor == pytest.approx([0.4, 0.8, 1.8, 1], abs=0.06)


def test_choosing_without_regard_to_gaps_tilts_nothing() -> None:
    rng = np.random.default_rng(0)
    closed = rng.random((5_000, 6)).astype(np.float32)
    share = np.full((5_000, 6), 1 / 6, np.float32)
    found = GapTilt.fit(closed, share, rng.integers(0, 6, 5_000))
    np.testing.assert_allclose(found.factor, 1, atol=0.1)
    assert len(found.edges) == 3


def test_few_choices_say_little() -> None:
    closed = np.array([[0.0, 0.5]] * 3, np.float32)
    share = np.full((3, 2), 0.5, np.float32)
    found = GapTilt.fit(closed, share, np.array([1, 1, 1]))
    np.testing.assert_allclose(found.factor, 1, atol=0.05)


def test_unknown_gaps_leave_the_share_alone() -> None:
    closed = np.array([[NAN, 0.5]] * 500, np.float32)
    share = np.full((500, 2), 0.5, np.float32)
    found = GapTilt.fit(closed, share, np.zeros(500, np.int64))
    assert found.of(np.array([[NAN]], np.float32))[0, 0] == 1


def test_a_factor_is_that_of_the_bin() -> None:
    edges, factor = np.array([0.25, 0.5, 0.75]), np.arange(6, dtype=np.float64) + 0.5
    values = np.array([NAN, -1, -0.0, 0, 1e-9, 0.25, 0.3, 0.5, 0.75, 9, np.inf], np.float32)
    closed = np.random.default_rng(3).choice(values, (40, 7))
    expected = factor.astype(np.float32)[_bins(closed, edges)]
    np.testing.assert_array_equal(GapTilt(edges, factor).of(closed), expected)
    np.testing.assert_array_equal(GapTilt(edges, factor).of(closed.T), expected.T)
