"""Raw scores of LightGBM models for pairs, by masks of leaves; LightGBM's own to the last bit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import lightgbm as lgb
import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.trees.codes import number_codes
from ptml.trees.masks import FeatureMasks, LeafMasks
from ptml.trees.parsing import NotCompilable, parse_trees

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Codes = NDArray[np.int32]
Positions = NDArray[np.int64]
Words = NDArray[np.unsignedinteger[Any]]

Block = tuple[Floats, NDArray[np.integer[Any]] | None]
"""Columns and, where several rows share them, which row of theirs each row has."""

N_PROBES = 256
# Rows whose codes are held at a time.
BLOCK_ROWS = 65_536
# By bits of a word: times a power of two this has other highest bits for each power (de Bruijn).
_DE_BRUIJN = {4: 0x3, 8: 0x1D, 16: 0x0F65, 32: 0x077CB531}
# Sums that go on side by side: one alone waits for each addition to end.
_ROWS = 4


@dataclass(frozen=True, eq=False)
class MaskedTrees:
    """Several models on the same columns as masks.

    Attributes
    ----------
    n_features : int
        Columns of x.
    bounds : (n_models + 1,) int64
        Trees of model k are ``bounds[k] : bounds[k + 1]``.
    """

    n_features: int
    masks: LeafMasks
    bounds: NDArray[np.int64]

    @classmethod
    def of(cls, boosters: Sequence[lgb.Booster]) -> Self:
        """Compile models and hold them against LightGBM.

        Raises
        ------
        NotCompilable
            Trees of a kind that is left to LightGBM, or an answer that is not LightGBM's.
        """
        models = [parse_trees(b.model_to_string(), with_categories=True) for b in boosters]
        if len({booster.num_feature() for booster in boosters}) != 1:
            raise NotCompilable("no model, or models of different columns")
        masks = LeafMasks.of([tree for trees in models for tree in trees])
        bounds = np.cumsum([0, *map(len, models)])
        found = cls(boosters[0].num_feature(), masks, bounds)
        x = found._probes()
        ours = found.margins([(x, None)])
        for booster, margins in zip(boosters, ours, strict=True):
            theirs = np.asarray(booster.predict(x, raw_score=True, num_threads=1))
            if not np.array_equal(margins, theirs):
                raise NotCompilable("raw scores are not LightGBM's")
        return found

    def margins(self, blocks: Sequence[Block], columns: Positions | None = None) -> Doubles:
        """Raw score of each row by each model, (n_models, n) float64.

        Leaves are added up in the order of the trees, as LightGBM does: the same bits.

        Parameters
        ----------
        blocks : sequence of (n or fewer, p_k) float32 and (n,) int or None
            Columns that stand side by side, p in all. Where a block comes with an index its rows
            are looked up once and shared.
        columns : (p,) int64, optional
            Which of the model's columns each of them is; None = in the model's order.

        Raises
        ------
        ValueError
            The blocks have not p columns.
        """
        widths = [values.shape[1] for values, _ in blocks]
        if sum(widths) != self.n_features:
            raise ValueError(f"blocks must have {self.n_features} columns, got {sum(widths)}")
        n = len(blocks[0][0] if blocks[0][1] is None else blocks[0][1])
        place = np.arange(self.n_features) if columns is None else np.argsort(columns)
        # A model without any split has all its leaves left.
        tables, sources = [self.masks.leaves[None, :]], [np.zeros(n, dtype=np.int32)]
        height = 1
        for (values, index), first in zip(blocks, np.cumsum([0, *widths]).tolist(), strict=False):
            found = self._coded(values, place - first)
            if index is not None:
                found = [(self._left(found, len(values)), index.astype(np.int32))]
            for table, code in found:
                tables.append(table)
                sources.append(code + np.int32(height))
                height += len(table)
        return self._summed(np.concatenate(tables), sources, n)

    def _coded(self, values: Floats, place: Positions) -> list[tuple[Words, Codes]]:
        """Masks of each feature that lies in a block, and which of them each row has.

        ``place`` says in which of the block's columns each of the model's lies.
        """
        return [
            (feature.words, _codes(feature, values[:, place[feature.column]]))
            for feature in self.masks.features
            if 0 <= place[feature.column] < values.shape[1]
        ]

    def _left(self, found: list[tuple[Words, Codes]], n: int) -> Words:
        """What all features of shared rows leave of each tree, (n, n_trees)."""
        words = np.tile(self.masks.leaves, (n, 1))
        for table, code in found:
            words &= table[code]
        return words

    def _summed(self, table: Words, sources: list[Codes], n: int) -> Doubles:
        out = np.empty((len(self.bounds) - 1, n))
        for start in range(0, n, BLOCK_ROWS):
            at = slice(start, start + BLOCK_ROWS)
            codes = np.stack([source[at] for source in sources], axis=1)
            _add_up(table, codes, self._by_place, *self._placing, self.bounds, start, out)
        return out

    @property
    def _placing(self) -> tuple[np.uint32, np.uint32, np.uint32]:
        """Factor, mask and shift that make a place of a leaf's bit."""
        n_bits = self.masks.leaf_values.shape[1]
        shift = n_bits - (n_bits.bit_length() - 1)
        return np.uint32(_DE_BRUIJN[n_bits]), np.uint32((1 << n_bits) - 1), np.uint32(shift)

    @cached_property
    def _by_place(self) -> Doubles:
        """Values of the leaves by the place that de Bruijn's product gives their bits."""
        values = self.masks.leaf_values
        factor, mask, shift = self._placing
        bit = np.uint32(1) << np.arange(values.shape[1], dtype=np.uint32)
        place = (bit * factor & mask) >> shift
        found = np.empty_like(values)
        found[:, place] = values
        return found

    def _probes(self) -> Floats:
        """Rows on, just above and between thresholds, with zeros, missing and odd categories."""
        rng = np.random.default_rng(0)
        x = np.zeros((N_PROBES, self.n_features), dtype=np.float32)
        special = np.array([np.nan, 0, 1e-36, -np.inf, np.inf], dtype=np.float32)
        for feature in self.masks.features:
            if feature.is_category:
                n = len(feature.words)
                values = np.append(np.arange(n), [n + 5, -1, np.nan]).astype(np.float32)
            else:
                edges = feature.thresholds.astype(np.float32)
                above = np.nextafter(edges, np.float32(np.inf))
                values = np.concatenate([edges, above, special])
            x[:, feature.column] = rng.choice(values, N_PROBES)
        return x


