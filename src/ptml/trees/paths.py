"""The ways to the leaves of a tree: one condition a feature, however often it was split on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.trees.codes import Coding
from ptml.trees.parsing import NotCompilable, Tree

Bools = NDArray[np.bool_]

# Tables are for small trees.
MAX_LEAVES = 255


@dataclass(frozen=True, eq=False)
class Path:
    """The way to one leaf.

    Attributes
    ----------
    fits : mapping of int to (m + 3,) bool
        By position of the feature: the codes that pass all its splits on the way.
    unknown : mapping of int to float
        By position of the feature: the share of training rows that its splits let through.
    value : float
        Of the leaf.
    """

    fits: Mapping[int, Bools]
    unknown: Mapping[int, float]
    value: float


@dataclass(frozen=True)
class Branch:
    """Paths below one node, in the order of the leaves, and the two halves they fall into."""

    paths: tuple[Path, ...]
    halves: tuple["Branch", ...]


def branch_of(tree: Tree, coding: Coding) -> Branch:
    """Follow all ways of a tree.

    Raises
    ------
    NotCompilable
        More than `MAX_LEAVES` leaves.
    """
    n_leaves = len(tree.leaf_value)
    if n_leaves > MAX_LEAVES:
        raise NotCompilable(f"{n_leaves} leaves in a tree, more than {MAX_LEAVES}")
    left = [coding.goes_left(tree, node) for node in range(len(tree.feature))]
    return _below(tree, left, 0 if left else ~0, Path({}, {}, 0.0))


def _below(tree: Tree, left: list[tuple[int, Bools]], node: int, so_far: Path) -> Branch:
    if node < 0:
        return Branch((Path(so_far.fits, so_far.unknown, float(tree.leaf_value[~node])),), ())
    k, goes_left = left[node]
    halves = tuple(
        _below(tree, left, child, _further(so_far, k, fits, tree.count(child) / tree.count(node)))
        for child, fits in (
            (int(tree.left[node]), goes_left),
            (int(tree.right[node]), ~goes_left),
        )
    )
    return Branch(tuple(path for half in halves for path in half.paths), halves)


def _further(path: Path, k: int, fits: Bools, share: float) -> Path:
    both = path.fits[k] & fits if k in path.fits else fits
    return Path(
        {**path.fits, k: both}, {**path.unknown, k: path.unknown.get(k, 1.0) * share}, path.value
    )
