"""Many words as one expression, which a search goes through once, not once a word."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_END = -1
Tree = dict[int, Any]


def any_of(words: Iterable[bytes]) -> bytes:
    """An expression of all the words: the longest of those that fit at a place is found.

    Words that begin alike are told apart after what they have in common, so that a place is passed
    over at its first byte (a trie).

    Parameters
    ----------
    words : iterable of bytes
        At least one, none empty.
    """
    tree: Tree = {}
    for word in words:
        node = tree
        for byte in word:
            node = node.setdefault(byte, {})
        node[_END] = {}
    return _expression(tree)


def _expression(node: Mapping[int, Any]) -> bytes:
    branches = [_branch(byte, after) for byte, after in sorted(node.items()) if byte != _END]
    if not branches:
        return b""
    inner = b"(?:%s)" % b"|".join(branches)
    return inner + (b"?" if _END in node else b"")


def _branch(byte: int, node: Mapping[int, Any]) -> bytes:
    # A way without forks is one word: ids may be long, and expressions nest only so deep.
    way = [byte]
    while len(node) == 1 and _END not in node:
        [(step, node)] = node.items()
        way.append(step)
    return re.escape(bytes(way)) + _expression(node)
