"""Settings of the early warning."""

from typing import Annotated, Literal, Self

from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from ptml.config import FrozenConfig
from ptml.transfer.fairness_config import FairnessConfig
from ptml.transfer.unit_config import UnitConfig

Share = Annotated[float, Field(gt=0, lt=1)]


class LabelConfig(FrozenConfig):
    """What weak transfer is; the defaults are the contract's words."""

    window_days: PositiveInt = 90
    """Days after completion, both ends inclusive, in which behaviour checks count."""
    weak_below: Share = 0.5
    """Mean score of the behaviour checks below which transfer is weak."""
    max_absence_days: PositiveInt = 30
    """A longer absence in the window makes the outcome unknown."""
    blocking_opportunity: Annotated[float, Field(ge=1, le=5)] = 2.0
    """Feedback of kind `opportunity` at or below this blocks: it is the unit's matter."""
    blocking_incident_hours: NonNegativeFloat = 40.0
    """An incident in the unit that cost more hours than this blocks."""


class TreeConfig(FrozenConfig):
    """The trees: few and small, so that their reasons stay stable and quick to work out."""

    n_trees: PositiveInt = 300
    """Trees at the most; the spans that are held out keep fewer."""
    n_leaves: Annotated[int, Field(ge=2, le=31)] = 8
    """Leaves of each tree."""
    max_depth: Annotated[int, Field(ge=1, le=8)] = 4
    """Depth of each tree."""
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    """Step of each tree."""
    min_rows_in_leaf: PositiveInt = 100
    """Completions in each leaf at the least."""
    l2: NonNegativeFloat = 30.0
    """Ridge penalty on leaf values."""
    feature_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the features that each tree may look at."""
    row_share: Annotated[float, Field(gt=0, le=1)] = 0.8
    """Share of the rows that each tree is fitted on."""
    has_random_cuts: bool = True
    """Draw the cut of each feature at random (Geurts et al. 2006): less is learnt from chance."""
    is_monotone: bool = True
    """Hold the direction of features where the field is sure of it."""


class LinearConfig(FrozenConfig):
    """The straight part, from which the trees go on."""

    is_used: bool = True
    """Whether there is one; else the trees start from the mean."""
    ridge: NonNegativeFloat = 10.0
    """Ridge penalty on the weights of standardised features."""
    lasso: NonNegativeFloat = 10.0
    """Lasso penalty on the same: features that say what others say drop out."""


class RuleConfig(FrozenConfig):
    """Plain rules of practice, shown beside the model."""

    exam_below: Annotated[float, Field(ge=0, le=100)] = 60.0
    """Completed fully, and an exam score below this."""
    new_levels: NonNegativeFloat = 0.5
    """A course teaches a new skill from this many levels on that were new to the person."""


class CheckedConfig(FrozenConfig):
    """How the choice of who gets checked is examined."""

    n_folds: Annotated[int, Field(ge=2)] = 5
    """Folds of employees: nobody's probability comes from trees that have seen the person."""
    n_trees: PositiveInt = 80
    """Trees a fold."""
    n_leaves: Annotated[int, Field(ge=2, le=31)] = 8
    """Leaves of each tree."""
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.06
    """Step of each tree."""
    min_rows_in_leaf: PositiveInt = 40
    """Completions in each leaf at the least."""
    min_of_each_kind: PositiveInt = 50
    """Known and unknown outcomes below which nothing is said of the choice."""
    max_completions: PositiveInt = 50_000
    """Completions with a closed window that are looked at; above that a random sample."""
    largest_weight: Annotated[float, Field(ge=1)] = 5.0
    """A known outcome stands for this many at the most (relative to the mean)."""
    gamma: Annotated[float, Field(ge=1)] = 2.0
    """Factor by which the odds of weak transfer may differ between completions that were not
    checked and checked ones that look alike; an assumption, never an estimate."""


class WarningConfig(FrozenConfig):
    """How early warning is learnt and when it flags; docs/methods/early-warning.md says why."""

    label: LabelConfig = LabelConfig()
    """What weak transfer is."""
    trees: TreeConfig = TreeConfig()
    """The trees of the classifier."""
    linear: LinearConfig = LinearConfig()
    """Its straight part."""
    tuning_trials: NonNegativeInt = 0
    """Settings of trees and straight part that are tried; 0 or 1 = the given ones, untried."""
    units: UnitConfig = UnitConfig()
    """When a unit is flagged in the place of its people."""
    rules: RuleConfig = RuleConfig()
    """Rules of practice beside it."""
    checked: CheckedConfig = CheckedConfig()
    """Who gets checked."""
    label_weights: Literal["none", "inverse"] = "inverse"
    """Whether known outcomes count alike in fitting and calibration, or by the inverse of the
    probability that they became known (decision 24)."""
    fairness: FairnessConfig = FairnessConfig()
    """The audit by protected group."""
    joint_margin: Annotated[float, Field(ge=0, lt=1)] = 0.02
    """Share of log loss by which one model for both stages has to beat one for each."""
    test_days: PositiveInt = 180
    """Newest completions with a known label that are held out to say how good the model is."""
    calibration_days: PositiveInt = 120
    """Days of a span of completions that is held out to calibrate."""
    calibration_steps: PositiveInt = 3
    """Such spans, one before the other: together they calibrate and set the number of trees."""
    min_labels: PositiveInt = 200
    """Labels known as of the date below which no model is fitted."""
    min_of_each_class: PositiveInt = 20
    """Weak and sound completions that both training and calibration need."""
    max_completions: PositiveInt = 150_000
    """Completions with a known outcome that are used at the most; above that a random sample."""
    opportunity_lookback_days: PositiveInt = 180
    """The last `opportunity` answer this recent blocks at the moment of the warning."""
    incident_lookback_days: PositiveInt = 90
    """An incident in the unit this recent blocks at the moment of the warning."""
    review_share: Annotated[float, Field(gt=0, le=1)] = 0.15
    """Share of completions that people can look into; the riskiest ones are flagged."""
    reviews_per_week: PositiveFloat | None = None
    """Instead of the share: how many completions a week people can look into."""
    cost_of_miss: PositiveFloat | None = None
    """Instead of a capacity: what a missed weak transfer costs, in false alarms."""
    holdout_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.0
    """Share of what would be flagged that a draw leaves unflagged, to learn whether flagging helps;
    0 = none. Read when scoring: it takes no training."""
    holdout_salt: Annotated[str, Field(pattern=r"^[ -~]{1,32}$")] = "flags"
    """Key of the draw. Keep it: another one deals everybody out anew."""
    prior_strength: PositiveFloat = 10.0
    """Checked completions that a past weak rate is shrunk by towards the rate of all."""
    n_resamples: Annotated[int, Field(ge=2)] = 8
    """Times that the model is fitted anew on resampled employees, to tell reasons from noise."""
    n_background: PositiveInt = 24
    """Past cases whose thirty days stand for those of a completion that is new."""
    num_threads: PositiveInt = 1
    """LightGBM threads; results differ in the last bit between 1 and 2."""

    @model_validator(mode="after")
    def _has_one_rule(self) -> Self:
        if self.reviews_per_week is not None and self.cost_of_miss is not None:
            raise ValueError("set reviews_per_week or cost_of_miss, not both")
        return self
