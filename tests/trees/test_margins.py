"""Raw scores by masks are LightGBM's own to the last bit, whatever the trees and the blocks."""

from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ptml.trees import MaskedTrees, NotCompilable
from tests.trees.models import N_FEATURES, Floats, drawn_rows, fitted


def of_categories(**parameters: Any) -> lgb.Booster:
    """Column 1 is a category, with negative codes that count as missing."""
    x = drawn_rows(600, 1)
    x[:, 1] = np.random.default_rng(4).integers(0, 70, 600)
    return fitted(
        rows=x, categorical=[1], cat_smooth=1, cat_l2=1, min_data_per_group=5, **parameters
    )


KINDS = {
    "missing as NaN": fitted(),
    "missing as zero": fitted(zero_as_missing=True),
    "no missing": fitted(use_missing=False),
    "as many leaves as bits": fitted(num_leaves=32, min_data_in_leaf=1),
    "stumps": fitted(num_leaves=2),
    "leaves of half a byte": fitted(num_leaves=4),
    "leaves of a byte": fitted(num_leaves=8, min_data_in_leaf=1),
    "leaves of two bytes": fitted(num_leaves=16, min_data_in_leaf=1),
    "one leaf": fitted(min_data_in_leaf=500),
    "regression": fitted(objective="regression"),
    "categories": of_categories(),
    "few categories at a time": of_categories(max_cat_to_onehot=100),
}
MASKED = {kind: MaskedTrees.of([booster]) for kind, booster in KINDS.items()}


def raw(booster: lgb.Booster, x: Floats) -> np.ndarray[Any, Any]:
    return np.asarray(booster.predict(x, raw_score=True, num_threads=1))


def with_odd_categories(seed: int) -> Floats:
    x = drawn_rows(400, seed)
    values = np.array([*range(80), -1, 1e9, -np.inf, np.inf, np.nan], dtype=np.float32)
    x[:, 1] = np.random.default_rng(seed).choice(values, len(x))
    return x


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_those_of_lightgbm_to_the_last_bit(kind: str) -> None:
    x = with_odd_categories(7) if "categories" in kind else drawn_rows(400, 7)
    np.testing.assert_array_equal(MASKED[kind].margins([(x, None)])[0], raw(KINDS[kind], x))


@settings(max_examples=60, deadline=None)
@given(
    x=hnp.arrays(
        np.float32,
        st.tuples(st.integers(0, 8), st.just(N_FEATURES)),
        elements=st.sampled_from([0.0, -0.0, 1e-36, 1e-34, 0.5, -0.5, 1.0, 3.0, np.nan, np.inf]),
    )
)
def test_any_values_give_the_same_bits(x: Floats) -> None:
    for kind in ("missing as NaN", "missing as zero", "no missing"):
        np.testing.assert_array_equal(MASKED[kind].margins([(x, None)])[0], raw(KINDS[kind], x))


@settings(max_examples=30, deadline=None)
@given(n=st.integers(0, 40), cut=st.integers(0, N_FEATURES), seed=st.integers(0, 5))
def test_shared_rows_are_as_good_as_copies(n: int, cut: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    people, courses = drawn_rows(6, 8)[:, :cut], drawn_rows(9, 9)[:, cut:]
    row, course = rng.integers(0, 6, n), rng.integers(0, 9, n)
    masked = MaskedTrees.of([KINDS["missing as NaN"], KINDS["stumps"]])
    found = masked.margins([(people, row), (courses, course)])
    x = np.concatenate([people[row], courses[course]], axis=1)
    order = rng.permutation(N_FEATURES)
    moved = masked.margins([(x[:, order[:cut]], None), (x[:, order[cut:]], None)], order)
    np.testing.assert_array_equal(moved, found)
    for booster, margins in zip((KINDS["missing as NaN"], KINDS["stumps"]), found, strict=True):
        np.testing.assert_array_equal(margins, raw(booster, x) if n else np.zeros(0))


def test_more_leaves_than_bits_are_left_to_lightgbm() -> None:
    with pytest.raises(NotCompilable, match="32 leaves"):
        MaskedTrees.of([fitted(num_leaves=33, min_data_in_leaf=1)])


def test_an_answer_that_is_not_lightgbms_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    booster = KINDS["missing as NaN"]
    scores = booster.predict
    monkeypatch.setattr(booster, "predict", lambda *a, **k: np.nextafter(scores(*a, **k), np.inf))
    with pytest.raises(NotCompilable, match="not LightGBM's"):
        MaskedTrees.of([booster])


def test_blocks_of_other_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="5 columns, got 4"):
        MASKED["stumps"].margins([(np.zeros((3, 4), np.float32), None)])
