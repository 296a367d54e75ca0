"""Seats among everybody's paths: who may plan to begin which course in which quarter.

A path is laid for one person, and courses have seats for few. Who gets what is settled by deferred
acceptance, each course preferring those to whom it brings most: everybody plans what is best, a
course that too many plan to begin in a quarter turns away those to whom it brings least, these plan
again with what is left to them, and so on until nobody is turned away. All that is needed of it
afterwards are the points from which on a course is open in a quarter (its cutoff: Azevedo and
Leshno 2016, JPE 124), and those can be estimated from part of the people.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import quarter_start

Codes = NDArray[np.integer]
Counts = NDArray[np.int64]
Doubles = NDArray[np.float64]

_WEEK_DAYS = 7
# Part of a seat, where a sample of people stands for more than there are seats.
_HARDLY_ANY = 0.5


def quarters_ahead(horizon_weeks: int) -> int:
    """Quarters that paths of so many weeks may touch."""
    return horizon_weeks * _WEEK_DAYS // 90 + 2


def quarter_of(week: Codes, day: int) -> Counts:
    """Quarter in which each week begins, counted from the one of the day, (k,)."""
    then = (day + week.astype(np.int64) * _WEEK_DAYS).astype(np.int32)
    first = quarter_start(np.concatenate([np.array([day], dtype=np.int32), then]))
    months = first.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray((months[1:] - months[0]) // 3)


@dataclass(frozen=True, eq=False)
class Starts:
    """Steps that do not run yet, (k,) each.

    Attributes
    ----------
    course, quarter : int64
        The quarter is counted from the one of the day.
    points : float64
        What the course brings by itself; infinite where the person has to take it in any case.
    """

    course: Counts
    quarter: Counts
    points: Doubles

    def counts(self, n_courses: int, quarters: int) -> Counts:
        """Starts by course and quarter, (n_courses, quarters) int64."""
        found = np.zeros((n_courses, quarters), dtype=np.int64)
        np.add.at(found, (self.course, np.minimum(self.quarter, quarters - 1)), 1)
        return found


@dataclass(frozen=True, eq=False)
class SeatCutoffs:
    """From how many points on a course may be planned in a quarter.

    Attributes
    ----------
    points : (n_courses, quarters) float64
        Least points; -inf = anybody, inf = nobody.
    wanted : (n_courses, quarters) float64
        Paths of everybody that would begin it then if there were seats for all.
    """

    points: Doubles
    wanted: Doubles

    @classmethod
    def none(cls, n_courses: int, quarters: int) -> Self:
        """Before anybody planned."""
        return cls(np.full((n_courses, quarters), -np.inf), np.zeros((n_courses, quarters)))

    def opens(self, course: Codes, points: Doubles, day: int) -> Doubles:
        """Week from which on each may be planned, (k,): 0 = at once, inf = not within the quarters.

        It opens after the last quarter whose cutoff is above the points, so that it stays open.
        """
        turned_away = points[:, None] < self.points[course]
        quarters = self.points.shape[1]
        first = np.where(
            turned_away.any(axis=1), quarters - np.argmax(turned_away[:, ::-1], axis=1), 0
        )
        weeks = np.append(first_weeks_of_quarters(day, quarters), np.inf)
        return np.asarray(weeks[first])

    def raised(self, starts: Starts, left: Doubles) -> Self:
        """Cutoffs at which no more begin than there are seats left, of those who plan to.

        Parameters
        ----------
        left : (n_courses, quarters) float64
            Seats for the people whose starts these are; inf = no limit.
        """
        points = self.points.copy()
        counts = starts.counts(*points.shape)
        quarter = np.minimum(starts.quarter, points.shape[1] - 1)
        for course, ahead in zip(*np.nonzero(counts > left), strict=True):
            own = starts.points[(starts.course == course) & (quarter == ahead)]
            free = left[course, ahead]
            first_out = np.sort(own)[::-1][int(free)]
            # Where there is hardly a seat, more points than the most are not enough.
            is_hopeless = free < _HARDLY_ANY
            cutoff = np.inf if is_hopeless else np.nextafter(first_out, np.inf)
            points[course, ahead] = max(points[course, ahead], cutoff)
        return replace(self, points=points)


def settled(
    lay: Callable[[SeatCutoffs], Starts], left: Doubles, share: float, most_rounds: int
) -> SeatCutoffs:
    """Let people plan, and turn away whom courses have no seat for, until nobody is.

    Parameters
    ----------
    lay : callable
        What people plan under cutoffs.
    left : (n_courses, quarters) float64
        Seats left for everybody; inf = no limit.
    share : float
        Of everybody, who plans here.
    most_rounds : int
        After which it is left as it is: cutoffs rise with each, so that the rest is small.
    """
    cutoffs = SeatCutoffs.none(*left.shape)
    starts = lay(cutoffs)
    cutoffs = replace(cutoffs, wanted=starts.counts(*left.shape) / share)
    for _ in range(most_rounds):
        raised = cutoffs.raised(starts, left * share)
        if (raised.points == cutoffs.points).all():
            break
        cutoffs = raised
        starts = lay(cutoffs)
    return cutoffs


def seats_left(seats: Codes, taken: Codes, quarters: int) -> Doubles:
    """Seats by course and quarter, (n_courses, quarters) float64; inf = no limit.

    Parameters
    ----------
    seats : (n_courses,) int
        A quarter; -1 = no limit.
    taken : (n_courses,) int
        Of the day's quarter, so far.
    """
    left = np.repeat(np.where(seats < 0, np.inf, seats)[:, None], quarters, axis=1)
    left[:, 0] = np.maximum(left[:, 0] - taken, 0)
    return np.asarray(left, dtype=np.float64)


def first_weeks_of_quarters(day: int, quarters: int) -> Doubles:
    """First whole week of each quarter from the one of a day, (quarters,); 0 for the first."""
    month = np.array(day, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)
    ahead = (month // 3 + np.arange(1, quarters)) * 3
    starts = ahead.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.append(0.0, np.ceil((starts - day) / _WEEK_DAYS))


def quarter_name(day: date, ahead: int) -> str:
    """Name of a quarter counted from the one of a day.

    >>> quarter_name(date(2026, 10, 2), 2)
    '2027Q2'
    """
    number = day.year * 4 + (day.month - 1) // 3 + ahead
    return f"{number // 4}Q{number % 4 + 1}"
