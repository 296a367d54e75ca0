"""How the effect of flagging is estimated, and when it is refused."""

from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig

Level = Annotated[float, Field(gt=0, lt=0.5)]


class ActingConfig(FrozenConfig):
    """When a log of flags can tell; docs/methods/early-warning.md says why."""

    least_an_arm: Annotated[int, Field(ge=5)] = 20
    """Completions with a known outcome that each arm needs, for a quarter and for all."""
    least_of_each: PositiveInt = 5
    """Weak and sound outcomes that each arm needs: without them no spread is known."""
    draw_level: Level = 0.001
    """A log that a sound draw would give less often than this is refused."""
    attrition_level: Level = 0.05
    """Where outcomes are known unequally often at this level, bounds are given."""
    least_first_stage: PositiveFloat = 10.0
    """F of flagging on acting below which no effect of acting is given (Staiger and Stock 1997)."""
    bound_draws: PositiveInt = 400
    """Bootstrap draws, over people, of the intervals of bounds."""
    bound_seed: NonNegativeInt = 0
    """Seed of these draws."""
