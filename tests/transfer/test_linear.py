"""The straight part: directions held, unknown values, exact shares."""

import numpy as np

from ptml.transfer.config import LinearConfig
from ptml.transfer.linear import fit_linear

NAMES = ("risk", "help", "noise", "free")
DIRECTIONS = {"risk": 1, "help": -1, "noise": 1}
CONFIG = LinearConfig(ridge=1, lasso=1)


def drawn(n: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(n, 4)).astype(np.float32)
    log_odds = x[:, 0] - 0.5 * x[:, 1] - 0.5 * x[:, 2] - 1
    return x, rng.random(n) < 1 / (1 + np.exp(-log_odds))


def test_weights_are_those_of_the_rule_and_a_wrong_sign_is_none() -> None:
    x, weak = drawn()
    found = fit_linear(x, weak, NAMES, DIRECTIONS, CONFIG)
    np.testing.assert_allclose(found.weight, [0.9, -0.45, 0, 0], atol=0.15)
    assert found.weight[2] == 0
    assert found.weight[3] == 0
    assert found.n_used == 2


def test_shares_add_up_and_unknown_adds_nothing() -> None:
    x, weak = drawn()
    x[:200, 0] = np.nan
    found = fit_linear(x, weak, NAMES, DIRECTIONS, CONFIG)
    shares = found.shares(x)
    np.testing.assert_allclose(found.intercept + shares.sum(axis=1), found.log_odds(x), atol=1e-12)
    assert (shares[:200, 0] == 0).all()
    np.testing.assert_allclose(shares.mean(axis=0), 0, atol=1e-6)


def test_switched_off_it_says_the_share_alone() -> None:
    x, weak = drawn()
    found = fit_linear(x, weak, NAMES, DIRECTIONS, LinearConfig(is_used=False))
    assert found.n_used == 0
    np.testing.assert_allclose(1 / (1 + np.exp(-found.log_odds(x))), weak.mean(), atol=1e-4)


def test_column_that_is_never_known_or_never_changes_gets_no_weight() -> None:
    x, weak = drawn(300)
    x[:, 0], x[:, 1] = np.nan, 3
    found = fit_linear(x, weak, NAMES, DIRECTIONS, CONFIG)
    assert found.n_used == 0
    assert np.isfinite(found.log_odds(x)).all()
