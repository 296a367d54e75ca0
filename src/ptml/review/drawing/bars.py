"""Bars to both sides of an axis: what raises an estimate, and what lowers it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 400.0
_ROW, _MARGIN = 48.0, 2.0
# Seen at all: a bar of no width looks like a mistake.
_THINNEST = 1.0


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes
    ----------
    label : str
    share : float
        Share of the total of absolute values, 0-1.
    raises : bool
        Lies to the right of the axis.
    x, y, width : float
        Left edge, upper edge of its row, and width in the units of the drawing.
    """

    label: str
    share: float
    raises: bool
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Bars:
    """A drawing `WIDTH` wide.

    Attributes
    ----------
    rows : tuple of Bar
    axis, height : float
    """

    rows: tuple[Bar, ...]
    axis: float
    height: float


def bars(values: Sequence[tuple[str, float]], total: float) -> Bars:
    """Lay out bars for labelled values; those above 0 go to the right of the axis.

    Parameters
    ----------
    total : float
        Of the absolute values, those without a bar too.

    Examples
    --------
    >>> drawn = bars([("motivation", 3.0), ("exam", -1.0)], 4.0)
    >>> [(bar.share, bar.raises) for bar in drawn.rows]
    [(0.75, True), (0.25, False)]
    """
    shares = [abs(value) / total if total else 0.0 for _, value in values]
    right = max((s for s, (_, v) in zip(shares, values, strict=True) if v >= 0), default=0.0)
    left = max((s for s, (_, v) in zip(shares, values, strict=True) if v < 0), default=0.0)
    scale = (WIDTH - 2 * _MARGIN) / (left + right) if left + right else 0.0
    axis = _MARGIN + left * scale
    rows = []
    for i, ((label, value), share) in enumerate(zip(values, shares, strict=True)):
        width = max(share * scale, _THINNEST)
        x = axis if value >= 0 else axis - width
        rows.append(Bar(label, share, value >= 0, round(x, 1), i * _ROW, round(width, 1)))
    return Bars(tuple(rows), round(axis, 1), len(rows) * _ROW)
