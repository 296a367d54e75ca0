"""What of a share is told from chance."""

import numpy as np
import pytest

from ptml.transfer.families import TopicShares
from ptml.transfer.noise import Noise, NoiseCurve, noise_curve, told_from_noise
from ptml.transfer.topics import FAMILIES, TOPICS

N = len(FAMILIES)


def test_curve_finds_the_constant_and_the_slope_that_were_planted() -> None:
    rng = np.random.default_rng(3)
    value = rng.normal(0, 1, (4000, 2))
    sd = np.sqrt(np.array([0.2, 0.05]) ** 2 + (np.array([0.0, 0.3]) * value) ** 2)
    others = value + sd * rng.normal(size=(20, *value.shape))
    curve = noise_curve(value, others)
    assert curve.constant == pytest.approx([0.2, 0.05], abs=0.02)
    assert curve.slope == pytest.approx([0.0, 0.3], abs=0.04)


def test_shares_that_are_all_alike_have_a_constant_only() -> None:
    curve = noise_curve(np.zeros((5, 1)), np.full((2, 5, 1), 0.1))
    assert curve.constant == pytest.approx([0.1])
    assert curve.slope == pytest.approx([0.0])


def test_share_is_clear_where_it_exceeds_its_noise_in_either_direction() -> None:
    curve = NoiseCurve(np.array([0.1]), np.array([0.0]))
    clear = curve.is_clear(np.array([[0.16], [0.17], [-0.17]]))
    assert clear[:, 0].tolist() == [False, True, True]


def test_probability_is_given_with_the_range_that_fitting_anew_leaves() -> None:
    still, moves = (NoiseCurve(np.full(k, c), np.zeros(k)) for k, c in ((N, 0.0), (1, 1 / 1.645)))
    noise = Noise((still, still), (moves, moves), (still, still))
    by_family = np.zeros((1, N))
    by_family[0, 0] = 1.0
    topics = TopicShares(np.zeros((1, len(TOPICS))), by_family)
    told = told_from_noise(noise, topics, np.array([-1.0]), np.zeros(1, dtype=np.uint8))
    assert told.p_low == pytest.approx([1 / (1 + np.exp(1))])
    assert told.p_high == pytest.approx([1 / (1 + np.exp(-1))])
    assert told.clear[0].tolist() == [True] + [False] * (N - 1)


def test_noise_is_the_same_after_writing_and_reading() -> None:
    curve = NoiseCurve(np.arange(float(N)), np.ones(N))
    one = NoiseCurve(np.array([0.25]), np.array([0.5]))
    noise = Noise((curve, curve), (one, one), (NoiseCurve(np.array([np.inf]), np.zeros(1)),))
    assert Noise.from_plain(noise.as_plain()).as_plain() == noise.as_plain()
