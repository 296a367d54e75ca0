"""The rules that several tables share, and how a broken one is said to a person."""

from collections.abc import Callable
from typing import Any

import dataframely as dy
import polars as pl
from dataframely.columns import Column

Check = dict[str, Callable[[pl.Expr], pl.Expr]]

# A row rule is named after its fault, `completed_on_before_started_on`: first the column that is
# at fault, then one of these, then the column that it is held against.
_FAULTS = ("_before_", "_not_after_", "_below_")

_NOT_READABLE = {
    pl.Date: "is not a date (YYYY-MM-DD)",
    pl.Int32: "is not a whole number",
    pl.Float64: "is not a number",
    pl.Boolean: "is not true or false",
    pl.String: "is not text",
}


def one_of(*allowed: str) -> Check:
    """Make the check that a text column holds one of a few words."""
    return {f"is not one of {', '.join(allowed)}": lambda column: column.is_in(list(allowed))}


def above_zero() -> Check:
    """Make the check that a number is above 0, as a divisor has to be."""
    return {"is not above 0": lambda column: column > 0}


def not_before(later: str, earlier: str) -> Any:
    """Make the row rule ``later >= earlier``; it holds where either is missing."""
    return dy.rule()(lambda _: pl.col(later) >= pl.col(earlier))


def after(later: str, earlier: str) -> Any:
    """Make the row rule ``later > earlier``; it holds where either is missing."""
    return dy.rule()(lambda _: pl.col(later) > pl.col(earlier))


def unreadable_sentence(name: str, column: Column) -> str:
    """Say that a value cannot be read as its column's type."""
    return f"{name} {_NOT_READABLE[type(column.dtype)]}"


def rule_sentence(rule: str, schema: type[dy.Schema]) -> tuple[str, str]:
    """Turn a rule's name into the column at fault and a sentence.

    Parameters
    ----------
    rule : str
        As dataframely names it: ``column|rule`` or the name of a row rule.
    schema : type of dataframely.Schema
        Where the rule stands.

    Returns
    -------
    column, sentence : str
        ``("completed_on", "completed_on before started_on")``.
    """
    if "|" in rule:
        name, fault = rule.split("|", 1)
        return name, f"{name} {_column_fault(fault, schema.columns()[name])}"
    for words in _FAULTS:
        name, found, against = rule.partition(words)
        if found:
            return name, f"{name}{words.replace('_', ' ')}{against}"
    raise ValueError(f"row rule {rule} is not named COLUMN{_FAULTS[0]}COLUMN or the like")


def _column_fault(fault: str, column: Column) -> str:
    if fault == "nullability":
        return "is missing"
    if fault in ("nan", "inf"):
        return "is not a finite number"
    if fault == "min":
        return f"is below {column.min:g}"  # type: ignore[attr-defined]
    if fault == "max":
        return f"is above {column.max:g}"  # type: ignore[attr-defined]
    return fault.removeprefix("check__")
