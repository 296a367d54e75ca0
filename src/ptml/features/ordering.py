"""The order of rows by several columns, by one sort of one number where they fit into it."""

import numpy as np
from numpy.typing import NDArray

from ptml.features.arrays import Integers, Positions
from ptml.features.days import NEVER

_BITS = 62


def order_by(*columns: Integers, last: NDArray[np.floating] | None = None) -> Positions:
    """Positions that sort rows by the first column, then the second and so on, (n,) int64.

    Parameters
    ----------
    columns : (n,) int32 each
    last : (n,) floats, optional
        Decides where all columns agree; NaN comes last.

    Notes
    -----
    Rows that agree in everything keep their order. Rows that lie nearly in order already, person
    by person, are sorted in about linear time.
    """
    key = packed(*columns)
    if key is None:
        numbers = () if last is None else (last,)
        return np.lexsort((*numbers, *columns[::-1]))
    order = np.argsort(key, kind="stable")
    if last is not None and _has_repeats(key[order]):
        return np.lexsort((last, key))
    return order


def packed(*columns: Integers) -> Positions | None:
    """One number a row that sorts as the columns do; None where it does not fit into 62 bits."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    if len(key) == 0:
        return key
    n_bits = 0
    for column in columns:
        values, top = _from_zero(column)
        n_bits += top.bit_length()
        if n_bits > _BITS:
            return None
        key = (key << top.bit_length()) + values
    return key


def _from_zero(column: Integers) -> tuple[Positions, int]:
    """The same order in small numbers: `NEVER` comes right after the last of the others."""
    values = column.astype(np.int64)
    is_never = column == NEVER
    known = values[~is_never] if is_never.any() else values
    if len(known) == 0:
        return np.zeros(len(values), dtype=np.int64), 0
    lowest, highest = int(known.min()), int(known.max())
    return np.minimum(values, highest + 1) - lowest, highest + 1 - lowest


def _has_repeats(key: Positions) -> bool:
    return bool((key[1:] == key[:-1]).any())
