"""Settings of the lift model."""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig


class LiftConfig(FrozenConfig):
    """How lift is estimated; docs/methods/lift.md says why."""

    base_quarters: tuple[PositiveInt, ...] = ()
    """Quarters before the decision whose mean score is the base; empty = chosen by evidence, 3 and
    4 unless another is clearly better at letting a dip pass for no change."""
    n_folds: Annotated[int, Field(ge=2, le=20)] = 3
    """Folds of employees for cross-fitting."""
    n_rounds: Annotated[int, Field(ge=1, le=10)] = 3
    """Rounds in which the other courses of a person are taken out of the outcome."""
    n_trees: PositiveInt = 120
    """Trees of each nuisance model at the most; fewer where later quarters ask for no more."""
    n_leaves: Annotated[int, Field(ge=2, le=64)] = 15
    """Leaves of each nuisance tree."""
    min_leaf_rows: PositiveInt = 40
    """Rows of a leaf at the least."""
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.06
    """Step of each nuisance model."""
    controls_per_start: PositiveInt = 20
    """People drawn for each start of a course who did not start it in that quarter."""
    max_pairs: PositiveInt = 1_100_000
    """Starts and controls at the most, about; above that fewer controls are drawn a start."""
    min_takers: PositiveInt = 10
    """A course with fewer past takers whose outcome is known gets a number only where other
    courses say what one of its kind does (`min_known_courses`); else it is refused as `too_few`."""
    min_known_courses: PositiveInt = 15
    """Courses with enough takers that are needed to say what courses with few takers do."""
    min_support: PositiveInt = 5
    """Of a course with enough takers, a person with fewer comparable ones is refused as
    `no_overlap`; what courses of its kind do is no matter of support."""
    min_rows: PositiveInt = 200
    """Employee-quarters with a known outcome below which no model is fitted at all."""
    comparable_ratio: Annotated[float, Field(gt=1)] = 3.0
    """A past taker is comparable when both odds of starting the course lie within this ratio."""
    stage: Literal["r", "dr"] = "r"
    """Learner of the boosted final stage: the R-learner or the DR-learner. Both are fitted and
    reported."""
    unexplained_share: Annotated[float, Field(ge=0, le=4)] = 1.0
    """Variance of true lifts between people of one course that no modifier explains, as a share of
    the variance that modifiers do explain; it widens every interval."""
    tuning_trials: Annotated[int, Field(ge=0, le=1_000)] = 0
    """Settings that Optuna tries before the model is fitted, each learnt on early quarters and
    judged on later ones of other people; 0 = none, these settings are taken. A trial takes about a
    third of a training."""
    num_threads: PositiveInt = 2
    """LightGBM threads; results differ in the last bit between 1 and 2. Where other work runs on
    the same cores, 1 is by far the quicker: threads wait for one another."""
