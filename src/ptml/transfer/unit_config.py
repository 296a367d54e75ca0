"""Settings of when a unit is flagged in the place of its people."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, PositiveInt

from ptml.config import FrozenConfig


class UnitConfig(FrozenConfig):
    """When weak transfer is the unit's matter; docs/methods/early-warning.md says why."""

    window_days: PositiveInt = 730
    """Completions of so many days before training are looked at, all alike."""
    min_checked: PositiveInt = 20
    """Known outcomes that a unit needs to be flagged."""
    min_people: Annotated[int, Field(ge=5)] = 5
    """People behind them; nothing is counted of a smaller group."""
    min_units: Annotated[int, Field(ge=2)] = 10
    """Units of that size below which none is judged: there is nothing to hold it against."""
    min_repeated: PositiveInt = 50
    """People with two known outcomes or more below which none is judged: nothing then tells a
    person's part from chance."""
    min_effect: NonNegativeFloat = 0.4
    """What a unit must add to the log-odds at the least; 0.4 makes odds one and a half."""
    n_draws: PositiveInt = 400
    """Draws of units for the intervals of the variance partition."""
