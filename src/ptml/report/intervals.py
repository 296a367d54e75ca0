"""Dot-and-interval rows: one line an item, the dot its estimate, the bar what is still possible."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from ptml.report.scales import Axis, axis_over

Tone = Literal["helps", "harms", "unclear", "refused", "plain", "ours", "peer"]


@dataclass(frozen=True)
class IntervalRow:
    """An estimate with its interval; ``value`` is None where there is none to draw.

    ``others`` are drawn as faint circles behind the dot, ``inner`` as the thick part of the bar.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str
    tone: Tone = "plain"
    detail: str = ""
    sort: float = 0.0
    others: tuple[float, ...] = ()
    inner: tuple[float, float] | None = None


@dataclass(frozen=True)
class PlacedRow:
    """A row with its marks in percent of the plot's width."""

    row: IntervalRow
    dot: float | None
    start: float | None
    end: float | None
    others: tuple[float, ...] = ()
    inner: tuple[float, float] | None = None


@dataclass(frozen=True)
class IntervalPlot:
    """Rows over one axis, with a reference line or a shaded band where one matters."""

    axis: Axis
    rows: tuple[PlacedRow, ...]
    reference: float | None
    axis_title: str
    kind: str = "intervals"
    band: tuple[float, float] | None = None


def interval_plot(
    rows: Iterable[IntervalRow],
    say: Callable[[float], str],
    axis_title: str,
    reference: float | None = 0.0,
    bounds: tuple[float, float] | None = None,
    band: tuple[float, float] | None = None,
    n_ticks: int = 6,
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
    band : pair of float, optional
        What is shaded from end to end; it is kept on the axis.
    n_ticks : int
        About how many intervals between ticks.
    """
    items = tuple(rows)
    values = [v for row in items for v in (row.value, row.low, row.high, *row.others)]
    include = (*(() if reference is None else (reference,)), *(band or ()))
    axis = axis_over(values, say, include=include, n_ticks=n_ticks, bounds=bounds, snug=True)

    def place(value: float | None) -> float | None:
        return None if value is None else axis.at(value)

    placed = tuple(
        PlacedRow(
            row,
            place(row.value),
            place(row.low),
            place(row.high),
            tuple(axis.at(other) for other in row.others),
            _both(axis, row.inner),
        )
        for row in items
    )
    return IntervalPlot(axis, placed, place(reference), axis_title, band=_both(axis, band))


def _both(axis: Axis, ends: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if ends is None else (axis.at(ends[0]), axis.at(ends[1]))
