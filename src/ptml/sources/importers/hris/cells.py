"""One value of the contract from a row of the file, as text in the contract's form."""

import re
from collections.abc import Mapping
from datetime import datetime

from ptml.sources.importers.faults import Fault
from ptml.sources.importers.hris.mapping import Cell

_TRUE = frozenset({"true", "yes", "y", "1", "t", "是", "有", "ja", "oui"})
_FALSE = frozenset({"false", "no", "n", "0", "f", "否", "无", "無", "nein", "non"})
_FULL_WIDTH = {0xFF01 + k: 0x21 + k for k in range(94)} | {0x3000: 0x20}


def read_cell(cell: Cell, kind: str, row: Mapping[str, str]) -> list[str]:
    """Read a value, or several where the mapping splits it.

    Parameters
    ----------
    kind : str
        Type of the contract's column, as DuckDB calls it.

    Returns
    -------
    list of str
        ``[""]`` where the value is not known.

    Raises
    ------
    Fault
        When it is there and cannot be read: names the value and how it was read.
    """
    text = _raw(cell, row)
    texts = [part.strip() for part in text.split(cell.split)] if cell.split else [text]
    return [_read(cell, kind, part) for part in texts if part] or [""]


def _raw(cell: Cell, row: Mapping[str, str]) -> str:
    if cell.constant is not None:
        return cell.constant
    parts = [row.get(name, "").strip() for name in cell.sources]
    return cell.with_.join(part for part in parts if part)


def _read(cell: Cell, kind: str, text: str) -> str:
    if text in cell.empty:
        return ""
    if cell.pattern is not None:
        found = re.search(cell.pattern, text)
        if found is None:
            raise Fault(f"{_told(cell, text)} does not fit {cell.pattern}")
        text = found.group(1) or ""
    if cell.values:
        if text not in cell.values and cell.otherwise is None:
            raise Fault(f"{_told(cell, text)} is not in its values")
        text = cell.values.get(text, cell.otherwise or "")
    readers = {"DATE": _date, "INTEGER": _number, "DOUBLE": _number, "BOOLEAN": _boolean}
    return readers[kind](cell, text) if text and kind in readers else text


def _date(cell: Cell, text: str) -> str:
    told = text.translate(_FULL_WIDTH)
    for form in cell.date or ("%Y-%m-%d",):
        try:
            return datetime.strptime(told, form).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    raise Fault(f"{_told(cell, text)} is no date of {' or '.join(cell.date or ('%Y-%m-%d',))}")


def _number(cell: Cell, text: str) -> str:
    told = text.translate(_FULL_WIDTH).replace(" ", "").replace("\u00a0", "")
    thousands = "." if cell.decimal == "," else ","
    told = told.replace(thousands, "").replace(cell.decimal, ".")
    is_share = told.endswith("%")
    try:
        number = float(told.removesuffix("%")) / (100 if is_share else 1)
    except ValueError as error:
        raise Fault(f"{_told(cell, text)} is no number") from error
    if cell.scale is not None:
        low, high, least, most = cell.scale
        if not min(low, high) <= number <= max(low, high):
            raise Fault(f"{_told(cell, text)} lies outside {low:g} to {high:g}")
        number = least + (number - low) * (most - least) / (high - low)
    return repr(round(number, 9))


def _boolean(cell: Cell, text: str) -> str:
    word = text.lower()
    if word in _TRUE or word in _FALSE:
        return "true" if word in _TRUE else "false"
    raise Fault(f"{_told(cell, text)} is neither yes nor no")


def _told(cell: Cell, text: str) -> str:
    return f"{' + '.join(cell.sources) or 'the constant'} {text[:60]!r}"
