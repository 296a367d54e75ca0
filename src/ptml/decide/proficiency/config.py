"""What proficiency is, and whom its curves are told of."""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig


class ProficiencyConfig(FrozenConfig):
    """How time to proficiency is measured; docs/methods/time-to-proficiency.md has the formulas."""

    begins: Literal["hire", "role"] = "hire"
    """What is counted from: `hire`, or `role` (the first day of every unbroken time in a role)."""
    reached_by: Literal["performance", "levels"] = "performance"
    """`performance`: the score is on target in `periods_running` periods; `levels`: everything that
    the role requires is reached."""
    target_points: PositiveFloat = 100.0
    """Score from which on a period counts as on target."""
    periods_running: PositiveInt = 2
    """Periods one after the other that have to be on target."""
    longest_break_days: PositiveInt = 45
    """Periods further apart than this are not running."""
    level_tolerance: Annotated[float, Field(ge=0)] = 0.0
    """Levels below what is required that still count as reached."""
    unseen_days: Annotated[int, Field(ge=0)] = 92
    """Who began longer than this before the first period may have been proficient unseen, and is
    left out; who began later than that enters the curve when the data begin."""
    longest_months: PositiveInt = 36
    """Months that are followed; proficiency later than that is not looked at."""
    min_people: Annotated[int, Field(ge=5)] = 5
    """Groups of fewer people have no curve, and a curve ends where fewer are still open."""
    landmark_days: PositiveInt = 90
    """First days in which courses, practice and meetings are looked at."""
    min_exposed: Annotated[int, Field(ge=5)] = 20
    """People with and without something from which on the two are compared."""
    min_events: Annotated[int, Field(ge=2)] = 5
    """Of each of them, who must have become proficient."""
    false_discovery: Annotated[float, Field(gt=0, lt=1)] = 0.1
    """Share of what is named that may be chance."""
    spread_periods: PositiveInt = 12
    """Newest performance periods of which the spread between units is told."""
    min_units: Annotated[int, Field(ge=3)] = 5
    """Units from which on their spread is told; a unit counts from `min_people` scores on."""
