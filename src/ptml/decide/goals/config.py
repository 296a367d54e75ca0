"""Settings: how strongly goals count, which of them, and whose."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, NonNegativeInt

from ptml.config import FrozenConfig

Share = Annotated[float, Field(ge=0, le=1)]


class PerspectiveWeights(FrozenConfig):
    """What a KPI counts by its perspective of the balanced scorecard (`kpis.perspective`)."""

    financial: NonNegativeFloat = 1.0
    """Weight of KPIs of the financial perspective."""
    customer: NonNegativeFloat = 1.0
    """... of the customer's."""
    process: NonNegativeFloat = 1.0
    """... of internal processes."""
    learning: NonNegativeFloat = 1.0
    """... of learning and growth."""
    unknown: NonNegativeFloat = 1.0
    """... of KPIs whose perspective the source does not give."""


class GoalConfig(FrozenConfig):
    """How goals of units weigh competencies; docs/methods/goals.md has the formulas."""

    strength: Share = 0.5
    """How strongly goals count: 0 = every competency weighs 1; 1 = one that serves no goal of the
    unit weighs nothing."""
    inherited: Share = 0.5
    """What the goals of the unit above weigh against the unit's own; those one more level up weigh
    this share of it again. A unit without goals of its own has all of theirs."""
    next_share: Share = 0.5
    """Part of the period that comes next, where one is running too."""
    known_days: NonNegativeInt = 92
    """Days before its period begins from which on a goal is taken to be known; the source gives no
    day on which it was set."""
    perspectives: PerspectiveWeights = PerspectiveWeights()
