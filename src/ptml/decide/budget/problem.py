"""What is to be decided, in codes: offers to people, and what limits them.

A person i gets a set of courses B. It is worth

    sum of the values in B - sum over pairs in B of what both courses of the pair bring

and the sum over people is to be as large as it can be, within money, seats and hours, with what
groups of people must get.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

HUNDREDTHS = 100.0
"""Money and hours are counted in whole hundredths: sums of them are exact."""


def hundredths(values: Doubles | float) -> Doubles:
    """Money or hours in whole hundredths, as floats; NaN and infinity stay."""
    return np.asarray(np.rint(np.asarray(values, dtype=np.float64) * HUNDREDTHS))


@dataclass(frozen=True, eq=False)
class Limits:
    """What there is to give, money and hours in hundredths; infinite = no limit.

    Attributes
    ----------
    money : float
    seats : (n_courses,) float64
    unit_hours : (n_units,) float64
    people : (n_minima,) float64
        People of each group that must get a course.
    group_money : (n_minima,) float64
        Money that must be spent on each group.
    """

    money: float
    seats: Doubles
    unit_hours: Doubles
    people: Doubles
    group_money: Doubles

    def scaled(self, part: float) -> Self:
        """A part of everything."""
        return type(self)(
            self.money * part,
            self.seats * part,
            self.unit_hours * part,
            self.people * part,
            self.group_money * part,
        )


@dataclass(frozen=True, eq=False)
class Problem:
    """Offers by person, and what limits them; only what could be bought is among the offers.

    Attributes
    ----------
    start : (n + 1,) int64
        Where each person's offers begin; they are sorted by course.
    course : (m,) int32
    value : (m,) float32
        What is counted on, above 0.
    room : (n,) float64
        Hours that the person can still learn, hundredths; infinite = no limit.
    unit : (n,) int32
        Whose hours are used; -1 = nobody's.
    groups : (n, k) int32
        Minima that the person counts for, -1 fills up.
    cost, hours : (n_courses,) float64
        Hundredths.
    overlap : (n_courses, n_courses) float32
        Part of what the row's course brings that the column's brings too; 0 on the diagonal.
    limits : Limits
    most : int
        Courses a person.
    """

    start: Counts
    course: Codes
    value: Floats
    room: Doubles
    unit: Codes
    groups: Codes
    cost: Doubles
    hours: Doubles
    overlap: Floats
    limits: Limits
    most: int

    @property
    def n_people(self) -> int:
        """People with and without offers."""
        return len(self.start) - 1

    @property
    def n_pairs(self) -> int:
        """Offers."""
        return int(self.start[-1])

    @cached_property
    def person(self) -> Codes:
        """Person of each offer, (m,) int32."""
        return np.repeat(np.arange(self.n_people, dtype=np.int32), np.diff(self.start))

    def person_of(self, pair: Counts) -> Counts:
        """Person of some offers, (k,) int64; of few of them without a look at all."""
        return np.searchsorted(self.start, pair, side="right") - 1

    def lost(self, one: Counts, other: Counts) -> Doubles:
        """Points that two offers of a person bring both, and that count once, (k,).

        Parameters
        ----------
        one, other : (k,) int64
            Positions of offers.
        """
        c, d = self.course[one], self.course[other]
        first = self.overlap[c, d] * self.value[one].astype(np.float64)
        return np.minimum(first, self.overlap[d, c] * self.value[other].astype(np.float64))

    def with_limits(self, limits: Limits) -> Self:
        """The same offers under other limits."""
        return replace(self, limits=limits)

    def every(self, step: int) -> Self:
        """About every `step`-th person, with as small a part of all limits; the same each time."""
        # Drawn and not counted off: people may stand in an order that repeats.
        drawn = np.random.default_rng(step).random(self.n_people)
        kept = np.flatnonzero(drawn * step < 1)
        length = np.diff(self.start)[kept]
        start = np.concatenate([[0], np.cumsum(length)])
        pair = np.repeat(self.start[kept] - start[:-1], length) + np.arange(start[-1])
        part = len(kept) / max(self.n_people, 1)
        return replace(
            self,
            start=start,
            course=self.course[pair],
            value=self.value[pair],
            room=self.room[kept],
            unit=self.unit[kept],
            groups=self.groups[kept],
            limits=self.limits.scaled(part),
        )


@dataclass(frozen=True, eq=False)
class Usage:
    """What is used of everything, money and hours in hundredths.

    Attributes
    ----------
    money : float
    seats : (n_courses,) float64
    unit_hours : (n_units,) float64
    people, group_money : (n_minima,) float64
        What each group gets.
    """

    money: float
    seats: Doubles
    unit_hours: Doubles
    people: Doubles
    group_money: Doubles
