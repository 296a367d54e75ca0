"""A line over days: where its points, its scale and the marks of days lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 400.0, 200.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 36.0, 12.0, 26.0, 26.0
_STEPS = (5, 10, 20, 50, 100)
_MOST_TICKS = 5


@dataclass(frozen=True)
class Point:
    """A value on a day, and where it lies."""

    day: date
    value: float
    x: float
    y: float


@dataclass(frozen=True)
class Mark:
    """A height or a day of the scale, and where it lies."""

    value: float
    at: float


@dataclass(frozen=True)
class Line:
    """A drawing `WIDTH` by `HEIGHT`.

    Attributes
    ----------
    points : tuple of Point
    ticks : tuple of Mark
        Heights that are named.
    marked : tuple of float
        Where days lie that are to be marked, across.
    path : str
        Of the ``points`` attribute of a polyline.
    """

    points: tuple[Point, ...]
    ticks: tuple[Mark, ...]
    marked: tuple[float, ...]
    path: str


def line(values: Sequence[tuple[date, float]], marked: Sequence[date] = ()) -> Line | None:
    """Lay out a line through values on days, the scale just around them and 100.

    Parameters
    ----------
    values : sequence of (date, float)
        By day.
    marked : sequence of date
        Days to mark; those outside of the line's days widen it.

    Returns
    -------
    Line or None
        None for fewer than two values: they make no line.
    """
    if len(values) < 2:
        return None
    days = [day for day, _ in values] + list(marked)
    first, last = min(days), max(days)
    ticks = _ticks([value for _, value in values] + [100.0])
    low, high = ticks[0], ticks[-1]

    def across(day: date) -> float:
        part = (day - first).days / max((last - first).days, 1)
        return round(_LEFT + part * (WIDTH - _LEFT - _RIGHT), 1)

    def down(value: float) -> float:
        part = (high - value) / (high - low)
        return round(_TOP + part * (HEIGHT - _TOP - _BOTTOM), 1)

    points = tuple(Point(day, value, across(day), down(value)) for day, value in values)
    return Line(
        points,
        tuple(Mark(tick, down(tick)) for tick in ticks),
        tuple(across(day) for day in marked),
        " ".join(f"{p.x},{p.y}" for p in points),
    )


def _ticks(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    for step in _STEPS:
        first, last = int(low // step) * step, -int(-high // step) * step
        last = max(last, first + step)
        if (last - first) // step < _MOST_TICKS:
            break
    return [float(tick) for tick in range(first, last + 1, step)]
