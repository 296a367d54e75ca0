"""What holds a unit back: signs in its people's answers, scores and incidents taken together.

Trouble around the work pulls down everybody; missing skill pulls down those who lack it. So a unit
with trouble is called one of the environment only where most of its people are below target and
they are no more unlike than people of a unit usually are.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig
from ptml.decide.causes import CauseConfig, cause_codes

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class NeedsConfig(FrozenConfig):
    """How needs are told, and what is a sign in a unit."""

    min_people: PositiveInt = 5
    """A figure of fewer people would be about persons: it is neither told nor looked at."""
    target_points: PositiveFloat = 100.0
    """Performance score on target."""
    low_share: Annotated[float, Field(gt=0.5, le=1)] = 0.6
    """Share of people below target from which on a unit's performance is low."""
    widest_spread: PositiveFloat = 1.25
    """Spread of a unit's scores, over the usual one, up to which its people are alike."""
    low_answer: Annotated[float, Field(ge=1, le=5)] = 2.5
    """Mean answer (1-5) on opportunity or motivation up to which it is low."""


@dataclass(frozen=True, eq=False)
class UnitFigures:
    """Figures of units, (n_units,) float64 each; NaN = unknown, or of too few people.

    Attributes
    ----------
    incident_hours_per_head
        Hours lost within a year, over the unit's people.
    opportunity, motivation
        Mean of the last answers, 1-5.
    gap_levels
        Mean over people of their gap to the role, by importance.
    score, score_spread
        Mean and standard deviation over people, points.
    share_below_target
    usual_spread
        Standard deviation within units, over all that are large enough; the same for each.
    """

    incident_hours_per_head: FloatArray
    opportunity: FloatArray
    motivation: FloatArray
    gap_levels: FloatArray
    score: FloatArray
    score_spread: FloatArray
    share_below_target: FloatArray
    usual_spread: FloatArray


@dataclass(frozen=True, eq=False)
class UnitSigns:
    """What the figures say, (n_units,) bool each; what is unknown is no sign of anything.

    Attributes
    ----------
    low_performance
        Most people are below target.
    environment
        Hours go to incidents, or people see no occasion to use what they learnt; and performance
        is low of the unit as a whole.
    motivation
        It is low, and performance is not known to be well.
    large_gap
        Skill is short: a sign of capability where performance is low and the environment shows
        none, for where the work itself is in trouble a gap is no proof that skill is the matter.
    """

    low_performance: BoolArray
    environment: BoolArray
    motivation: BoolArray
    large_gap: BoolArray

    @property
    def cause(self) -> NDArray[np.int64]:
        """Position in ``CAUSES`` of each unit, (n_units,)."""
        capability = self.large_gap & self.low_performance & ~self.environment
        return cause_codes(capability, self.environment, self.motivation)


def unit_signs(figures: UnitFigures, config: NeedsConfig, causes: CauseConfig) -> UnitSigns:
    """Read the signs off the figures of units."""
    is_low = figures.share_below_target >= config.low_share
    is_alike = figures.score_spread <= config.widest_spread * figures.usual_spread
    has_trouble = (figures.incident_hours_per_head >= causes.incident_hours_per_head) | (
        figures.opportunity <= config.low_answer
    )
    is_well = figures.share_below_target < config.low_share
    return UnitSigns(
        low_performance=is_low,
        environment=has_trouble & is_low & is_alike,
        motivation=(figures.motivation <= config.low_answer) & ~is_well,
        large_gap=figures.gap_levels >= causes.gap_levels,
    )
