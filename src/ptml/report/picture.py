"""One figure of the page as a PNG: the same drawing, by matplotlib instead of a browser."""

import textwrap
from pathlib import Path
from typing import Any

from ptml.report.bars import BarPlot
from ptml.report.curves import XYPlot
from ptml.report.figures import Figure
from ptml.report.intervals import IntervalPlot, PlacedRow
from ptml.report.scales import Axis

_INK, _SOFT, _LINE, _OURS, _HARM = "#1d2327", "#5d6369", "#e3e0d9", "#0b6477", "#b8390e"
_TONES = {"harms": _HARM, "unclear": "#8d8a83", "peer": "#a7a296", "reference": "#8d8a83"}
_UNITS_AN_INCH = 100.0
_WIDTH, _NAMES, _ROW, _TITLE_LETTERS, _NOTE_LETTERS = 820.0, 330.0, 26.0, 78, 104
_ANCHORS = {"start": "left", "middle": "center", "end": "right"}


def write_picture(item: Figure, path: Path) -> Path:
    """Draw a figure with its title and note.

    Returns
    -------
    Path
        The file that was written.
    """
    # Here and not above: whoever only renders pages need not wait for matplotlib.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Sheet

    title = textwrap.wrap(item.title[:1].upper() + item.title[1:], _TITLE_LETTERS)
    note = textwrap.wrap(item.note, _NOTE_LETTERS)
    width, height = _size(item.plot)
    head, foot = 14.0 + 19.0 * len(title), 14.0 + 15.0 * len(note)
    whole = head + height + foot
    sheet = Sheet(figsize=(_WIDTH / _UNITS_AN_INCH, whole / _UNITS_AN_INCH), facecolor="white")
    canvas = FigureCanvasAgg(sheet)
    words: dict[str, Any] = {"transform": sheet.transFigure, "va": "top", "linespacing": 1.3}
    sheet.text(0.02, 1 - 8 / whole, "\n".join(title), fontsize=11, color=_INK, **words)
    sheet.text(0.02, foot / whole, "\n".join(note), fontsize=8.5, color=_SOFT, **words)
    share = min(width / _WIDTH, 1.0)
    axes = sheet.add_axes((0.0, foot / whole, share, height / whole))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    _draw(axes, item.plot)
    # matplotlib would write its version and thereby other bytes after an update.
    canvas.print_figure(path, dpi=_UNITS_AN_INCH, metadata={"Software": None})
    return path


def _size(plot: XYPlot | IntervalPlot | BarPlot) -> tuple[float, float]:
    if isinstance(plot, XYPlot):
        return float(plot.size.width), float(plot.size.height)
    rows = plot.rows if isinstance(plot, IntervalPlot) else plot.bars
    return _WIDTH, _ROW * (len(rows) + 2)


def _draw(axes: Any, plot: XYPlot | IntervalPlot | BarPlot) -> None:
    if isinstance(plot, XYPlot):
        _draw_curve(axes, plot)
    elif isinstance(plot, IntervalPlot):
        _draw_intervals(axes, plot)
    else:
        _draw_bars(axes, plot)


def _draw_curve(axes: Any, plot: XYPlot) -> None:
    size = plot.size
    small = {"fontsize": 8, "color": _SOFT}
    for tick in plot.x_axis.ticks:
        x = size.left + tick.at * size.across / 100
        axes.plot([x, x], [size.top, size.foot], color=_LINE, lw=0.8)
        axes.text(x, size.foot + 6, tick.label, ha="center", va="top", **small)
    for tick in plot.y_axis.ticks:
        y = size.foot - tick.at * size.upright / 100
        axes.plot([size.left, size.end], [y, y], color=_LINE, lw=0.8)
        axes.text(size.left - 6, y, tick.label, ha="right", va="center", **small)
    axes.text(size.end, size.height - 4, f"{plot.x_title} \u2192", ha="right", va="bottom", **small)
    axes.text(4, 4, f"\u2191 {plot.y_title}", ha="left", va="top", **small)
    if plot.area:
        corners = [tuple(map(float, pair.split(","))) for pair in plot.area.split()]
        axes.fill(*zip(*corners, strict=True), color=_OURS, alpha=0.09, lw=0)
    for line in plot.lines:
        style = "--" if line.tone == "reference" else "-"
        thick = 2.4 if line.tone == "ours" else 1.4
        axes.plot(*zip(*line.points, strict=True), style, color=_tone(line.tone), lw=thick)
    for dot in plot.dots:
        if dot.low is not None and dot.high is not None:
            axes.plot([dot.x] * 2, [dot.low, dot.high], color=_tone(dot.tone), lw=2, alpha=0.55)
        axes.plot([dot.x], [dot.y], "o", color=_tone(dot.tone), ms=dot.radius * 1.3)
    for label in plot.labels:
        color = _SOFT if label.tone == "soft" else _tone(label.tone)
        side = _ANCHORS[label.anchor]
        axes.text(label.x, label.y, label.text, ha=side, fontsize=9, color=color)


