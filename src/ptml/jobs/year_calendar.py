"""The days of the scripted year: when it retrains, when it looks, and what happens when."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from ptml.simulate.changes import BrokenExport, Changes, FadingCourse, Reorganisation

FIRST_DAY = date(2025, 12, 1)
LAST_SIMULATED = date(2027, 3, 31)
QUARTERS = 18
"""Twelve before the year's first full one, four of the year, two in which outcomes come in."""
DRIFT_MONTH, BROKEN_MONTH, FADING_MONTH = 5, 7, 9
REPAIRED_DAY = 10
LOOK_EVERY = timedelta(days=7)
FIRST_LOOK = timedelta(days=2)
LATER_LOOKS = (date(2027, 1, 6), date(2027, 4, 1))
"""After the year: when the outcomes of the fading course come in."""


@dataclass(frozen=True)
class Month:
    """A month of the year; models are trained on its first day."""

    number: int
    day: date
    next_day: date
    looks: tuple[date, ...]


def months(n: int) -> tuple[Month, ...]:
    """The first n months of the year; a look every week, whatever the month."""
    edges = [first_of(k) for k in range(1, n + 2)]
    weeks = range((edges[-1] - FIRST_DAY).days // LOOK_EVERY.days + 1)
    looks = [FIRST_DAY + FIRST_LOOK + week * LOOK_EVERY for week in weeks]
    return tuple(
        Month(k + 1, day, after, tuple(look for look in looks if day <= look < after))
        for k, (day, after) in enumerate(pairwise(edges))
    )


def first_of(month: int) -> date:
    """First day of a month of the year, counted from 1."""
    years, months_on = divmod(FIRST_DAY.month - 1 + month - 1, 12)
    return date(FIRST_DAY.year + years, months_on + 1, 1)


def plan(drift: int = DRIFT_MONTH, broken: int = BROKEN_MONTH) -> Changes:
    """What is planted. The drift's month must begin a quarter (months 2, 5, 8, 11)."""
    return Changes(
        reorganisation=Reorganisation(on=first_of(drift), moved_share=0.0),
        broken_export=BrokenExport(
            on=first_of(broken), repaired_on=first_of(broken + 1).replace(day=REPAIRED_DAY)
        ),
        fading_course=FadingCourse(on=first_of(FADING_MONTH)),
        lift_truth_quarters=7,
    )
