"""Settings of the audit of warnings by protected group."""

from typing import Annotated

from pydantic import Field, NonNegativeInt

from ptml.config import FrozenConfig

# Below this a figure of a group is almost one of a person.
FEWEST_TOLD = 5


class FairnessConfig(FrozenConfig):
    """How warnings are compared between groups; docs/methods/early-warning.md says why."""

    min_people: Annotated[int, Field(ge=FEWEST_TOLD)] = 20
    """People that a group needs to be told of; smaller ones are "too few"."""
    least_ratio: Annotated[float, Field(gt=0, lt=1)] = 0.8
    """Lowest over highest rate of two groups that is still even (the four-fifths rule)."""
    proxy_people: NonNegativeInt = 5_000
    """People, drawn at random, in whose features proxies are searched; 0 = no search."""
