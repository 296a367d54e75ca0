"""Settings of the personal development plan."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from ptml.config import FrozenConfig


class DevelopmentConfig(FrozenConfig):
    """What stands in a plan, and how progress is judged; docs/methods/goals.md says why."""

    plan_days: PositiveInt = 365
    """Days before `by_date` on which a goal is taken to be set, where `set_on` does not say."""
    overdue_days: NonNegativeInt = 183
    """Days after its date for which a goal stays in the plan."""
    least_gap: NonNegativeFloat = 0.25
    """Gap to the role from which on the role asks for something, levels."""
    most_role_gaps: PositiveInt = 5
    """What the role alone asks for: so many rows a person, those that count most first. Gaps of
    `path.required.far_below_levels` or more stand in the plan beyond that."""
    own_importance: NonNegativeFloat = 1.0
    """What a level missing to an own goal counts, beside gap x importance x weight by goals."""
    sure: Annotated[float, Field(ge=0.5, lt=1)] = 0.8
    """Probability from which on somebody is called behind: the standard error of the level is
    taken into account."""
    reached: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Probability that the level is at the target from which on a goal is called reached."""
    most_courses: PositiveInt = 3
    """Courses that are named for a row at the most."""
