"""Settings: what may be spent, how much one person may be given, and who must get something."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig

Share = Annotated[float, Field(ge=0, le=1)]
GROUP_KINDS = ("unit", "segment", "job_family")
"""What people may be grouped by for a minimum; never by a protected attribute."""


class MinimumConfig(FrozenConfig):
    """What each of some groups of people must get at the least, mandatory courses not counted."""

    group: Literal["unit", "segment", "job_family"]
    """By what people are grouped."""
    name: str | None = None
    """Id of the one group that is meant; empty = each group of that kind for itself."""
    people_share: Share = 0.0
    """Share of the group's people who get a course at the least, rounded up to whole people."""
    money_share: Share = 0.0
    """Part of the group's share of the money by heads that is spent on it at the least: 1 = as much
    a head as there is for everybody."""


class BudgetConfig(FrozenConfig):
    """What may be spent in the coming quarter; docs/methods/budget.md has the formulas."""

    money: NonNegativeFloat | None = None
    """Budget in the unit of `courses.cost`; empty = no allocation is made."""
    by_lower_bound: bool = False
    """Count on the lower end of each lift's interval: fewer surprises, less gained on average."""
    mandatory: Literal["first", "apart"] = "first"
    """Mandatory courses that are due: bought `first`, from this money, or paid for `apart`."""
    courses_per_person: Annotated[int, Field(ge=1, le=6)] = 2
    """Courses that one person is given in the quarter at the most, mandatory ones not counted."""
    hours_per_person: PositiveFloat | None = None
    """Hours that one person may learn in the quarter, open and mandatory courses among them;
    empty = no limit."""
    hours_per_head: PositiveFloat | None = None
    """Hours a head that each unit can spare in the quarter, mandatory courses among them; empty =
    no limit."""
    minima: tuple[MinimumConfig, ...] = ()
    """Minimum service, a table each: `[[settings.budget.minima]]`."""
    goals: bool = True
    """Whether a lift counts by what the person's unit has to achieve; no = every point counts 1."""
    candidates: Annotated[int, Field(ge=1, le=200)] = 50
    """Courses of a person that are looked at: those of most lift."""
    solver: Literal["auto", "exact", "dual"] = "auto"
    """`exact`: an integer program; `dual`: prices, for any number of people; `auto`: exact up to
    `exact_pairs`."""
    exact_pairs: PositiveInt = 40_000
    """Pairs of person and course up to which `auto` takes the integer program."""
    tolerance: Annotated[float, Field(gt=0, lt=1)] = 0.001
    """Gap between plan and bound, as part of the bound, at which solving may end."""
    curve: tuple[PositiveFloat, ...] = (0.25, 0.5, 0.75, 1.25, 1.5, 2.0, 3.0)
    """Budgets of the curve, as parts of `money`, beside `money` itself; empty = no curve."""
