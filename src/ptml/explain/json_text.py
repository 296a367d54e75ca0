"""Columns of JSON text: sentences and objects filled for all rows at once, with no row loop.

What is to be written is put together as parts, constants and columns of text, and joined once.
Text inside them is already escaped for JSON: what comes from outside (names, titles) is escaped
once per distinct value, and the templates of the catalogue need none.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from string import Formatter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.explain.text_columns import Some, listed, side_by_side

Parts = Sequence[str | pa.Array]
"""Constants and columns that make one text a row when joined."""


def filled(
    template: str, values: Mapping[str, pa.Array], unknown: str = "unknown"
) -> list[str | pa.Array]:
    """Fill a template's ``{name}`` fields, a column each; a null reads as `unknown`.

    Examples
    --------
    >>> joined(filled("{n} of 5", {"n": pa.array(["1", None])}), 2).to_pylist()
    ['1 of 5', 'unknown of 5']
    """
    parts: list[str | pa.Array] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(literal)
        if name:
            parts.append(without_nulls(values[name], unknown))
    return parts


def json_object(fields: Mapping[str, Parts]) -> list[str | pa.Array]:
    """One JSON object a row from fields that hold JSON text.

    Examples
    --------
    >>> fields = {"code": [json.dumps("mentor")], "share": [number_text([0.5], 2)]}
    >>> joined(json_object(fields), 1).to_pylist()
    ['{"code": "mentor", "share": 0.5}']
    """
    parts: list[str | pa.Array] = ["{"]
    for i, (name, value) in enumerate(fields.items()):
        parts += [f"{', ' if i else ''}{json.dumps(name)}: ", *value]
    return [*parts, "}"]


def json_string(parts: Parts) -> list[str | pa.Array]:
    """Quote text that is already escaped."""
    return ['"', *parts, '"']


def json_list(columns: Sequence[pa.Array | Some], n_rows: int) -> pa.Array:
    """One JSON list a row from columns of JSON text; a null leaves its item out.

    Examples
    --------
    >>> columns = [pa.array(["1", None, None]), pa.array(["2", "3", None])]
    >>> json_list(columns, 3).to_pylist()
    ['[1, 2]', '[3]', '[]']
    """
    return listed(columns, n_rows)


def json_lists(items: NDArray[np.object_]) -> NDArray[np.object_]:
    """One JSON list a row from a matrix of JSON texts; None leaves its item out.

    Examples
    --------
    >>> json_lists(np.array([["1", None], [None, None]], dtype=object)).tolist()
    ['[1]', '[]']
    """
    columns = [pa.array(column, pa.string()) for column in items.T]
    return as_objects(json_list(columns, len(items)))


def joined(parts: Parts, n_rows: int) -> pa.Array:
    """Join parts into one text a row."""
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    if all(isinstance(part, str) for part in merged):
        return pa.repeat(pa.scalar("".join(merged), pa.string()), n_rows)
    return side_by_side(merged, n_rows)


def number_text(values: Any, decimals: int = 0) -> pa.Array:
    """Numbers as they stand in a sentence; null where not finite.

    Examples
    --------
    >>> number_text([71.6, float("nan"), -0.01]).to_pylist()
    ['72', None, '0']
    """
    # Adding 0 turns -0.0 into 0.0, which would read as "-0".
    numbers = np.round(np.asarray(values, dtype=np.float64), decimals) + 0.0
    return pc.cast(pa.array(numbers, mask=~np.isfinite(numbers)), pa.string())


def escaped(names: Sequence[str]) -> pa.Array:
    """Escape each of a few distinct names for use inside JSON text."""
    return _escaped(tuple(names))


@lru_cache(maxsize=16)
def _escaped(names: tuple[str, ...]) -> pa.Array:
    # Courses and competencies of a company are the same in each bucket.
    return pa.array([json.dumps(name, ensure_ascii=False)[1:-1] for name in names], pa.string())


def taken(names: pa.Array, code: NDArray[np.integer]) -> pa.Array:
    """The name of each code; null for a negative code."""
    return names.take(pa.array(code.astype(np.int32), mask=code < 0))


def as_objects(column: pa.Array) -> NDArray[np.object_]:
    """A column of text as an object array."""
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)


def without_nulls(column: pa.Array, said: str = "null") -> pa.Array:
    """Say something where nothing is known; in JSON that is ``null``."""
    return pc.fill_null(column, said) if column.null_count else column
