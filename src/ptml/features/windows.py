"""The kernel: as-of windows over sorted events, exact whatever the order or the neighbours.

Events are keyed by owner and day as one sorted int64 number; a window of an owner is two
binary searches and a sum two look-ups in prefix sums. Values are summed as whole numbers of
2**-10 or 2**-20: integer sums are exact, so a window's sum does not depend on what lies before it
in the array, and adding later rows or other employees leaves it the same to the last bit. (Prefix
sums may wrap around; differences of them do not mind.)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Self, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.features.arrays import Days, Doubles, Floats, Integers, Positions
from ptml.features.days import NEVER

# The day takes the lowest bits, which holds every date of the calendar; 2**40 owners fit above it.
_DAY_BITS = 23
_DAY_OFFSET = 2 ** (_DAY_BITS - 1)
_UNIT = 2.0**-20
_COARSE = 2.0**-10

_Scalar = TypeVar("_Scalar", bound=np.generic)

# No single value is larger: longer than a career in minutes, and sums of millions still fit.
LARGEST_VALUE = 1e7
FOREVER_AGO = np.int32(-(2**31))


def keys(owner: Integers, day: Integers) -> Positions:
    """One sortable number of an owner and a day, (n,) int64."""
    bounded = np.clip(day.astype(np.int64), 1 - _DAY_OFFSET, _DAY_OFFSET - 1)
    return (owner.astype(np.int64) << _DAY_BITS) + (bounded + _DAY_OFFSET)


def whole(values: NDArray[np.floating], unit: float = _UNIT) -> Positions:
    """Values as whole numbers of `unit`, 0 for NaN, (n,) int64."""
    scaled = np.clip(values.astype(np.float64), -LARGEST_VALUE, LARGEST_VALUE) / unit
    scaled[np.isnan(scaled)] = 0
    return np.floor(scaled + 0.5).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Window:
    """Positions of the events of each query: from `first` to before `end`, (n,) int64 each."""

    first: Positions
    end: Positions

    @property
    def count(self) -> Positions:
        """Number of events, (n,) int64."""
        return self.end - self.first


@dataclass(frozen=True, eq=False)
class KeyedEvents:
    """Events sorted by owner and day; what `EventLog` and `SumLog` have in common.

    Attributes
    ----------
    key : (n,) int64
        Sorted.
    """

    key: Positions

    def __len__(self) -> int:
        return len(self.key)

    @cached_property
    def day(self) -> Days:
        """The day of each event, (n,) int32."""
        return ((self.key & (2**_DAY_BITS - 1)) - _DAY_OFFSET).astype(np.int32)

    @cached_property
    def owner(self) -> Positions:
        """The owner of each event, (n,) int64."""
        return self.key >> _DAY_BITS

    def window(self, owner: Integers, from_day: Days | np.int32, to_day: Days) -> Window:
        """Find the events with ``from_day <= day < to_day``; none for an owner of -1."""
        first, end = np.empty((2, len(owner)), dtype=np.int64)
        _find(
            *(np.require(values, np.int64, ("C", "W")) for values in (self.key, owner)),
            *(np.require(days, np.int32, ("C", "W")).reshape(-1) for days in (from_day, to_day)),
            first,
            end,
        )
        return Window(first, end)

    def before(self, owner: Integers, day: Days) -> Window:
        """Find all events before the day."""
        return self.window(owner, FOREVER_AGO, day)


@dataclass(frozen=True, eq=False)
class SumLog(KeyedEvents):
    """Whole numbers added up by owner and day: what many people's events come to.

    Attributes
    ----------
    sums : mapping of str to (n + 1,) int64
        Prefix sums.
    """

    sums: Mapping[str, Positions]

    @classmethod
    def of(cls, owner: Integers, day: Days, values: Mapping[str, Integers]) -> Self:
        """Sort and add up; several rows of one owner and day are no matter."""
        key = keys(owner, day)
        order = np.argsort(key, kind="stable")
        sums = {}
        for name, column in values.items():
            sums[name] = np.zeros(len(key) + 1, dtype=np.int64)
            np.cumsum(column[order].astype(np.int64), out=sums[name][1:])
        return cls(key[order], sums)

    def total(self, name: str, window: Window) -> Positions:
        """Sum over each window, (n,) int64."""
        return self.sums[name][window.end] - self.sums[name][window.first]


@dataclass(frozen=True, eq=False)
class EventLog(KeyedEvents):
    """Events of owners (employees, units, pairs of codes) by the day on which they were known.

    Attributes
    ----------
    source : (n,) int64
        Position of each event in the arrays that the log was made from.
    values : mapping of str to (n,) float32
        In the order of `key`; NaN = unknown.
    """

    source: Positions
    values: Mapping[str, Floats]
    _sums: dict[str, Positions] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        owner: Integers,
        day: Days,
        values: Mapping[str, NDArray[np.floating]] = MappingProxyType({}),
    ) -> Self:
        """Sort events; those with an unknown owner (-1) or no day (`NEVER`) are left out.

        Parameters
        ----------
        owner, day : (n,) int32
        values : mapping of str to (n,) floats

        Notes
        -----
        Events of one owner and day keep the order in which they come.
        """
        source = np.flatnonzero((day != NEVER) & (owner >= 0))
        key = keys(owner[source], day[source])
        order = np.argsort(key, kind="stable")
        source = source[order]
        columns = {name: column[source].astype(np.float32) for name, column in values.items()}
        return cls(key[order], source, columns)

    def count(self, owner: Integers, from_day: Days | np.int32, to_day: Days) -> Floats:
        """Number of events in the window, (n,) float32."""
        return self.window(owner, from_day, to_day).count.astype(np.float32)

    def known(self, name: str, window: Window) -> Positions:
        """Number of events with a known value, (n,) int64."""
        return self._differences(f"known {name}", window)

    def total(self, name: str, window: Window) -> Doubles:
        """Sum of the known values, (n,) float64; 0 where there are none."""
        return self._differences(name, window).astype(np.float64) * _UNIT

    def mean_of(self, name: str, window: Window) -> Floats:
        """Mean of the known values, (n,) float32; NaN where there are none."""
        n = self.known(name, window)
        mean = self.total(name, window) / np.maximum(n, 1)
        return np.where(n > 0, mean, np.nan).astype(np.float32)

    def spread_of(self, name: str, window: Window) -> Floats:
        """Sample standard deviation, (n,) float32; NaN with fewer than two known values."""
        n = self.known(name, window)
        total = self._differences(f"coarse {name}", window)
        squares = self._differences(f"square {name}", window)
        variance = (n * squares - total * total) / np.maximum(n * (n - 1), 1)
        return np.where(n > 1, np.sqrt(variance) * _COARSE, np.nan).astype(np.float32)

    def slope_of(self, name: str, window: Window) -> Floats:
        """Least-squares slope a day, (n,) float32; NaN with fewer than two different days."""
        n = self.known(name, window)
        total = self._differences(f"coarse {name}", window)
        days = self._differences(f"days {name}", window)
        squares = self._differences(f"square days {name}", window)
        product = self._differences(f"days times {name}", window)
        spread = n * squares - days * days
        slope = (n * product - days * total) / np.maximum(spread, 1) * _COARSE
        return np.where(spread > 0, slope, np.nan).astype(np.float32)

    def at(self, name: str, window: Window, back: int | Positions = 1) -> Floats:
        """Value of the event `back` from the window's end, (n,) float32; NaN where none is.

        The count of a window, if it is at least 1, is the way back to its first event.
        """
        return np.where(
            window.count >= back, _gather(self.values[name], window.end - back), np.nan
        ).astype(np.float32)

    def day_at(self, window: Window, back: int = 1) -> Days:
        """Day of the event `back` from the window's end, (n,) int32; `NEVER` where none is."""
        found = _gather(self.day, window.end - back)
        return np.where(window.count >= back, found, NEVER).astype(np.int32)

    def source_at(self, window: Window, back: int = 1) -> Positions:
        """Source position of the event `back` from the window's end; -1 where there is none."""
        found = _gather(self.source, window.end - back)
        return np.where(window.count >= back, found, -1)

    def sum(self, name: str, owner: Integers, from_day: Days | np.int32, to_day: Days) -> Doubles:
        """Sum of the known values in ``from_day <= day < to_day``, (n,) float64."""
        return self.total(name, self.window(owner, from_day, to_day))

    def mean(self, name: str, owner: Integers, from_day: Days | np.int32, to_day: Days) -> Floats:
        """Mean of the known values in ``from_day <= day < to_day``, (n,) float32."""
        return self.mean_of(name, self.window(owner, from_day, to_day))

    def last(self, name: str, owner: Integers, from_day: Days | np.int32, to_day: Days) -> Floats:
        """Value of the last event in ``from_day <= day < to_day``, (n,) float32."""
        return self.at(name, self.window(owner, from_day, to_day))

    def _differences(self, name: str, window: Window) -> Positions:
        sums = self._sums.get(name)
        if sums is None:
            sums = np.zeros(len(self) + 1, dtype=np.int64)
            np.cumsum(self._whole_column(name), out=sums[1:])
            self._sums[name] = sums
        return sums[window.end] - sums[window.first]

    def _whole_column(self, name: str) -> Positions:
        if name in self.values:
            return whole(self.values[name])
        *kind, of = name.split(" ")
        values = self.values[of]
        known = np.isfinite(values).astype(np.int64)
        coarse = whole(values, _COARSE)
        days = self.day.astype(np.int64) * known
        match " ".join(kind):
            case "known":
                return known
            case "coarse":
                return coarse
            case "square":
                return coarse * coarse
            case "days":
                return days
            case "square days":
                return days * days
            case _:
                return days * coarse


