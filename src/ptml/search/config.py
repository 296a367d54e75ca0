"""Settings of `ptml tune`."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig
from ptml.intervals import Z_ONE_SIDED_90


class TuningConfig(FrozenConfig):
    """How settings are searched and the winner judged again; docs/how-to/tune.md says why."""

    trials: Annotated[int, Field(ge=2)] = 30
    """Trials of a study in all; the first is the default."""
    budget_minutes: PositiveFloat | None = None
    """No trial is begun that would hardly end within these minutes; empty = no limit."""
    blind_trials: PositiveInt = 5
    """Trials that are drawn before the search learns from them."""
    n_folds: Annotated[int, Field(ge=1, le=12)] = 3
    """Spans of time that the recommender and the warning are searched on, as far as data reach."""
    pruner: Literal["paired", "median", "none"] = "paired"
    """What stops a trial between folds: clearly worse than the best case by case, or below the
    median of the trials before, or nothing."""
    z_pruned: NonNegativeFloat = Z_ONE_SIDED_90
    """Standard errors below the best at which `paired` gives a trial up; 1.28 = one side, 10 %."""
    judge_seeds: PositiveInt = 3
    """Seeds with which winner and default are learnt again on what the search did not see."""
