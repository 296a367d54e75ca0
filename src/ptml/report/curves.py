"""Plots over two axes: lines, dots with intervals, and labels that stand beside what they name."""

from collections.abc import Sequence
from dataclasses import dataclass

from ptml.report.scales import Axis

_LINE_HEIGHT, _LETTER_WIDTH = 17.0, 7.4


@dataclass(frozen=True)
class Size:
    """A drawing's size and its margins, in drawing units."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def end(self) -> int:
        """Where the horizontal axis ends."""
        return self.width - self.right

    @property
    def foot(self) -> int:
        """Where the horizontal axis lies."""
        return self.height - self.bottom

    @property
    def across(self) -> int:
        """Length of the horizontal axis."""
        return self.end - self.left

    @property
    def upright(self) -> int:
        """Length of the vertical axis."""
        return self.foot - self.top


LARGE = Size(520, 380, left=52, right=16, top=30, bottom=48)
SMALL = Size(340, 200, left=46, right=14, top=26, bottom=46)


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
    size: Size = LARGE


@dataclass(frozen=True)
class Frame:
    """The drawing area of a pair of axes: from values to drawing units."""

    x_axis: Axis
    y_axis: Axis
    size: Size = LARGE

    def x(self, value: float) -> float:
        """Place of a value from the left edge."""
        return round(self.size.left + self.x_axis.at(value) / 100 * self.size.across, 1)

    def y(self, value: float) -> float:
        """Place of a value from the top edge."""
        return round(self.size.foot - self.y_axis.at(value) / 100 * self.size.upright, 1)

    def line(self, xs: Sequence[float], ys: Sequence[float], tone: str) -> Line:
        """A line through the points given."""
        points = zip(xs, ys, strict=True)
        return Line(tuple((self.x(x), self.y(y)) for x, y in points), tone)

    def steps(self, edges: Sequence[float], heights: Sequence[float], tone: str) -> Line:
        """The outline of a histogram, from foot to foot; one edge more than heights."""
        xs = [edge for edge in edges for _ in range(2)]
        ys = [0.0, *(height for height in heights for _ in range(2)), 0.0]
        return self.line(xs, ys, tone)

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
    return left >= LARGE.left and right <= LARGE.width and LARGE.top <= label.y <= LARGE.foot


def _hides(label: Label, dot: Dot) -> bool:
    left, right = _sides(label)
    top, bottom = label.y - 14 - dot.radius, label.y + 5 + dot.radius
    highest, lowest = min(dot.y, dot.high or dot.y), max(dot.y, dot.low or dot.y)
    beside = left - dot.radius < dot.x < right + dot.radius
    return beside and highest < bottom and lowest > top


def _beside(one: Label, other: Label) -> bool:
    (left, right), (other_left, other_right) = _sides(one), _sides(other)
    return left < other_right and other_left < right