def _draw_intervals(axes: Any, plot: IntervalPlot) -> None:
    foot = _ROW * (len(plot.rows) + 0.2)
    if plot.band is not None:
        left, right = (_across(end) for end in plot.band)
        axes.fill([left, right, right, left], [0, 0, foot, foot], color=_OURS, alpha=0.1, lw=0)
    _draw_ticks(axes, plot.axis, foot)
    if plot.reference is not None:
        axes.plot([_across(plot.reference)] * 2, [0, foot], color=_SOFT, lw=1.2)
    title = {"ha": "right", "va": "bottom", "fontsize": 8, "color": _SOFT}
    axes.text(_across(100), foot + 1.7 * _ROW, plot.axis_title, **title)
    for n, placed in enumerate(plot.rows):
        _draw_row(axes, placed, _ROW * (n + 0.6))


def _draw_row(axes: Any, placed: PlacedRow, y: float) -> None:
    row, color = placed.row, _tone(placed.row.tone)
    name = textwrap.shorten(f"{row.label} {row.detail}".strip(), 52, placeholder="...")
    bold = "bold" if row.tone == "ours" and row.label else "normal"
    axes.text(16, y, name, ha="left", va="center", fontsize=9, color=_INK, weight=bold)
    axes.text(_WIDTH - 16, y, row.text, ha="right", va="center", fontsize=9, color=_INK)
    ends = [(placed.start, placed.end, 1.5 if placed.inner else 3.0)]
    ends += [(*placed.inner, 3.0)] if placed.inner else []
    for start, end, thick in ends:
        if start is not None and end is not None:
            axes.plot([_across(start), _across(end)], [y, y], color=color, lw=thick, alpha=0.55)
    for other in placed.others:
        axes.plot([_across(other)], [y], "o", mfc="none", mec=_TONES["unclear"], ms=5)
    if placed.dot is not None:
        axes.plot([_across(placed.dot)], [y], "o", color=color, ms=7)


def _draw_ticks(axes: Any, axis: Axis, foot: float) -> None:
    for tick in axis.ticks:
        x = _across(tick.at)
        axes.plot([x, x], [0, foot], color=_LINE, lw=0.8)
        axes.text(x, foot + 4, tick.label, ha="center", va="top", fontsize=8, color=_SOFT)


def _draw_bars(axes: Any, plot: BarPlot) -> None:
    foot = _ROW * (len(plot.bars) + 0.2)
    for n, bar in enumerate(plot.bars):
        y = _ROW * (n + 0.6)
        name = textwrap.shorten(f"{bar.label} {bar.detail}".strip(), 52, placeholder="...")
        axes.text(16, y, name, ha="left", va="center", fontsize=9, color=_INK)
        right = _across(bar.length)
        axes.plot([_across(0), right], [y, y], color=_OURS, lw=8, solid_capstyle="butt")
        axes.text(_WIDTH - 16, y, bar.text, ha="right", va="center", fontsize=9, color=_INK)
    if plot.reference is not None:
        axes.plot([_across(plot.reference)] * 2, [0, foot], "--", color=_INK, lw=1.2)


def _across(percent: float) -> float:
    """Place of a percentage between the names on the left and the numbers on the right."""
    return _NAMES + percent / 100 * (_WIDTH - _NAMES - 90)


def _tone(tone: str) -> str:
    return _TONES.get(tone, _OURS)