@njit(cache=True)  # type: ignore[untyped-decorator]
def _find(
    key: Positions,
    owner: Positions,
    since: Days,
    until: Days,
    first: Positions,
    end: Positions,
) -> None:
    """Fill first and end of each query; days are of each, or one of all."""
    at = 0
    for i in range(len(owner)):
        above = owner[i] << _DAY_BITS
        at = _seek(key, above + _bounded(until[i if len(until) > 1 else 0]), at)
        end[i] = at
        first[i] = min(_seek(key, above + _bounded(since[i if len(since) > 1 else 0]), at), at)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _bounded(day: np.int32) -> np.int64:
    """The day as `keys` has it."""
    return min(max(np.int64(day), 1 - _DAY_OFFSET), _DAY_OFFSET - 1) + _DAY_OFFSET


@njit(cache=True)  # type: ignore[untyped-decorator]
def _seek(key: Positions, wanted: np.int64, near: int) -> int:
    """How many keys are smaller, by steps that double from where the last one was found.

    People mostly come in their order, with few events each: what is sought lies close by.
    """
    low, high, step = near, near, 1
    while low > 0 and key[low - 1] >= wanted:
        high = low - 1
        low = max(low - step, 0)
        step *= 2
    while high < len(key) and key[high] < wanted:
        low = high + 1
        high = min(high + step, len(key))
        step *= 2
    while low < high:
        middle = (low + high) >> 1
        if key[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def expand(window: Window) -> tuple[Positions, Positions]:
    """List the events of every query: the query of each, and the event's position in the log.

    Returns
    -------
    query, event : (n_events,) int64
        In the order of the queries; the events of one query in the order of the log.
    """
    count = window.count
    query = np.repeat(np.arange(len(count), dtype=np.int64), count)
    start = np.cumsum(count) - count
    event = np.arange(len(query), dtype=np.int64) - start[query] + window.first[query]
    return query, event


def _gather(column: NDArray[_Scalar], position: Positions) -> NDArray[_Scalar]:
    if len(column) == 0:
        return np.zeros(len(position), dtype=column.dtype)
    return column[np.clip(position, 0, len(column) - 1)]
