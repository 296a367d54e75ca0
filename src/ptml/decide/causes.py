"""Is it training at all? A thin rule over what is known of a person or a unit.

environment   many hours lost to incidents, or little opportunity to use what was learnt
motivation    motivation is low
capability    a gap, and performance below target
mixed         more than one of these
unclear       none of these, or too little is known
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ptml.config import FrozenConfig

FloatArray = NDArray[np.float64]

CAUSES = ("capability", "environment", "motivation", "mixed", "unclear")
_UNCLEAR, _MIXED = 4, 3


class CauseConfig(FrozenConfig):
    """Where a signal begins."""

    incident_hours: Annotated[float, Field(ge=0)] = 80.0
    """Hours lost to incidents in the unit within a year."""
    low_answer: Annotated[float, Field(ge=1, le=5)] = 2.5
    """Mean answer (1-5) on opportunity or motivation below which it is low."""
    gap_levels: Annotated[float, Field(ge=0)] = 1.0
    """Sum of weighted gaps from which on skill is short."""
    on_target: Annotated[float, Field(gt=0)] = 95.0
    """Performance below this is below target, points."""


@dataclass(frozen=True)
class Signals:
    """What is known of people or units, (n,) each; NaN = unknown."""

    incident_hours: FloatArray
    opportunity: FloatArray
    motivation: FloatArray
    gap: FloatArray
    score: FloatArray


def cause_of(signals: Signals, config: CauseConfig) -> NDArray[np.int64]:
    """Position in ``CAUSES`` of each, (n,); what is unknown is no sign of anything."""
    with np.errstate(invalid="ignore"):
        environment = (signals.incident_hours >= config.incident_hours) | (
            signals.opportunity < config.low_answer
        )
        motivation = signals.motivation < config.low_answer
        short = signals.gap >= config.gap_levels
        capability = short & (signals.score < config.on_target)
    found = np.stack([capability, environment, motivation])
    one = np.argmax(found, axis=0)
    n = found.sum(axis=0)
    return np.where(n == 0, _UNCLEAR, np.where(n == 1, one, _MIXED))
