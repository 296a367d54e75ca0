"""Which leaves a row can still reach, as bits: what each feature leaves over, and all of them.

After QuickScorer (Lucchese et al. 2015): for each value of a feature, as far as trees tell values
apart, and each tree, one word whose bits are the leaves that no split on the feature shuts off.
Words of all features ANDed have one bit left, the leaf. So what belongs to a person or a course is
looked up once, and only what belongs to a pair is looked up once a pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ptml.trees.codes import Coding
from ptml.trees.parsing import NotCompilable, Tree

Doubles = NDArray[np.float64]
Words = NDArray[np.unsignedinteger[Any]]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

# Words as narrow as the largest tree allows: more of them are ANDed at once.
WORD_TYPES = ((4, np.uint8), (8, np.uint8), (16, np.uint16), (32, np.uint32))
WORD_BITS = WORD_TYPES[-1][0]
# Words of all tables: 64 MB.
MAX_WORDS = 16_000_000


@dataclass(frozen=True, eq=False)
class FeatureMasks:
    """Leaves that are left by a feature's value.

    Attributes
    ----------
    column : int
        Of x.
    is_category : bool
        Whether values are categories, which are their own codes; what is none has the last code.
    thresholds : (m,) float64
        Sorted; a value is coded by how many lie below it, NaN by m + 1 and 0 by m + 2.
    words : (n_codes, n_trees) unsigned
    """

    column: int
    is_category: bool
    thresholds: Doubles
    words: Words


@dataclass(frozen=True, eq=False)
class LeafMasks:
    """Masks of all features that any tree splits on, and the values of the leaves.

    Attributes
    ----------
    leaf_values : (n_trees, n_bits) float64
        By position of the leaf's bit; 4, 8, 16 or 32 of them.
    leaves : (n_trees,) unsigned
        The bits of all leaves of each tree.
    """

    features: tuple[FeatureMasks, ...]
    leaf_values: Doubles
    leaves: Words

    @classmethod
    def of(cls, trees: Sequence[Tree]) -> Self:
        """Make the tables.

        Raises
        ------
        NotCompilable
            Trees of more than 32 leaves, a column with both kinds of splits, or large tables.
        """
        n_bits, kind = _narrowest(max((len(tree.leaf_value) for tree in trees), default=0))
        n_codes = _n_categories(trees)
        coding = Coding.of([_without(tree, set(n_codes)) for tree in trees])
        thresholds = dict(zip(coding.features, coding.thresholds, strict=True))
        codes = {k: len(found) + 3 for k, found in thresholds.items()} | n_codes
        if sum(codes.values()) * len(trees) > MAX_WORDS:
            raise NotCompilable(f"masks of more than {MAX_WORDS:,} words")
        leaves = np.array([(1 << len(tree.leaf_value)) - 1 for tree in trees], dtype=kind)
        words = {k: np.tile(leaves, (n, 1)) for k, n in codes.items()}
        for t, tree in enumerate(trees):
            below = _leaves_below(tree)
            for node in range(len(tree.feature)):
                column = int(tree.feature[node])
                left = _goes_left(tree, node, coding, n_codes)
                right_bits, left_bits = below[int(tree.right[node])], below[int(tree.left[node])]
                words[column][:, t] &= ~np.where(left, right_bits, left_bits).astype(kind)
        values = np.zeros((len(trees), n_bits))
        for t, tree in enumerate(trees):
            values[t, : len(tree.leaf_value)] = tree.leaf_value
        none = np.zeros(0)
        features = tuple(
            FeatureMasks(k, k in n_codes, thresholds.get(k, none), words[k]) for k in sorted(words)
        )
        return cls(features, values, leaves)


def _narrowest(n_leaves: int) -> tuple[int, type[np.unsignedinteger[Any]]]:
    for n_bits, kind in WORD_TYPES:
        if n_leaves <= n_bits:
            return n_bits, kind
    raise NotCompilable(f"more than {WORD_BITS} leaves in a tree")


def _n_categories(trees: Sequence[Tree]) -> dict[int, int]:
    """Number of codes of each column that is split by category, one of them for all others."""
    found: dict[int, int] = {}
    for tree in trees:
        for node, categories in tree.categories.items():
            column = int(tree.feature[node])
            found[column] = max(found.get(column, 1), int(categories.max(initial=-1)) + 2)
    numbers = {
        int(column)
        for tree in trees
        for node, column in enumerate(tree.feature.tolist())
        if node not in tree.categories
    }
    if numbers & set(found):
        raise NotCompilable("a column that is split both by category and by size")
    return found


def _without(tree: Tree, columns: set[int]) -> Tree:
    """The splits of a tree by size alone, as `Coding.of` looks at them."""
    kept = ~np.isin(tree.feature, sorted(columns))
    return Tree(**{**vars(tree), "feature": tree.feature[kept], "threshold": tree.threshold[kept]})


def _goes_left(tree: Tree, node: int, coding: Coding, n_codes: dict[int, int]) -> Bools:
    if node not in tree.categories:
        return coding.goes_left(tree, node)[1]
    left = np.zeros(n_codes[int(tree.feature[node])], dtype=np.bool_)
    left[tree.categories[node]] = True
    return left


def _leaves_below(tree: Tree) -> dict[int, int]:
    """Bits of the leaves below each node."""
    found = {~leaf: 1 << leaf for leaf in range(len(tree.leaf_value))}

    def bits(node: int) -> int:
        if node not in found:
            found[node] = bits(int(tree.left[node])) | bits(int(tree.right[node]))
        return found[node]

    if len(tree.feature):
        bits(0)
    return found
