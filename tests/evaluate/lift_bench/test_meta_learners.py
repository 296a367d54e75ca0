"""Each meta-learner finds an effect that was planted, and only where it was planted."""

import numpy as np
import pytest

from ptml.evaluate.lift_bench.meta_learners import meta_learner

N = 4_000


def _planted() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    x = np.column_stack([rng.integers(0, 3, N), rng.normal(size=(N, 2))]).astype(np.float32)
    # Who has much of the second covariate is treated more often and does better anyway.
    a = rng.random(N) < 1 / (1 + np.exp(-x[:, 1]))
    effect = np.where(x[:, 0] == 2, 3.0, 0.0)
    y = 2 * x[:, 1].astype(np.float64) + effect * a + rng.normal(0, 0.5, N)
    return x, a, y, effect


@pytest.mark.parametrize("kind", ["s", "t", "x"])
def test_planted_effect_is_found(kind: str) -> None:
    x, a, y, effect = _planted()
    assert y[a].mean() - y[~a].mean() > effect.mean() + 1
    found = meta_learner(kind, x, a, y, x, categorical=(0,))
    assert found[effect > 0].mean() == pytest.approx(3, abs=0.25)
    assert found[effect == 0].mean() == pytest.approx(0, abs=0.25)


def test_same_seed_gives_the_same_and_an_unknown_kind_is_refused() -> None:
    x, a, y, _ = _planted()
    first, second = (meta_learner("x", x, a, y, x[:50], (0,), seed=1) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    with pytest.raises(ValueError, match="kind is s, t or x"):
        meta_learner("z", x, a, y, x)
