"""LightGBM's text form as arrays, or the reason why these trees are left to LightGBM."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

# Bits of `decision_type` (LightGBM, include/LightGBM/tree.h).
CATEGORICAL, DEFAULT_LEFT, MISSING_SHIFT = 1, 2, 2
MISSING_ZERO, MISSING_NAN = 1, 2
WORD_BITS = 32


class NotCompilable(Exception):
    """Why trees cannot be compiled; never seen by a user, LightGBM does the work then."""


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree; a node below 0 is the leaf ``~node``.

    Attributes
    ----------
    feature, missing, left, right : (k - 1,) int64
        Of inner nodes; the root is 0. `missing` is 0 = none, 1 = zero, 2 = NaN.
    threshold : (k - 1,) float64
        ``value <= threshold`` goes left.
    default_left : (k - 1,) bool
        Where a missing value goes.
    inner_count : (k - 1,) float64
        Training rows at inner nodes.
    leaf_value, leaf_count : (k,) float64
    categories : mapping of int to (c,) int64
        Of inner nodes that ask for a category: those that go left.
    """

    feature: Ints
    threshold: Doubles
    missing: Ints
    default_left: NDArray[np.bool_]
    left: Ints
    right: Ints
    inner_count: Doubles
    leaf_value: Doubles
    leaf_count: Doubles
    categories: Mapping[int, Ints]

    def count(self, node: int) -> float:
        """Training rows that came to a node or leaf."""
        return float(self.inner_count[node] if node >= 0 else self.leaf_count[~node])

    @property
    def mean(self) -> float:
        """Mean value of the training rows: what is expected before any feature is known."""
        if len(self.leaf_value) == 1:
            return float(self.leaf_value[0])
        return float((self.leaf_count / self.inner_count[0]) @ self.leaf_value)


def parse_trees(text: str, with_categories: bool = False) -> tuple[Tree, ...]:
    """Read the trees of one raw score out of a model's text.

    Parameters
    ----------
    text : str
        As ``Booster.model_to_string`` gives it; its numbers have all 17 digits.
    with_categories : bool
        Whether splits by category are welcome.

    Raises
    ------
    NotCompilable
        Several classes, averaged or linear trees, a node without training rows, or splits by
        category where they are not welcome.
    """
    head, *blocks = text.split("\nTree=")
    lines = head.splitlines()
    if _fields(lines).get("num_tree_per_iteration", "1") != "1":
        raise NotCompilable("several classes")
    if "average_output" in lines:
        raise NotCompilable("averaged trees")
    found = [_fields(block.split("\n\n")[0].splitlines()) for block in blocks]
    if not with_categories and any(fields.get("num_cat", "0") != "0" for fields in found):
        raise NotCompilable("categorical splits")
    return tuple(_tree(fields) for fields in found)


def _fields(lines: list[str]) -> Mapping[str, str]:
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _tree(fields: Mapping[str, str]) -> Tree:
    if fields.get("is_linear", "0") != "0":
        raise NotCompilable("linear trees")
    decision = _whole(fields, "decision_type")
    tree = Tree(
        feature=_whole(fields, "split_feature"),
        threshold=_real(fields, "threshold"),
        missing=(decision >> MISSING_SHIFT) & 3,
        default_left=(decision & DEFAULT_LEFT) > 0,
        left=_whole(fields, "left_child"),
        right=_whole(fields, "right_child"),
        inner_count=_real(fields, "internal_count"),
        leaf_value=_real(fields, "leaf_value"),
        leaf_count=_real(fields, "leaf_count"),
        categories=_categories(fields, decision) if fields.get("num_cat", "0") != "0" else {},
    )
    if min(tree.inner_count.min(initial=1), tree.leaf_count.min(initial=1)) <= 0:
        raise NotCompilable("a node without training rows")
    return tree


def _categories(fields: Mapping[str, str], decision: Ints) -> Mapping[int, Ints]:
    """Categories that go left, by node: bits of 32-bit words, some words a split."""
    bounds, words = _whole(fields, "cat_boundaries"), _whole(fields, "cat_threshold")
    bits = (words[:, None] >> np.arange(WORD_BITS)) & 1
    split = _real(fields, "threshold").astype(np.int64)
    return {
        node: np.flatnonzero(bits[bounds[split[node]] : bounds[split[node] + 1]])
        for node in np.flatnonzero(decision & CATEGORICAL).tolist()
    }


def _whole(fields: Mapping[str, str], name: str) -> Ints:
    return np.array(_words(fields, name), dtype=np.int64)


def _real(fields: Mapping[str, str], name: str) -> Doubles:
    return np.array(_words(fields, name), dtype=np.float64)


def _words(fields: Mapping[str, str], name: str) -> list[str]:
    if name not in fields:
        raise NotCompilable(f"no {name} in the text of a tree")
    return fields[name].split()
