"""Sizes and dials of the simulated organisation; a dial at 0 switches its trap off."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from ptml.config import FrozenConfig
from ptml.simulate.changes import Changes

Share = Annotated[float, Field(ge=0, le=1)]
Strength = Annotated[float, Field(ge=0)]


class SimulationConfig(FrozenConfig):
    """docs/methods/simulated-organisation.md has the formulas."""

    n_employees: PositiveInt = 5000
    """Employees, joiners and leavers included."""
    n_quarters: PositiveInt = 12
    """Quarters of performance."""
    n_courses: PositiveInt = 60
    """Courses in the catalogue, mandatory ones included."""
    seed: NonNegativeInt = 7
    """Same settings and seed, same bytes."""
    end: date = date(2026, 9, 30)
    """Last day of the last quarter; quarters are calendar quarters."""
    file_format: Literal["parquet", "csv"] = "parquet"
    """Form of the tables."""

    remedial_assignment: Strength = 0.35
    """Weak performers are sent: how steeply the chance rises as the last score falls."""
    recovery: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """Share of a passing shock that is left after a quarter: the weak recover anyway."""
    shock_points: Strength = 5.0
    """Spread of passing shocks."""
    dip_points: Strength = 3.0
    """What a personal trouble costs in the quarter before its owner is sent to a course."""
    keenness: Strength = 0.45
    """The keen take more courses (log rate per standard deviation)..."""
    keen_growth_points: Strength = 0.1
    """... and do better anyway (points a quarter per standard deviation)."""
    null_course_share: Share = 0.2
    """Courses that do nothing; the most popular and best liked one is among them."""
    harmful_courses: NonNegativeInt = 1
    """Courses that cost performance."""
    mandatory_courses: NonNegativeInt = 3
    """Courses that everybody has to take."""
    prerequisite_share: Share = 0.25
    """Courses that require another one."""
    effect_points: Strength = 7.0
    """Typical effect of a good course on one to whom all of it is new and who uses it."""
    gap_dependence: Share = 1.0
    """How far the lift depends on what is new to the person."""
    motivation_dependence: Strength = 0.3
    """How far the lift depends on motivation (share per standard deviation)."""
    support_dependence: Strength = 0.25
    """How far the lift depends on the manager's support (share per standard deviation)."""
    weak_base_log_odds: float = -1.15
    """Log odds that a course stays unused by one like all others; lower = it is rarer."""
    personal_failure: Strength = 1.0
    """Transfer that fails for want of motivation."""
    manager_failure: Strength = 1.0
    """Transfer that fails for want of the manager's support."""
    environment_failure: Strength = 1.0
    """Transfer that fails for want of an opportunity."""
    machine_trouble_share: Share = 0.08
    """Units whose trouble is machines, not skill."""
    machine_trouble_points: Strength = 8.0
    """What the machines cost everybody in such a unit."""
    turnover_per_year: Share = 0.1
    """Leavers a year, replaced by joiners."""
    moves_per_year: Share = 0.08
    """People a year who change unit or role."""
    assessment_missing_share: Share = 0.3
    """Assessments that were due and never made."""
    fade_half_life_quarters: Annotated[float, Field(ge=0)] = 8.0
    """Quarters after which half of an effect is gone; 0 = effects stay."""
    unit_shock_points: Strength = 1.5
    """Spread of what happens to a whole unit in a quarter."""
    noise_points: Strength = 3.0
    """Spread of what nobody can foresee in a score."""
    check_share: Share = 0.75
    """Completions whose use on the job is checked."""
    check_selection: Strength = 0.5
    """How much oftener checks are made where the manager supports and there is opportunity, and
    how much less often where courses pile up (log-odds)."""
    truth_max_employees: PositiveInt = 20_000
    """People whose true lifts are written at the most; above that a random sample."""
    chunk_employees: PositiveInt = 20_000
    """People who are simulated at a time: sets the memory."""
    changes: Changes = Changes()
    """What is planted with a date; nothing by default."""

    @property
    def fade(self) -> float:
        """Share of an effect that is left after one more quarter."""
        half_life = self.fade_half_life_quarters
        return 1.0 if half_life == 0 else float(0.5 ** (1 / half_life))
