"""Exact and fast TreeSHAP of small LightGBM models, checked against LightGBM itself."""

from ptml.trees.compiled import CompiledTrees
from ptml.trees.parsing import NotCompilable
from ptml.trees.shares import TreeShares

__all__ = ["CompiledTrees", "NotCompilable", "TreeShares"]
