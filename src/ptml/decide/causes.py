"""Is it training at all? A rule over what is known of a person.

environment   the team is below target too, and hours go to incidents, or there is no occasion to
              use what was learnt
capability    no sign of the environment, a large gap to the role, and performance below target
motivation    motivation is low
mixed         motivation and one of the others
unclear       none of these, or too little is known
"""

from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig
from ptml.contracts.outputs import CAUSES as CAUSES
from ptml.features.capability import Capability
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_SIGNS = ("capability", "environment", "motivation")
_MIXED, _UNCLEAR = CAUSES.index("mixed"), CAUSES.index("unclear")


class CauseConfig(FrozenConfig):
    """Where a signal begins; docs/methods/deciding.md says why there."""

    recent_days: PositiveInt = 366
    """Scores and answers older than this say nothing about now."""
    incident_hours_per_head: PositiveFloat = 4.0
    """Hours lost to incidents in the unit within a year, over its people, that are trouble."""
    low_answer: Annotated[float, Field(ge=1, le=5)] = 2.0
    """A person's last answer (1-5) on opportunity or motivation up to which it is low."""
    gap_levels: PositiveFloat = 0.5
    """Mean gap to the role, by importance, from which on skill is short."""
    on_target: PositiveFloat = 95.0
    """Performance below this is below target, points."""
    team_on_target: PositiveFloat = 100.0
    """Mean score of the unit's others below which the team is below target, points."""


@dataclass(frozen=True, eq=False)
class Signals:
    """What is known of people, (n,) float64 each; NaN = unknown.

    Attributes
    ----------
    incident_hours
        Hours lost to incidents in the person's unit within a year.
    opportunity, motivation
        Last answers, 1-5.
    gap
        Mean gap to what the role requires, by importance, levels.
    score
        Mean of the last four known scores, points: a year, so that a dip is not taken for weakness.
    team_size, team_score
        The unit's others: how many, and their mean score. None = not looked at.
    """

    incident_hours: FloatArray
    opportunity: FloatArray
    motivation: FloatArray
    gap: FloatArray
    score: FloatArray
    team_size: FloatArray | None = None
    team_score: FloatArray | None = None

    @classmethod
    def of(
        cls, history: History, portraits: Capability, people: FeatureMatrix, config: CauseConfig
    ) -> Self:
        """Read the signals off the portraits and the person features of the same rows."""
        hours = people.column("incident_hours_4_quarters").astype(np.float64)
        return cls(
            # A source without any incident says nothing about incidents.
            incident_hours=hours if len(history.incidents) else np.full(len(people), np.nan),
            opportunity=_recent(people, "opportunity_last", "days_since_opportunity", config),
            motivation=_recent(people, "motivation_last", "days_since_motivation", config),
            gap=mean_gap_levels(portraits),
            score=_recent(people, "score_mean_4_periods", "days_since_score", config),
            team_size=people.column("team_size").astype(np.float64),
            team_score=people.column("team_score").astype(np.float64),
        )


def _recent(people: FeatureMatrix, name: str, age: str, config: CauseConfig) -> FloatArray:
    is_recent = people.column(age) <= config.recent_days
    return np.where(is_recent, people.column(name), np.nan).astype(np.float64)


def mean_gap_levels(portraits: Capability) -> FloatArray:
    """Mean gap to the role by row, by importance, (n,); NaN where none is required or known."""
    counts = np.isfinite(portraits.gap) & (portraits.importance > 0)
    weight = np.where(counts, portraits.importance, 0).astype(np.float64)
    total = (weight * np.where(counts, portraits.gap, 0)).sum(axis=1)
    weights = weight.sum(axis=1)
    return np.divide(total, weights, out=np.full(len(total), np.nan), where=weights > 0)


def cause_of(signals: Signals, config: CauseConfig) -> NDArray[np.int64]:
    """Position in ``CAUSES`` of each person, (n,); what is unknown is no sign of anything."""
    is_short = (signals.gap >= config.gap_levels) & (signals.score < config.on_target)
    has_trouble = signals.opportunity <= config.low_answer
    if signals.team_size is not None:
        heads = signals.team_size + 1
        has_trouble |= signals.incident_hours >= config.incident_hours_per_head * heads
    if signals.team_score is not None:
        has_trouble &= signals.team_score < config.team_on_target
    return cause_codes(
        # Where the work itself is in trouble, a gap is no proof that skill is the matter.
        capability=is_short & ~has_trouble,
        environment=has_trouble,
        motivation=signals.motivation <= config.low_answer,
    )


def cause_codes(
    capability: BoolArray, environment: BoolArray, motivation: BoolArray
) -> NDArray[np.int64]:
    """Position in ``CAUSES``: the one sign that is there, mixed for several, else unclear, (n,).

    Examples
    --------
    >>> yes, no = np.array([True]), np.array([False])
    >>> CAUSES[cause_codes(no, yes, no)[0]], CAUSES[cause_codes(no, yes, yes)[0]]
    ('environment', 'mixed')
    """
    signs = np.stack([capability, environment, motivation])
    n_signs = signs.sum(axis=0)
    one = np.array([CAUSES.index(sign) for sign in _SIGNS])[np.argmax(signs, axis=0)]
    return np.select([n_signs == 1, n_signs > 1], [one, _MIXED], _UNCLEAR).astype(np.int64)
