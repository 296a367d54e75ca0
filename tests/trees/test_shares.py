"""What cannot be compiled is left to LightGBM, and the reason is told."""

from typing import Any

import lightgbm as lgb
import numpy as np
import pytest

from ptml.trees import TreeShares
from tests.trees.models import Floats, drawn_rows, fitted, lightgbm_shares

KINDS: dict[str, dict[str, Any]] = {
    "categorical splits": {"categorical": [1], "min_data_per_group": 1},
    "averaged trees": {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1},
}


def left_to_lightgbm(booster: lgb.Booster, x: Floats) -> str | None:
    """Tell why, after a look at the shares."""
    found = TreeShares(booster)
    base, shares = found.shares(x, 1)
    expected = lightgbm_shares(booster, x)
    np.testing.assert_array_equal(shares, expected[:, :-1])
    np.testing.assert_array_equal(np.full(len(x), base), expected[:, -1])
    return found.reason


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_trees_that_are_left_to_lightgbm(kind: str) -> None:
    x = np.nan_to_num(np.abs(drawn_rows(600, 1)), posinf=3.0)
    assert left_to_lightgbm(fitted(rows=x, **KINDS[kind]), x[:50]) == kind


def test_linear_trees_are_left_to_lightgbm() -> None:
    x = np.nan_to_num(drawn_rows(600, 1), posinf=3.0)
    # LightGBM itself has no shares of them.
    assert TreeShares(fitted(rows=x, linear_tree=True)).reason == "linear trees"


def test_path_of_too_many_features_is_left_to_lightgbm() -> None:
    x = np.random.default_rng(5).normal(size=(600, 40)).astype(np.float32)
    booster = fitted(rows=x, num_leaves=60, min_data_in_leaf=2, feature_fraction_bynode=0.1)
    reason = left_to_lightgbm(booster, x[:50])
    assert reason is not None
    assert "features on the way to a leaf, more than 10" in reason


def test_trees_of_very_many_leaves_are_left_to_lightgbm() -> None:
    x = np.random.default_rng(5).normal(size=(2_000, 5)).astype(np.float32)
    booster = fitted(1, rows=x, num_leaves=300, min_data_in_leaf=1)
    assert left_to_lightgbm(booster, x[:50]) == "300 leaves in a tree, more than 255"


def test_tables_past_their_memory_are_left_to_lightgbm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.trees.cells.MAX_NUMBERS", 1_000)
    assert left_to_lightgbm(fitted(), drawn_rows(50, 7)) == "tables of more than 1,000 numbers"


def test_tables_that_differ_are_left_to_lightgbm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.trees.compiled.add_cells", lambda *_: None)
    reason = left_to_lightgbm(fitted(zero_as_missing=True), drawn_rows(50, 7))
    assert reason is not None
    assert "differ from LightGBM's" in reason


def test_shares_by_tables_have_no_reason_and_the_numbers_of_lightgbm() -> None:
    booster, x = fitted(), drawn_rows(50, 7)
    found = TreeShares(booster)
    base, shares = found.shares(x, 1)
    assert found.reason is None
    expected = lightgbm_shares(booster, x)
    np.testing.assert_allclose(shares, expected[:, :-1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(base, expected[0, -1], rtol=0, atol=1e-12)
