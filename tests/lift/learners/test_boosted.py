"""The boosted final stage varies where held-out rows support it, and only there."""

from pathlib import Path

import numpy as np
import pytest

from ptml.lift.learners.boosted import BoostedConfig, fit_boosted
from ptml.lift.learners.boosted_effect import BoostedEffect
from ptml.lift.learners.signals import Signals, dr_signals, r_signals
from ptml.lift.learners.slope import deal_folds, held_out_support
from tests.lift.learners.worlds import World, confounded


def _both(world: World) -> dict[str, Signals]:
    return {
        "r": r_signals(world.y, world.a, world.m, world.e),
        "dr": dr_signals(world.y, world.a, world.mu0, world.mu0 + world.tau, world.e),
    }


@pytest.mark.parametrize("kind", ["r", "dr"])
def test_a_constant_effect_is_mostly_found_constant_and_covered(kind: str) -> None:
    constant, covered = 0, 0
    for seed in range(10):
        world = confounded(1000, variation=0, seed=seed)
        fit = fit_boosted(_both(world)[kind], world.x, np.random.default_rng(seed))
        found = fit.effect.predict(world.x[:50])
        constant += fit.effect.is_constant
        covered += bool(np.mean(np.abs(found.mean - 1) < 1.96 * found.error) > 0.9)
    assert constant >= 8
    assert covered >= 9


def test_strong_variation_is_recovered_by_both_and_they_agree() -> None:
    world, unseen = confounded(4000, variation=1), confounded(2000, variation=1, seed=9)
    found = {
        kind: fit_boosted(signals, world.x, np.random.default_rng(0)).effect.predict(unseen.x)
        for kind, signals in _both(world).items()
    }
    for one in found.values():
        assert np.sqrt(np.mean((one.mean - unseen.tau) ** 2)) < 0.35
        assert np.mean(np.abs(one.mean - unseen.tau) < 1.645 * one.error) > 0.85
    assert np.corrcoef(found["r"].mean, found["dr"].mean)[0, 1] > 0.9


def test_what_is_said_of_a_row_was_learnt_without_its_cluster() -> None:
    world = confounded(600, variation=1)
    cluster = np.repeat(np.arange(200), 3)
    signals = _both(world)["r"]
    fold = deal_folds(600, cluster, 5, np.random.default_rng(3))
    assert all(len(set(fold[cluster == c])) == 1 for c in range(200))
    changed = signals.target.copy()
    changed[fold == 0] = 100.0

    def held_out(target: np.ndarray) -> np.ndarray:
        fit = fit_boosted(
            Signals(target, signals.weight),
            world.x,
            np.random.default_rng(0),
            BoostedConfig(tree_steps=(20,)),
            cluster,
            fold=fold,
        )
        return fit.deviation[fold == 0]

    np.testing.assert_allclose(held_out(signals.target), held_out(changed))


def test_sampling_weights_decide_whose_effect_is_learnt() -> None:
    world = confounded(4000, variation=1)
    weight = np.where(world.x[:, 1] > 0, 1.0, 1e-3)
    signals = r_signals(world.y, world.a, world.m, world.e, weight)
    effect = fit_boosted(signals, world.x, np.random.default_rng(0)).effect
    assert effect.support.constant.value == pytest.approx(2, abs=0.15)


def test_categories_are_native() -> None:
    rng = np.random.default_rng(0)
    code = rng.integers(0, 20, size=4000)
    tau = np.where(code % 2 == 0, 2.0, 0.0)
    signals = Signals(tau + rng.normal(size=4000), np.ones(4000))
    fit = fit_boosted(signals, code.astype(np.float32)[:, None], rng, categorical=[0])
    assert np.corrcoef(fit.held_out, tau)[0, 1] > 0.95


def test_a_saved_effect_says_the_same(tmp_path: Path) -> None:
    for variation in (0, 1):
        folder = tmp_path / str(variation)
        folder.mkdir()
        world = confounded(1000, variation=variation)
        effect = fit_boosted(_both(world)["r"], world.x, np.random.default_rng(0)).effect
        assert effect.is_constant == (variation == 0)
        effect.save(folder)
        before, after = effect.predict(world.x), BoostedEffect.load(folder).predict(world.x)
        np.testing.assert_array_equal(before.mean, after.mean)
        np.testing.assert_array_equal(before.error, after.error)


def test_same_seed_same_effect() -> None:
    world = confounded(500, variation=1)
    one, two = (
        fit_boosted(_both(world)["r"], world.x, np.random.default_rng(4)).held_out for _ in range(2)
    )
    np.testing.assert_array_equal(one, two)


def test_variation_that_held_out_rows_contradict_is_not_believed() -> None:
    rng = np.random.default_rng(0)
    deviation = rng.normal(size=2000)
    right = Signals(1 + deviation + rng.normal(size=2000), np.ones(2000))
    assert held_out_support(right, deviation).shrinkage > 0.9
    assert held_out_support(right, 2 * deviation).shrinkage == pytest.approx(0.5, abs=0.05)
    assert held_out_support(right, -deviation).shrinkage == 0
    assert held_out_support(right, rng.normal(size=2000)).shrinkage == 0
