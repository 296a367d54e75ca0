"""Orthogonal signals: both learners see the same effect, weights and clusters count."""

import numpy as np
import pytest

from ptml.lift.learners.signals import (
    Signals,
    constant_effect,
    dr_signals,
    orthogonal_loss,
    r_signals,
)
from tests.lift.learners.worlds import World, confounded


def _signals(world: World, kind: str, weight: np.ndarray | None = None) -> Signals:
    if kind == "r":
        return r_signals(world.y, world.a, world.m, world.e, weight)
    return dr_signals(world.y, world.a, world.mu0, world.mu0 + world.tau, world.e, weight)


@pytest.mark.parametrize("kind", ["r", "dr"])
def test_confounding_is_removed(kind: str) -> None:
    world = confounded(4000, variation=0)
    naive = world.y[world.a].mean() - world.y[~world.a].mean()
    low, high = constant_effect(_signals(world, kind)).interval()
    assert naive > 2
    assert low < 1 < high
    assert high - low < 0.2


@pytest.mark.parametrize("kind", ["r", "dr"])
def test_loss_is_least_at_the_true_effect(kind: str) -> None:
    world = confounded(4000, variation=1)
    signals = _signals(world, kind)
    assert orthogonal_loss(signals, world.tau) < orthogonal_loss(signals, 1.0)
    assert orthogonal_loss(signals, world.tau) < orthogonal_loss(signals, 1.5 * world.tau)


@pytest.mark.parametrize("kind", ["r", "dr"])
def test_a_sampling_weight_counts_like_copies_of_a_row(kind: str) -> None:
    world = confounded(300, variation=1)
    copies = np.random.default_rng(1).integers(0, 4, size=300)
    weighted = constant_effect(_signals(world, kind, copies.astype(np.float64)))
    copied = _signals(world, kind).rows(np.repeat(np.arange(300), copies))
    assert weighted.value == pytest.approx(constant_effect(copied).value)


def test_copies_of_a_row_in_one_cluster_add_no_certainty() -> None:
    world = confounded(300, variation=0)
    once = _signals(world, "r")
    thrice, cluster = once.rows(np.repeat(np.arange(300), 3)), np.repeat(np.arange(300), 3)
    assert constant_effect(thrice, cluster).error == pytest.approx(constant_effect(once).error)
    assert constant_effect(thrice).error < 0.7 * constant_effect(once).error


def test_extreme_propensities_are_clipped() -> None:
    one = dr_signals(
        np.array([1.0]), np.array([True]), np.zeros(1), np.zeros(1), np.array([1e-9]), clip=0.1
    )
    assert one.target[0] == pytest.approx(10)


def test_a_row_without_residual_treatment_says_nothing() -> None:
    silent = r_signals(np.array([5.0]), np.array([1.0]), np.zeros(1), np.ones(1))
    assert (silent.target[0], silent.weight[0]) == (0, 0)
