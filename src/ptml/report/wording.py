"""Numbers, dates and names as a reader meets them: no false precision, and unknown is a word."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

UNKNOWN = "unknown"
_MINUS = "\u2212"
_THIN = "\u202f"
# From here on a figure of a model is a number of things.
_COUNTED = 100


def known(value: object) -> bool:
    """Whether a cell of a published table holds a value (None, NaN and NaT do not)."""
    if value is None:
        return False
    missing = pd.isna(value)  # type: ignore[call-overload]
    return not missing if isinstance(missing, bool) else True


def number(value: object) -> float | None:
    """A finite float, or None where the cell is empty, not a number or infinite."""
    if not known(value) or isinstance(value, str):
        return None
    try:
        figure = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return figure if math.isfinite(figure) else None


def points(value: object) -> str:
    """Signed points with one decimal.

    >>> points(1.26), points(-0.04), points(None)
    ('+1.3', '0.0', 'unknown')
    """
    figure = number(value)
    if figure is None:
        return UNKNOWN
    rounded = round(figure, 1)
    if rounded == 0:
        return "0.0"
    return f"{'+' if rounded > 0 else _MINUS}{abs(rounded):,.1f}"


def level(value: object) -> str:
    """An unsigned figure with one decimal: a capability level, an exam mean, a gap."""
    figure = number(value)
    if figure is None:
        return UNKNOWN
    rounded = round(figure, 1) or 0.0
    return f"{rounded:,.1f}".replace("-", _MINUS)


def percent(value: object) -> str:
    """A share as a whole percentage; what is not nothing never reads as 0 %.

    >>> percent(0.354).replace(_THIN, " "), percent(0.001).replace(_THIN, " ")
    ('35 %', 'under 1 %')
    """
    share = number(value)
    if share is None:
        return UNKNOWN
    rounded = round(share * 100)
    if rounded == 0 and share > 0:
        return f"under 1{_THIN}%"
    if rounded == 100 and share < 1:
        return f"over 99{_THIN}%"
    return f"{rounded:,}{_THIN}%".replace("-", _MINUS)


def tenths_percent(value: object) -> str:
    """A share as a percentage with one decimal, where whole ones would read as nothing.

    >>> tenths_percent(0.0821).replace(_THIN, " ")
    '8.2 %'
    """
    share = number(value)
    return UNKNOWN if share is None else f"{100 * share:.1f}{_THIN}%".replace("-", _MINUS)


def count(value: object) -> str:
    """A whole number with thousands separated."""
    figure = number(value)
    return UNKNOWN if figure is None else f"{round(figure):,}".replace("-", _MINUS)


def figure(value: object, low: object = None, high: object = None) -> str:
    """A model's figure with as many decimals as its interval can bear: two, or three if narrow.

    >>> figure(0.255), figure(-0.002), figure(0.0151, 0.01, 0.02)
    ('0.26', '0.00', '0.015')
    """
    shown = number(value)
    if shown is None or abs(shown) >= _COUNTED:
        return count(shown)
    bounds = number(low), number(high)
    width = 1.0 if bounds[0] is None or bounds[1] is None else bounds[1] - bounds[0]
    decimals = 3 if width < 0.02 else 2
    return f"{round(shown, decimals) or 0.0:.{decimals}f}".replace("-", _MINUS)


def span(low: object, high: object, say: Callable[[object], str] = points) -> str:
    """Both ends of an interval, or an empty text where either is unknown."""
    if number(low) is None or number(high) is None:
        return ""
    return f"{_end(low, say)} to {_end(high, say)}"


def tick_points(value: object) -> str:
    """Signed points as they stand on an axis: no decimal where none is needed."""
    figure = number(value) or 0.0
    sign = "+" if figure > 0 else _MINUS if figure < 0 else ""
    return f"{sign}{abs(figure):g}"


def _end(value: object, say: Callable[[object], str]) -> str:
    """An interval's end; on which side of zero it lies must not be lost in rounding."""
    figure = number(value)
    if say is points and figure is not None and 0.005 <= abs(figure) < 0.05:
        return f"{'+' if figure > 0 else _MINUS}{abs(figure):.2f}"
    return say(value)


def date(value: object) -> str:
    """A calendar day in words, without a leading zero.

    >>> date("2026-10-01")
    '1 October 2026'
    """
    if not known(value):
        return UNKNOWN
    try:
        day = pd.Timestamp(value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return str(value)
    return f"{day.day} {day.month_name()} {day.year}"


def moment(value: object) -> str:
    """A time stamp to the minute."""
    if not known(value):
        return UNKNOWN
    try:
        stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return str(value)
    return f"{date(stamp)}, {stamp:%H:%M}"


def plural(n: int, one: str, many: str | None = None) -> str:
    """A counted noun.

    >>> plural(1, "course"), plural(1200, "course")
    ('1 course', '1,200 courses')
    """
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """Words joined as in a sentence: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def in_words(name: str) -> str:
    """A machine's name as a reader would write it: `mean_lift/all` becomes `mean lift, all`."""
    return name.replace("/", ", ").replace("_", " ").strip()


def as_sentence(text: str) -> str:
    """Text that begins with a capital and ends with a full stop.

    >>> as_sentence("table kpis is missing")
    'Table kpis is missing.'
    """
    begun = text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?")) or not begun else f"{begun}."


def shortened(value: object, limit: int = 60) -> str:
    """A cell's text, cut where it would fill the page."""
    text = str(value) if known(value) else "(empty)"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def parsed(cell: object) -> Any:
    """The content of a JSON cell; None where it is empty or not JSON."""
    if isinstance(cell, list | dict):
        return cell
    if not isinstance(cell, str):
        return None
    try:
        return json.loads(cell)
    except ValueError:
        return None


def parsed_list(cell: object) -> list[Any]:
    """The items of a JSON list cell, each kept as it is; anything else gives an empty list."""
    content = parsed(cell)
    return content if isinstance(content, list) else []


def parsed_mapping(cell: object) -> Mapping[str, Any]:
    """The entries of a JSON object cell; anything else gives an empty mapping."""
    content = parsed(cell)
    return content if isinstance(content, dict) else {}
