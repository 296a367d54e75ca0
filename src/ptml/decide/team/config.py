"""When something is said of a team."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, PositiveInt

from ptml.config import FrozenConfig


class TeamConfig(FrozenConfig):
    """How teams are described; docs/methods/team-portrait.md has the formulas."""

    min_people: Annotated[int, Field(ge=5)] = 5
    """Fewer people than this are never described, nor told apart in a sum above."""
    certainty: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Of the interval that has to lie above or below what is required: strength, or gap."""
    margin_levels: NonNegativeFloat = 0.1
    """A mean closer than this to what is required is neither a strength nor a gap."""
    holder_certainty: Annotated[float, Field(gt=0.5, lt=1)] = 0.9
    """Probability of reaching the required level from which on a person holds a competency."""
    alone_certainty: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """Probability that nobody else reaches it from which on somebody is called the only holder."""
    critical_importance: Annotated[float, Field(ge=0, le=1)] = 0.7
    """Mean importance (0-1) to the people of a unit from which on a competency is critical."""
    trend_days: PositiveInt = 365
    """How far back the level is looked up that the trend is measured from."""
    name_sole_holders: bool = True
    """Whether the table `sole_holders` is published, which names people."""
