"""Empirical Bayes finds how far groups differ."""

import numpy as np
import pytest

from ptml.recommend.shrinkage import prior_strength, shrunk

MEAN = np.array([0.7, 0.2, 0.1])


@pytest.mark.parametrize("strength", [8.0, 64.0])
def test_the_strength_that_made_the_groups_is_found(strength: float) -> None:
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(strength * MEAN, 2000)
    counts = np.stack([rng.multinomial(30, share) for share in shares]).astype(float)
    assert prior_strength(counts, MEAN) == pytest.approx(strength, rel=1)


def test_groups_that_differ_by_chance_alone_become_everybody() -> None:
    counts = np.random.default_rng(0).multinomial(20, MEAN, 500).astype(float)
    strength = prior_strength(counts, MEAN)
    assert strength >= 1024
    np.testing.assert_allclose(shrunk(counts, MEAN, strength), np.tile(MEAN, (500, 1)), atol=0.02)


def test_a_kind_that_never_occurs_disturbs_nothing() -> None:
    counts = np.array([[5.0, 1.0, 0.0], [1.0, 5.0, 0.0]])
    with_it = prior_strength(counts, np.array([0.5, 0.5, 0.0]))
    assert with_it == prior_strength(counts[:, :2], np.array([0.5, 0.5]))


def test_small_groups_are_pulled_further_than_large_ones() -> None:
    counts = np.array([[0.0, 2.0, 0.0], [0.0, 200.0, 0.0], [0.0, 0.0, 0.0]])
    found = shrunk(counts, MEAN, 10.0)
    assert found[0, 1] == pytest.approx(4 / 12)
    assert found[1, 1] == pytest.approx(202 / 210)
    np.testing.assert_allclose(found[2], MEAN)
