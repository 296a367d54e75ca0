"""Shares by tables are LightGBM's own, whatever the trees look like."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ptml.trees import CompiledTrees, NotCompilable
from ptml.trees.compiled import BLOCK_ROWS
from tests.trees.models import N_FEATURES, Floats, drawn_rows, fitted, lightgbm_shares

KINDS: dict[str, dict[str, Any]] = {
    "missing as NaN": {},
    "missing as zero": {"zero_as_missing": True},
    "no missing": {"use_missing": False},
    "monotone": {"monotone_constraints": [1, 0, -1, 0, 0]},
    "bagged": {"bagging_fraction": 0.5, "bagging_freq": 1, "feature_fraction": 0.6},
    "dart": {"boosting": "dart"},
    "more leaves than one table holds": {"num_leaves": 31, "min_data_in_leaf": 5},
    "more leaves than bits": {"num_leaves": 100, "min_data_in_leaf": 1, "n_trees": 3},
    "deep": {"num_leaves": 20, "max_depth": 12, "min_data_in_leaf": 2},
    "stumps": {"num_leaves": 2},
}
BOOSTERS = {kind: fitted(**options) for kind, options in KINDS.items()}
COMPILED = {kind: CompiledTrees.of(booster) for kind, booster in BOOSTERS.items()}
MISSING = ("missing as NaN", "missing as zero", "no missing")


@pytest.mark.parametrize("kind", KINDS)
def test_shares_are_those_of_lightgbm(kind: str) -> None:
    compiled, x = COMPILED[kind], drawn_rows(400, 7)
    expected = lightgbm_shares(BOOSTERS[kind], x)
    np.testing.assert_allclose(compiled.shares(x), expected[:, :-1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(compiled.base, expected[:, -1], rtol=0, atol=1e-12)


def test_large_trees_need_several_tables() -> None:
    kind = "more leaves than one table holds"
    assert len(COMPILED[kind].tables) > BOOSTERS[kind].num_trees()
    assert len(COMPILED["stumps"].tables) == BOOSTERS["stumps"].num_trees()


def test_feature_that_a_path_splits_again_and_again_is_one_condition() -> None:
    x = np.zeros((600, N_FEATURES), dtype=np.float32)
    x[:, 4] = np.linspace(-3, 3, 600)
    booster = fitted(rows=x, num_leaves=16, min_data_in_leaf=3)
    compiled = CompiledTrees.of(booster)
    assert {table.features for table in compiled.tables} == {(0,)}
    expected = lightgbm_shares(booster, x)
    np.testing.assert_allclose(compiled.shares(x), expected[:, :-1], rtol=0, atol=1e-12)


def test_trees_of_one_leaf_have_a_base_and_no_shares() -> None:
    booster, x = fitted(min_data_in_leaf=500), drawn_rows(10, 7)
    compiled = CompiledTrees.of(booster)
    np.testing.assert_array_equal(compiled.shares(x), np.zeros((10, N_FEATURES)))
    np.testing.assert_allclose(compiled.base, lightgbm_shares(booster, x)[:, -1], atol=1e-12)


def test_no_rows_have_no_shares() -> None:
    assert COMPILED["stumps"].shares(drawn_rows(0, 7)).shape == (0, N_FEATURES)


VALUES = st.floats(width=32, allow_nan=True, allow_infinity=True, allow_subnormal=True)
ROWS = hnp.arrays(np.float32, st.tuples(st.integers(1, 8), st.just(N_FEATURES)), elements=VALUES)


@settings(max_examples=60, deadline=None)
@given(x=ROWS, kind=st.sampled_from(sorted(KINDS)))
def test_base_and_shares_add_up_to_the_log_odds(x: Floats, kind: str) -> None:
    log_odds = np.asarray(BOOSTERS[kind].predict(x, raw_score=True, num_threads=1))
    total = COMPILED[kind].base + COMPILED[kind].shares(x).sum(axis=1)
    np.testing.assert_allclose(total, log_odds, rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", MISSING)
def test_value_on_a_threshold_goes_where_lightgbm_sends_it(kind: str) -> None:
    coding = COMPILED[kind].coding
    special = np.array([0, -0.0, 1e-35, -1e-35, 2e-35, -2e-35, np.nan], dtype=np.float32)
    for feature, thresholds in zip(coding.features, coding.thresholds, strict=True):
        edge = thresholds.astype(np.float32)
        sides = [np.nextafter(edge, np.float32(end)) for end in (-np.inf, np.inf)]
        value = np.concatenate([edge, *sides, special])
        x = np.zeros((len(value), N_FEATURES), dtype=np.float32)
        x[:, feature] = value
        expected = lightgbm_shares(BOOSTERS[kind], x)[:, :-1]
        np.testing.assert_allclose(COMPILED[kind].shares(x), expected, rtol=0, atol=1e-12)


def test_bits_do_not_depend_on_how_many_rows_are_asked_for() -> None:
    compiled, x = COMPILED["missing as NaN"], drawn_rows(BLOCK_ROWS + 50, 7)
    together = compiled.shares(x)
    np.testing.assert_array_equal(compiled.shares(x[-60:]), together[-60:])
    np.testing.assert_array_equal(compiled.shares(x[::-1])[::-1], together)


def test_tables_that_differ_from_lightgbm_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.trees.compiled.add_cells", lambda *_: None)
    with pytest.raises(NotCompilable, match="differ from LightGBM's by"):
        CompiledTrees.of(BOOSTERS["missing as zero"])


def test_wrong_number_of_columns_is_refused() -> None:
    with pytest.raises(ValueError, match=f"{N_FEATURES} columns, got 2"):
        COMPILED["stumps"].shares(np.zeros((3, 2), dtype=np.float32))