def _codes(feature: FeatureMasks, values: Floats) -> Codes:
    out = np.empty(len(values), dtype=np.int32)
    if feature.is_category:
        _category_codes(np.ascontiguousarray(values), len(feature.words) - 1, out)
    else:
        number_codes(np.ascontiguousarray(values), feature.thresholds, out)
    return out


@njit(cache=True)  # type: ignore[untyped-decorator]
def _category_codes(values: Floats, last: int, out: Codes) -> None:
    for i in range(len(values)):
        value = values[i]
        # Compared before it is cut: NaN and what is too large for an integer are none of them.
        out[i] = np.int32(value) if 0 <= value < last else last


@njit(cache=True)  # type: ignore[untyped-decorator]
def _add_up(
    table: Words,
    codes: Codes,
    by_place: Doubles,
    factor: np.uint32,
    mask: np.uint32,
    shift: np.uint32,
    bounds: NDArray[np.int64],
    start: int,
    out: Doubles,
) -> None:
    n = len(codes)
    words = np.zeros((_ROWS, table.shape[1]), dtype=table.dtype)
    for i in range(0, n, _ROWS):
        for j in range(min(_ROWS, n - i)):
            _and(table, codes[i + j], words[j])
        for m in range(len(out)):
            sums = (0.0, 0.0, 0.0, 0.0)
            for t in range(bounds[m], bounds[m + 1]):
                # numba multiplies 32 bits into 64; the product is meant to overflow.
                sums = (
                    sums[0] + by_place[t, (words[0, t] * factor & mask) >> shift],
                    sums[1] + by_place[t, (words[1, t] * factor & mask) >> shift],
                    sums[2] + by_place[t, (words[2, t] * factor & mask) >> shift],
                    sums[3] + by_place[t, (words[3, t] * factor & mask) >> shift],
                )
            for j in range(min(_ROWS, n - i)):
                out[m, start + i + j] = sums[j]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _and(table: Words, codes: Codes, words: Words) -> None:
    # A loop, as numba takes seconds to compile the copy of a slice.
    for t in range(len(words)):
        words[t] = table[codes[0], t]
    for k in range(1, len(codes)):
        row = codes[k]
        for t in range(len(words)):
            words[t] &= table[row, t]


@dataclass(frozen=True, eq=False)
class TreeMargins:
    """Boosters on the same columns that are compiled when they are first asked.

    The way never depends on the number of rows, and gives the same bits as LightGBM.
    """

    boosters: tuple[lgb.Booster, ...]

    def margins(
        self, blocks: Sequence[Block], num_threads: int, columns: Positions | None = None
    ) -> Doubles:
        """Raw score of each row by each booster, (n_boosters, n) float64; `MaskedTrees.margins`.

        Parameters
        ----------
        num_threads : int
            Of LightGBM, should it do the work.
        """
        if self._masked is not None:
            return self._masked.margins(blocks, columns)
        n = len(blocks[0][0] if blocks[0][1] is None else blocks[0][1])
        out = np.empty((len(self.boosters), n))
        for start in range(0, n, BLOCK_ROWS):
            at = slice(start, start + BLOCK_ROWS)
            x = np.hstack([v[at] if index is None else v[index[at]] for v, index in blocks])
            x = x if columns is None else x[:, np.argsort(columns)]
            for k, booster in enumerate(self.boosters):
                out[k, at] = booster.predict(x, raw_score=True, num_threads=num_threads)
        return out

    @cached_property
    def _masked(self) -> MaskedTrees | None:
        try:
            return MaskedTrees.of(self.boosters)
        except NotCompilable:
            return None
