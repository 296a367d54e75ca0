"""Plots over two axes: lines, dots with intervals, and labels that stand beside what they name."""

from collections.abc import Sequence
from dataclasses import dataclass

from ptml.report.scales import Axis

WIDTH, HEIGHT = 520, 380
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 30, 48
_LINE_HEIGHT, _LETTER_WIDTH = 17.0, 7.4


@dataclass(frozen=True)
class Line:
    """A line through points in drawing units, with its name written at its end."""

    points: tuple[tuple[float, float], ...]
    tone: str

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass(frozen=True)
class Dot:
    """A dot in drawing units; ``low`` and ``high`` are the ends of its interval, if it has one."""

    x: float
    y: float
    tone: str
    radius: float = 5.0
    low: float | None = None
    high: float | None = None
    hint: str = ""


@dataclass(frozen=True)
class Label:
    """Words at a place in drawing units."""

    x: float
    y: float
    text: str
    tone: str = "soft"
    anchor: str = "start"


@dataclass(frozen=True)
class XYPlot:
    """Everything drawn over a pair of axes, already in drawing units."""

    x_axis: Axis
    y_axis: Axis
    x_title: str
    y_title: str
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()
    area: str = ""
    kind: str = "curve"


@dataclass(frozen=True)
class Frame:
    """The drawing area of a pair of axes: from values to drawing units."""

    x_axis: Axis
    y_axis: Axis

    def x(self, value: float) -> float:
        """Place of a value from the left edge."""
        return round(LEFT + self.x_axis.at(value) / 100 * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """Place of a value from the top edge."""
        return round(HEIGHT - BOTTOM - self.y_axis.at(value) / 100 * (HEIGHT - TOP - BOTTOM), 1)

    def line(self, xs: Sequence[float], ys: Sequence[float], tone: str) -> Line:
        """A line through the points given."""
        points = zip(xs, ys, strict=True)
        return Line(tuple((self.x(x), self.y(y)) for x, y in points), tone)

    def diagonal(self, tone: str = "reference") -> Line:
        """The line on which both axes have the same value, within the area."""
        low = max(self.x_axis.low, self.y_axis.low)
        high = min(self.x_axis.high, self.y_axis.high)
        return self.line([low, high], [low, high], tone)


def area_between(upper: Line, lower: Line) -> str:
    """The points around the area between two lines, as SVG writes them."""
    around = upper.points + lower.points[::-1]
    return " ".join(f"{x:g},{y:g}" for x, y in around)


def spread(labels: Sequence[Label]) -> tuple[Label, ...]:
    """Move labels apart, top to bottom, so that none is written over another."""
    placed: list[Label] = []
    for label in sorted(labels, key=lambda item: (item.y, item.x, item.text)):
        y = max([label.y, *(p.y + _LINE_HEIGHT for p in placed if _beside(p, label))])
        placed.append(Label(label.x, round(y, 1), label.text, label.tone, label.anchor))
    return tuple(placed)


def uncovered(
    choices: Sequence[Sequence[Label]], dots: Sequence[Dot], kept: Sequence[Label] = ()
) -> tuple[Label, ...]:
    """Of each sequence of choices the first label that is inside and hides nothing; or none."""
    placed = list(kept)
    for options in choices:
        free = (
            label
            for label in options
            if _is_inside(label)
            and not any(_hides(label, dot) for dot in dots)
            and not any(_beside(p, label) and abs(p.y - label.y) < _LINE_HEIGHT for p in placed)
        )
        placed += [label for label, _ in zip(free, range(1), strict=False)]
    return tuple(placed)


def _sides(label: Label) -> tuple[float, float]:
    width = _LETTER_WIDTH * len(label.text)
    return (label.x - width, label.x) if label.anchor == "end" else (label.x, label.x + width)


def _is_inside(label: Label) -> bool:
    left, right = _sides(label)
    return left >= LEFT and right <= WIDTH and TOP <= label.y <= HEIGHT - BOTTOM


def _hides(label: Label, dot: Dot) -> bool:
    left, right = _sides(label)
    top, bottom = label.y - 14 - dot.radius, label.y + 5 + dot.radius
    highest, lowest = min(dot.y, dot.high or dot.y), max(dot.y, dot.low or dot.y)
    beside = left - dot.radius < dot.x < right + dot.radius
    return beside and highest < bottom and lowest > top


def _beside(one: Label, other: Label) -> bool:
    (left, right), (other_left, other_right) = _sides(one), _sides(other)
    return left < other_right and other_left < right
