"""Bars: horizontal ones with their name and number, and columns of a distribution."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One bar, its length in percent of the longest; ``part`` is the marked part of it."""

    label: str
    length: float
    text: str
    tone: str = "plain"
    detail: str = ""
    part: float = 0.0


@dataclass(frozen=True)
class BarPlot:
    """Bars drawn from one base line: ``bars`` lie, ``columns`` stand.

    ``reference`` is a line across all of them, in percent of the plot's width.
    """

    bars: tuple[Bar, ...]
    kind: str = "bars"
    axis_title: str = ""
    reference: float | None = None


def lying(
    labels: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    tones: Sequence[str] | None = None,
    details: Sequence[str] | None = None,
    reference: float | None = None,
) -> BarPlot:
    """Horizontal bars; the longest, or the reference where it is longer, as wide as the plot."""
    top = max([*values, reference or 0.0, 1e-12])
    n = len(labels)
    rows = zip(labels, values, texts, tones or [""] * n, details or [""] * n, strict=True)
    return BarPlot(
        tuple(
            Bar(label, _share(value, top), text, tone, detail)
            for label, value, text, tone, detail in rows
        ),
        reference=None if reference is None else _share(reference, top),
    )


def standing(
    labels: Sequence[str],
    values: Sequence[float],
    parts: Sequence[float],
    texts: Sequence[str],
    axis_title: str,
) -> BarPlot:
    """Columns of a distribution, each with a marked part of it at the foot."""
    top = max([*values, 1e-12])
    rows = zip(labels, values, parts, texts, strict=True)
    bars = (
        Bar(label, _share(value, top), text, part=_share(part, top))
        for label, value, part, text in rows
    )
    return BarPlot(tuple(bars), kind="columns", axis_title=axis_title)


def _share(value: float, top: float) -> float:
    return round(100 * value / top, 2)
