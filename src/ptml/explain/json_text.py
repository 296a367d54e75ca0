"""Columns of JSON text: sentences and objects filled for all rows at once, with no row loop.

Text inside these columns is already escaped for JSON: what comes from outside (names, titles) is
escaped once per distinct value, and the templates of the catalogue need none.
"""

import json
from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# What a number that is not known says in a sentence; in `values` it is null.
UNKNOWN = "unknown"
_OBJECT = NDArray[np.object_]


def filled(template: str, values: Mapping[str, pa.Array], n_rows: int) -> pa.Array:
    """Fill a template's named fields for every row.

    Parameters
    ----------
    template : str
        With ``{name}`` fields only.
    values : mapping of name to string array of `n_rows`
        Already escaped; a null reads as ``unknown``.

    Examples
    --------
    >>> filled("{n} of 5", {"n": pa.array(["1", None])}, 2).to_pylist()
    ['1 of 5', 'unknown of 5']
    """
    parts: list[Any] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            parts.append(literal)
        if name:
            parts.append(pc.fill_null(values[name], UNKNOWN))
    return _joined(parts, n_rows)


def json_object(fields: Mapping[str, pa.Array | str], n_rows: int) -> pa.Array:
    """One JSON object a row from columns (or constants) that hold JSON text.

    Examples
    --------
    >>> json_object({"code": json.dumps("mentor"), "share": json_number([0.5], 2)}, 1).to_pylist()
    ['{"code": "mentor", "share": 0.5}']
    """
    parts: list[Any] = ["{"]
    for i, (name, value) in enumerate(fields.items()):
        parts += [f"{', ' if i else ''}{json.dumps(name)}: ", value]
    return _joined([*parts, "}"], n_rows)


def json_list(columns: Sequence[_OBJECT], n_rows: int) -> _OBJECT:
    """One JSON list a row from columns of JSON text; an empty text leaves its item out.

    Examples
    --------
    >>> columns = [np.array(["1", ""], object), np.array(["2", "3"], object)]
    >>> json_list(columns, 2).tolist()
    ['[1, 2]', '[3]']
    """
    arrays = [pc.if_else(pc.equal(a, ""), None, a) for a in map(_strings, columns)]
    if not arrays:
        return np.full(n_rows, "[]", dtype=object)
    inside = pc.binary_join_element_wise(*arrays, ", ", null_handling="skip")
    return as_objects(_joined(["[", inside, "]"], n_rows))


def json_string(text: pa.Array) -> pa.Array:
    """Quote text that is already escaped."""
    return _joined(['"', text, '"'], len(text))


def json_number(values: Any, decimals: int) -> pa.Array:
    """Numbers as JSON, rounded; what is not finite is ``null``.

    Examples
    --------
    >>> json_number([1.25, float("nan"), 3.0], 1).to_pylist()
    ['1.2', 'null', '3']
    """
    return pc.fill_null(_shortest(values, decimals), "null")


def number_text(values: Any, decimals: int = 0) -> pa.Array:
    """Numbers as they stand in a sentence; null where not finite.

    Examples
    --------
    >>> number_text([71.6, float("nan")]).to_pylist()
    ['72', None]
    """
    return _shortest(values, decimals)


def escaped(names: Sequence[str]) -> _OBJECT:
    """Escape each of a few distinct names for use inside JSON text."""
    return np.array([json.dumps(name, ensure_ascii=False)[1:-1] for name in names], dtype=object)


def taken(names: _OBJECT, code: NDArray[np.integer]) -> pa.Array:
    """The name of each code; null for a negative code."""
    dictionary = _strings(names)
    at = pa.array(code.astype(np.int32), mask=code < 0)
    return dictionary.take(at) if len(names) else pa.nulls(len(code), pa.string())


def as_objects(column: pa.Array) -> _OBJECT:
    """A string column as an object array."""
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)


def _shortest(values: Any, decimals: int) -> pa.Array:
    # Adding 0 turns -0.0 into 0.0, which would read as "-0".
    numbers = np.round(np.asarray(values, dtype=np.float64), decimals) + 0.0
    whole = np.isfinite(numbers) & (numbers == np.rint(numbers)) & (np.abs(numbers) < 2**53)
    if whole.all() or not np.isfinite(numbers[~whole]).any():
        integers = np.where(whole, numbers, 0).astype(np.int64)
        return pc.cast(pa.array(integers, mask=~whole), pa.string())
    texts = pc.cast(pa.array(numbers, mask=~np.isfinite(numbers)), pa.string())
    integers = pc.cast(pa.array(np.where(whole, numbers, 0).astype(np.int64)), pa.string())
    return pc.if_else(pa.array(whole), integers, texts)


def _strings(values: _OBJECT) -> pa.Array:
    return pa.array(values, type=pa.string())


def _joined(parts: Sequence[Any], n_rows: int) -> pa.Array:
    columns = [p if isinstance(p, pa.Array) else pa.scalar(p, pa.string()) for p in parts]
    if not any(isinstance(p, pa.Array) for p in columns):
        return pa.repeat(pa.scalar("".join(map(str, parts)), pa.string()), n_rows)
    return pc.binary_join_element_wise(*columns, "")
