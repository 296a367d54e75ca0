"""Dot-and-interval rows: one line an item, the dot its estimate, the bar what is still possible."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from ptml.report.scales import Axis, axis_over

Tone = Literal["helps", "harms", "unclear", "refused", "plain", "ours", "peer"]


@dataclass(frozen=True)
class IntervalRow:
    """An estimate with its interval; ``value`` is None where there is none to draw."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str
    tone: Tone = "plain"
    detail: str = ""
    sort: float = 0.0


@dataclass(frozen=True)
class PlacedRow:
    """A row with its marks in percent of the plot's width."""

    row: IntervalRow
    dot: float | None
    start: float | None
    end: float | None


@dataclass(frozen=True)
class IntervalPlot:
    """Rows over one axis, with a reference line where one matters."""

    axis: Axis
    rows: tuple[PlacedRow, ...]
    reference: float | None
    axis_title: str
    kind: str = "intervals"


def interval_plot(
    rows: Iterable[IntervalRow],
    say: Callable[[float], str],
    axis_title: str,
    reference: float | None = 0.0,
    bounds: tuple[float, float] | None = None,
) -> IntervalPlot:
    """Place rows on an axis that covers every dot and interval.

    Parameters
    ----------
    rows : iterable of IntervalRow
        In the order in which they are drawn.
    say : callable
        How a tick of the axis is written.
    axis_title : str
        What the axis measures, with its unit.
    reference : float, optional
        Where the reference line stands; it is kept on the axis.
    bounds : pair of float, optional
        What the axis never reaches past.
    """
    items = tuple(rows)
    values = [figure for row in items for figure in (row.value, row.low, row.high)]
    include = () if reference is None else (reference,)
    axis = axis_over(values, say, include=include, n_ticks=6, bounds=bounds, snug=True)

    def place(value: float | None) -> float | None:
        return None if value is None else axis.at(value)

    placed = tuple(
        PlacedRow(row, place(row.value), place(row.low), place(row.high)) for row in items
    )
    return IntervalPlot(axis, placed, place(reference), axis_title)
