"""From values to places in a plot: a range that covers them, round ticks, percent of the width."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ptml.report.wording import number

_MARGIN = 0.02


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis, in percent of its length."""

    at: float
    label: str


@dataclass(frozen=True)
class Axis:
    """A linear axis from ``low`` to ``high`` with round ticks."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def at(self, value: float) -> float:
        """Place of a value in percent of the length; what lies outside is put on the edge."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)


def axis_over(
    values: Iterable[object],
    say: Callable[[float], str],
    include: Iterable[float] = (),
    n_ticks: int = 5,
    bounds: tuple[float, float] | None = None,
    snug: bool = False,
) -> Axis:
    """An axis that covers all finite values.

    Parameters
    ----------
    values : iterable
        What will be drawn; unknown ones are left out.
    say : callable
        How a tick is written.
    include : iterable of float
        Values that must be on the axis even if nothing lies there (a reference line).
    n_ticks : int
        About how many intervals between ticks.
    bounds : pair of float, optional
        The axis never reaches past these.
    snug : bool
        End just past the outermost values, and not at the next round tick.
    """
    known = [figure for figure in map(number, values) if figure is not None] + list(include)
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    step = round_step((high - low) / n_ticks)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    start, end = first * step, last * step
    if snug:
        margin = (high - low) * _MARGIN
        start, end = max(start, low - margin), min(end, high + margin)
    places = (i * step for i in range(first, last + 1))
    ticks = tuple(
        Tick(round(100 * (place - start) / (end - start), 2), say(round(place, 10)))
        for place in places
        if start - 1e-9 <= place <= end + 1e-9
    )
    return Axis(start, end, ticks)


def round_step(raw: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not under ``raw``.

    >>> round_step(0.3), round_step(1.1), round_step(7)
    (0.5, 2.0, 10.0)
    """
    power: float = 10.0 ** math.floor(math.log10(raw))
    for factor in (1.0, 2.0, 5.0):
        if raw <= factor * power * (1 + 1e-9):
            return factor * power
    return 10.0 * power
