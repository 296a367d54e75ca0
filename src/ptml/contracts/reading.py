"""Raw values, text or typed, become the contract's types; what cannot is found, not guessed."""

from collections.abc import Callable

import polars as pl

_ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
_INT32_LIMIT = 2**31
_EXACT_FLOAT_LIMIT = 2.0**53


def raw_text(name: str, raw_type: pl.DataType) -> pl.Expr:
    """Give a value as it stood, as text; empty is missing."""
    raw = pl.col(name)
    if raw_type.is_nested():
        return pl.when(raw.is_not_null()).then(pl.struct(raw).struct.json_encode())
    text = raw.bin.encode("hex") if raw_type == pl.Binary else raw.cast(pl.String)
    return pl.when(text != "").then(text)


def read_values(name: str, raw_type: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    """Give the expression that reads a raw column as the wanted type.

    Parameters
    ----------
    name : str
        The column.
    raw_type, wanted : polars.DataType
        As the source has it, and String, Date, Int32, Float64 or Boolean.

    Returns
    -------
    polars.Expr
        Null where the value is missing or cannot be read.
    """
    raw = pl.col(name)
    if isinstance(raw_type, pl.Categorical | pl.Enum):
        raw, raw_type = raw.cast(pl.String), pl.String()
    return _READERS[type(wanted)](raw, raw_type)


def _as_text(raw: pl.Expr, raw_type: pl.DataType) -> pl.Expr:
    if raw_type == pl.String:
        return pl.when(raw != "").then(raw)
    if raw_type.is_float():
        # pandas makes a column of whole-number keys with gaps one of floats.
        is_exact = _is_whole(raw) & (raw.abs() < _EXACT_FLOAT_LIMIT)
        return pl.when(is_exact).then(raw).cast(pl.Int64).cast(pl.String)
    if raw_type.is_integer() or isinstance(raw_type, pl.Boolean | pl.Date):
        return raw.cast(pl.String)
    return _unreadable(pl.String())


def _as_date(raw: pl.Expr, raw_type: pl.DataType) -> pl.Expr:
    if raw_type == pl.String:
        iso = pl.when(raw.str.contains(_ISO_DATE)).then(raw)
        return iso.str.to_date("%Y-%m-%d", strict=False)
    if raw_type == pl.Date:
        return raw
    if isinstance(raw_type, pl.Datetime):
        day = raw.dt.replace_time_zone(None)
        return pl.when(day == day.dt.truncate("1d")).then(day).cast(pl.Date)
    return _unreadable(pl.Date())


def _as_number(raw: pl.Expr, raw_type: pl.DataType) -> pl.Expr:
    if raw_type == pl.String or raw_type.is_numeric():
        return raw.cast(pl.Float64, strict=False)
    return _unreadable(pl.Float64())


def _as_whole_number(raw: pl.Expr, raw_type: pl.DataType) -> pl.Expr:
    number = _as_number(raw, raw_type)
    is_int32 = _is_whole(number) & (number.abs() < _INT32_LIMIT)
    return pl.when(is_int32).then(number).cast(pl.Int32)


def _as_boolean(raw: pl.Expr, raw_type: pl.DataType) -> pl.Expr:
    if raw_type == pl.Boolean:
        return raw
    if raw_type == pl.String:
        word = raw.str.to_lowercase()
        return pl.when(word.is_in(["true", "false"])).then(word == "true")
    return _unreadable(pl.Boolean())


def _is_whole(number: pl.Expr) -> pl.Expr:
    return number.is_finite() & (number == number.round(0))


def _unreadable(wanted: pl.DataType) -> pl.Expr:
    return pl.lit(None, dtype=wanted)


_READERS: dict[type[pl.DataType], Callable[[pl.Expr, pl.DataType], pl.Expr]] = {
    pl.String: _as_text,
    pl.Date: _as_date,
    pl.Int32: _as_whole_number,
    pl.Float64: _as_number,
    pl.Boolean: _as_boolean,
}
