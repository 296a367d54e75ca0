"""Settings of learning paths, and of how far two courses teach the same."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig

Share = Annotated[float, Field(ge=0, le=1)]


class OverlapConfig(FrozenConfig):
    """What of a course is left once another one was taken."""

    required_share: Share = 0.5
    """How far only those levels count that the role requires; the rest counts all that is new."""
    holds: Share = 0.62
    """Share of a completed course that is in use when the next one begins (Saks & Belcourt 2006:
    62 % of what is taught is applied at once). What does not hold is new a second time."""
    entry_reach_levels: NonNegativeFloat = 1.0
    """Who begins a course further than this under its entry in a competency is not taken to reach
    its end there: what comes later is as new as before."""


class RequiredConfig(FrozenConfig):
    """What a path must hold, whatever it brings."""

    renew_ahead_weeks: NonNegativeInt = 13
    """Weeks before a certificate runs out from which on its renewal is a required step."""
    far_below_levels: PositiveFloat = 1.5
    """Gap to the role from which on a competency has to be worked on, levels."""
    closes_levels: PositiveFloat = 0.5
    """Levels of such a gap that a course has to close to count for it."""
    most_competencies: NonNegativeInt = 2
    """Competencies far below the role that one path has to work on at the most: the largest gaps,
    by importance and goals, come first."""


class PathConfig(FrozenConfig):
    """How a path is laid."""

    hours_per_week: PositiveFloat = 2.0
    """Hours that a person can learn in a week."""
    max_steps: Annotated[PositiveInt, Field(le=8)] = 4
    """Courses in a path at the most, beside what runs, what everybody has to take and practice."""
    horizon_weeks: PositiveInt = 39
    """Weeks in which a path has to be through."""
    spacing_weeks: NonNegativeInt = 1
    """Weeks between two courses, for using at work what was learnt."""
    waiting_share: Annotated[float, Field(ge=0, le=0.1)] = 0.01
    """Share of what a course brings by itself that each week until its end costs: what brings much
    in few hours comes first."""
    least_points: NonNegativeFloat = 0.1
    """A step that brings less than this is not worth its place, points."""
    candidates: Annotated[int, Field(ge=1, le=60)] = 12
    """Courses of a person that the search holds against one another: the best by themselves."""
    later_candidates: NonNegativeInt = 6
    """Courses among them that open only later: after another course, on a date, with new seats."""
    most_nodes: PositiveInt = 20_000
    """Partial paths of a person that the search looks at before it stops with what it has."""
    practice_hours: NonNegativeFloat = 2.0
    """Longest micro-course that fits between two steps as practice, hours."""
    error_correlation: Share = 0.8
    """How alike the errors of a person's lifts are taken to be, for the interval of the whole: set
    where nine in ten held the truth of simulated organisations."""
    seat_people: PositiveInt = 10_000
    """People among whom it is settled who may plan on courses with few seats; where the company has
    more, a part of about this size stands for all."""
    checked_people: NonNegativeInt = 8
    """People of a run, about, whose path is found a second time by the solver of a library."""
    overlap: OverlapConfig = OverlapConfig()
    required: RequiredConfig = RequiredConfig()
