"""Qini: a constant has none, the perfect ranking has all."""

import numpy as np
import pytest

from ptml.evaluate.lift_public.qini import qini

RNG = np.random.default_rng(0)
A = RNG.random(4000) < 0.5
Y = (RNG.random(4000) < np.where(A, 0.3, 0.2)).astype(float)


def test_a_constant_gains_nothing() -> None:
    assert qini(np.full(4000, 0.1), A, Y) == 0


def test_a_random_ranking_gains_about_nothing() -> None:
    assert abs(qini(np.random.default_rng(1).random(4000), A, Y)) < 0.05


def test_the_perfect_ranking_is_one_and_its_reverse_is_negative() -> None:
    perfect = np.where(A, Y, -Y)
    assert qini(perfect, A, Y) == pytest.approx(1)
    assert qini(-perfect, A, Y) < -0.4


def test_the_order_counts_and_not_the_scale() -> None:
    uplift = np.random.default_rng(2).normal(size=4000)
    assert qini(uplift, A, Y) == pytest.approx(qini(np.exp(uplift), A, Y))
