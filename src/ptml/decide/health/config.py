"""When a course is named, and what a point is worth."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig

Share = Annotated[float, Field(ge=0, le=1)]


class AlertConfig(FrozenConfig):
    """When a course is named."""

    false_alarms: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """Of the courses that an alert names, the share at most that it should not have named, on
    average over runs; kept for each alert over all courses that are looked at."""
    false_harm: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """The same of courses that are called harmful: to overlook harm is worse than to look twice."""
    high_satisfaction: Annotated[float, Field(ge=1, le=5)] = 4.5
    """Mean satisfaction that raises expectations."""
    high_completion: Share = 0.8
    """Share completed of what has ended that raises expectations."""
    low_transfer: Share = 0.5
    """Share used on the job below which a course is named."""
    good_exam: Annotated[float, Field(ge=0, le=100)] = 75.0
    """Mean exam from which on people can be said to have learnt."""
    good_gain: NonNegativeFloat = 0.5
    """Mean rise of the assessed level, levels, from which on people can be said to have learnt."""
    worthwhile_points: NonNegativeFloat = 1.0
    """A lift that might still be this large is not called nothing; a course is not called redundant
    while it might bring this much more than the cheaper one."""
    min_people: PositiveInt = 10
    """People from which on a course is judged."""
    min_takers: PositiveInt = 30
    """Takers with a known outcome from which on something is claimed of a course's lift, or of a
    change of its use: measured, errors of fewer are too small."""
    recent_days: PositiveInt = 365
    """What is called recent; it is held against the time before."""
    earlier_days: PositiveInt = 730
    """How far back the time before goes, from where the recent time begins."""
    fallen_points: NonNegativeFloat = 1.0
    """Lift of earlier takers over that of later ones from which on a course is said to fade."""
    fallen_share: Share = 0.15
    """The same for the share that uses it at work."""
    old_days: PositiveInt = 1096
    """A course opened longer ago may be outdated."""
    beyond_share: Share = 0.8
    """Share of the people whose roles ask for it that are at the course's final level already, from
    which on its content is below what people have."""
    demand_left: Share = 0.67
    """Recent enrolments over those expected from the time before up to which demand has fallen."""
    liking_lost: NonNegativeFloat = 0.25
    """Fall of the mean satisfaction from which on feedback has fallen."""
    same_content: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Share of what a course teaches that another one teaches too, from which on it may replace
    it."""
    dearer: Annotated[float, Field(gt=1)] = 1.1
    """Cost, or hours, over those of the other course from which on one is dearer, or longer."""


class HealthConfig(AlertConfig):
    """When a course is named, and what a point is worth."""

    value_per_point: NonNegativeFloat | None = None
    """Money that a point of a person's performance is worth over the two periods after a course;
    empty = no benefit is told."""
    cost_per_hour: PositiveFloat | None = None
    """Money that an hour of a person's time costs; empty = the time of those who take a course is
    not counted."""
    min_shown: PositiveInt = 5
    """A mean of fewer answers, exams or checks would be about persons: it is not told."""
