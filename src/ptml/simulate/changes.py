"""Changes with a date that can be planted in a simulated organisation; None = no change."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from ptml.config import FrozenConfig

Share = Annotated[float, Field(ge=0, le=1)]
Strength = Annotated[float, Field(ge=0)]


class Reorganisation(FrozenConfig):
    """A company that reorganises: other people in other roles, and other rules of what works."""

    on: date
    """Holds for every quarter that begins on this day or later."""
    moved_share: Share = 0.35
    """People who find themselves in another role and another unit."""
    taste_spread: Strength = 1.2
    """Spread of what is added to each course's popularity: other courses are in demand."""
    weak_log_odds: float = 0.9
    """Added to the log odds that a course stays unused: nobody knows yet who does what."""
    support_left: Share = 0.0
    """Share that is left of what the manager's support did for transfer."""
    new_weight: float = 2.0
    """Log odds of weak transfer added for a course of which all is new to the person."""
    exam_points: float = -12.0
    """Added to every exam score: the new provider examines harder."""
    motivation_answer: float = 0.8
    """Added to every answer on motivation: the new survey asks in kinder words."""


class FadingCourse(FrozenConfig):
    """A course whose effect is gone from a day on, for those who took it before too."""

    on: date
    """The points that it gave are lost from this day on, in part within the running quarter."""
    course_id: str | None = None
    """Which one; empty = the one with the largest product of effect and demand."""


class TwinCourses(FrozenConfig):
    """Courses that teach what another one teaches and do no more, dearer and longer."""

    n: NonNegativeInt = 2
    """How many."""
    price: Annotated[float, Field(gt=1)] = 2.0
    """Cost of a seat, over that of the other one."""
    more_hours: NonNegativeInt = 8
    """Hours on top of those of the other one."""


class OldCourses(FrozenConfig):
    """Courses from another time: everybody is beyond what they teach, and they go out of favour."""

    n: NonNegativeInt = 2
    """How many."""
    years: Annotated[float, Field(gt=0)] = 9.0
    """How long before the first quarter they were opened."""
    demand_lost: Strength = 0.25
    """Taken off the popularity in each quarter."""
    liking_lost: Strength = 0.08
    """Taken off each mark of satisfaction in each quarter."""


class UnusedCourses(FrozenConfig):
    """Courses that are learnt and stay unused: what they teach does not fit the work."""

    n: NonNegativeInt = 2
    """How many."""
    weak_log_odds: float = 2.0
    """Added to the log odds that one stays unused."""


class PracticeCourses(FrozenConfig):
    """Short units online, each on the beginning of what a longer course teaches, at little cost."""

    n: NonNegativeInt = 6
    """How many."""
    most_hours: PositiveInt = 2
    """Hours of the longest one; the shortest takes one."""
    levels: Annotated[float, Field(gt=0)] = 0.5
    """Levels that one teaches, from those on at which the longer course begins."""
    effect_share: Share = 0.25
    """What one does, over what the longer course does."""
    cost: NonNegativeInt = 25
    """Cost of a seat."""


class LimitedSeats(FrozenConfig):
    """Good and popular courses, not online, with hardly more seats than were ever taken."""

    n: NonNegativeInt = 6
    """How many."""
    room: Strength = 0.1
    """Seats of a quarter over those of the fullest quarter so far: past enrolments all fit."""


class BrokenExport(FrozenConfig):
    """An export that breaks as exports do; the organisation's own data stay right."""

    on: date
    """First day on which the export is broken."""
    repaired_on: date
    """First day on which it is right again, for all that was ever exported."""
    unit_share: Share = 0.34
    """Share of the units whose performance values come in another unit of measurement..."""
    factor: Annotated[float, Field(gt=0)] = 100.0
    """... each value times this (a share that became a percentage)."""
    cut_table: Literal["transfer_evidence", "feedback", "assessments"] = "transfer_evidence"
    """The table that was cut off while it was written."""
    rows_kept: Share = 0.5
    """Share of its rows that arrived: the first ones."""


class UnitMatters(FrozenConfig):
    """Units whose people as a whole lack skill, or motive, from the first day on."""

    unskilled_share: Share = 0.08
    """Units whose people are short of ability..."""
    unmotivated_share: Share = 0.08
    """... and other units whose people are short of motivation..."""
    spreads: Strength = 1.2
    """... by so many standard deviations."""


class UnitWishes(FrozenConfig):
    """Units that ask for a course in the last quarter: half of them for one in what they lack."""

    unit_share: Share = 0.5
    """Units that ask..."""
    people_share: Share = 0.5
    """... and the share of their people who do."""


class Changes(FrozenConfig):
    """What changes when; with nothing planted the tables keep their bytes."""

    reorganisation: Reorganisation | None = None
    """People, signs and transfer change together."""
    fading_course: FadingCourse | None = None
    """A course that no longer helps."""
    twin_courses: TwinCourses | None = None
    """Courses that are redundant with a cheaper one."""
    old_courses: OldCourses | None = None
    """Courses that are outdated."""
    unused_courses: UnusedCourses | None = None
    """Courses that are learnt and not used."""
    practice_courses: PracticeCourses | None = None
    """Courses that are short enough to stand between two others."""
    limited_seats: LimitedSeats | None = None
    """Courses that fill up; without it no course does."""
    broken_export: BrokenExport | None = None
    """Kept beside the others for the record: it breaks exports (`ptml.simulate.exports`), never
    the organisation."""
    unit_matters: UnitMatters | None = None
    """Units that lack skill or motive; without it only machines are the matter of a unit."""
    unit_wishes: UnitWishes | None = None
    """What units ask for; without it nobody asks for courses."""
    lift_truth_quarters: NonNegativeInt = 0
    """Newest quarters for which true lifts are written as of their first day as well."""

    @property
    def planted(self) -> bool:
        """Whether anything is planted or written beyond the usual."""
        return self != Changes()
