"""Exact and fast TreeSHAP and raw scores of small LightGBM models, checked against LightGBM."""

from ptml.trees.compiled import CompiledTrees
from ptml.trees.margins import Block, MaskedTrees, TreeMargins
from ptml.trees.parsing import NotCompilable
from ptml.trees.shares import TreeShares

__all__ = [
    "Block",
    "CompiledTrees",
    "MaskedTrees",
    "NotCompilable",
    "TreeMargins",
    "TreeShares",
]
