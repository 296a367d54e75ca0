"""A cross-section: averages without confounding, variation where there is some."""

from dataclasses import replace

import numpy as np
import pytest

from ptml.errors import DataError
from ptml.lift.learners.binary import BinaryConfig, Kind, fit_binary
from ptml.lift.learners.boosted import BoostedConfig
from ptml.lift.learners.candidates import imputed_effects
from ptml.lift.learners.cross_section import fit_nuisances, stratified_folds
from ptml.lift.learners.gaussian import GaussianConfig, fit_process
from ptml.lift.learners.outcomes import OutcomeConfig
from ptml.lift.learners.propensity import out_of_fold_propensity
from ptml.lift.learners.signals import Signals
from ptml.lift.learners.stacking import Candidate, stack
from tests.lift.learners.worlds import FloatArray, confounded

SMALL = BinaryConfig(
    n_folds=3,
    outcome=OutcomeConfig(
        n_trees=60, process=GaussianConfig(max_iterations=10, max_tuning_rows=150, max_rows=300)
    ),
)


@pytest.mark.parametrize("kind", ["r", "dr", "blend"])
def test_variation_is_recovered_and_confounding_removed(kind: Kind) -> None:
    world, unseen = confounded(900, variation=1), confounded(500, variation=1, seed=9)
    effect = fit_binary(world.x, world.a, world.y, np.random.default_rng(0), kind, SMALL)
    found = effect.predict(unseen.x)
    assert np.sqrt(np.mean((found.mean - unseen.tau) ** 2)) < 0.65
    low, high = effect.average.interval(3)
    assert low < world.tau.mean() < high
    low, high = effect.on_treated.interval(3)
    assert low < world.tau[world.a].mean() < high


def test_a_constant_effect_is_told_as_one_number() -> None:
    world = confounded(900, variation=0)
    effect = fit_binary(world.x, world.a, world.y, np.random.default_rng(0), config=SMALL)
    found = effect.predict(world.x)
    assert effect.is_constant
    assert len(set(found.mean)) == 1
    assert abs(found.mean[0] - 1) < 1.96 * found.error[0]


def test_variation_is_rarely_made_up() -> None:
    quick = BinaryConfig(n_folds=3, outcome=OutcomeConfig(n_trees=40, max_process_rows=0))
    constant = 0
    for seed in range(8):
        world = confounded(800, variation=0, seed=seed)
        y = world.y + np.sin(2 * world.x[:, 1]) + world.x[:, 2] * world.x[:, 3]
        effect = fit_binary(world.x, world.a, y, np.random.default_rng(seed), config=quick)
        constant += effect.is_constant
    assert constant >= 6


def test_no_candidate_that_is_not_orthogonal_has_seen_the_outcomes_that_judge_it() -> None:
    world = confounded(600, variation=1)
    outcome = OutcomeConfig(n_trees=20, max_process_rows=0)

    held = stratified_folds(world.a, 3, np.random.default_rng(0)) == 0

    def held_out(y: FloatArray) -> list[FloatArray]:
        n = fit_nuisances(world.x, world.a, y, np.random.default_rng(0), 3, outcome)
        assert (n.fold[held] == 0).all()
        same = replace(n, weights=np.array([0.5, 0.5]))
        rng = np.random.default_rng(1)
        found = imputed_effects(world.x, world.a, y, same, rng, BoostedConfig())
        return [candidate.held_out[held] for candidate in found]

    other = np.where(held, -5 * world.y, world.y)
    for one, two in zip(held_out(world.y), held_out(other), strict=True):
        assert one.std() > 0
        np.testing.assert_allclose(one, two)


def test_too_small_an_arm_is_refused_in_one_line() -> None:
    world = confounded(100, variation=0)
    a = np.arange(100) < 3
    with pytest.raises(DataError, match="each arm must have at least 10 rows, got 3"):
        fit_binary(world.x, a, world.y, np.random.default_rng(0))


def test_a_lottery_has_nearly_one_propensity() -> None:
    rng = np.random.default_rng(0)
    x, a = rng.normal(size=(600, 5)).astype(np.float32), rng.random(600) < 0.3
    fold = (np.arange(600) % 3).astype(np.int32)
    e = out_of_fold_propensity(x, a, fold, OutcomeConfig(n_trees=60), 0)
    assert e.std() < 0.05
    assert e.mean() == pytest.approx(a.mean(), abs=0.02)


def test_the_process_finds_base_and_effect() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3))
    coded = rng.choice([-0.5, 0.5], size=300)
    y = np.sin(2 * x[:, 0]) + coded * (1 + x[:, 1]) + 0.3 * rng.normal(size=300)
    process = fit_process(x, coded, y, rng)
    assert np.corrcoef(process.effect(x), 1 + x[:, 1])[0, 1] > 0.97
    assert np.corrcoef(process.base(x), np.sin(2 * x[:, 0]))[0, 1] > 0.97


def test_the_blend_goes_to_the_candidate_that_is_right() -> None:
    rng = np.random.default_rng(0)
    right, wrong = rng.normal(size=2000), rng.normal(size=2000)
    signals = Signals(3 + right + rng.normal(size=2000), np.ones(2000))
    candidates = [
        Candidate("wrong", wrong, lambda x: np.zeros((1, len(x))), expected_weight=1.0),
        Candidate("right", right, lambda x: np.zeros((1, len(x)))),
    ]
    found = stack(signals, candidates, (np.arange(2000) % 5).astype(np.int32))
    assert found.weights[0] < 0.1
    assert found.weights[1] == pytest.approx(1, abs=0.1)
