"""When a challenger takes the champion's place."""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig

Margin = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class MarginConfig(FrozenConfig):
    """How much worse still counts as no worse, figure by figure; empty = told, decides nothing.

    The figures that decide are few: each one more refuses a good challenger now and then.
    """

    ndcg_at_10: Margin | None = 0.02
    """Next choices: about the width of what a retraining changes by chance in 1,000 people."""
    recall_at_20: Margin | None = None
    """Next choices among the first twenty: says little that NDCG does not."""
    completion_brier: Margin | None = None
    """Squared error of the probability that a start is completed; decides no rank by itself."""
    auc: Margin | None = 0.03
    """Warnings, each stage: of a hundred pairs of a weak and a sound case, three more wrong."""
    average_precision: Margin | None = None
    """Warnings, each stage."""
    log_loss: Margin | None = 0.03
    """Warnings, each stage: nats a case; a probability of .60 said where .62 is right costs .001,
    where .75 is right .05."""
    calibration_error: Margin | None = None
    """Warnings, each stage: held to a bound of its own (`largest_calibration_error`)."""
    precision_flagged: Margin | None = None
    """Warnings, each stage: share of the flagged that stayed unused; few, so told only."""
    lift_loss: Margin | None = 0.25
    """Orthogonal loss of lifts, points squared a start: lifts that are off by half a point more."""
    lift_slope: None = None
    """Slope of observed on predicted lift: more is not better, so it is told only."""


NOTHING_DECIDES = MarginConfig(ndcg_at_10=None, auc=None, log_loss=None, lift_loss=None)
"""For figures that are told beside those that decide."""


class PromotionConfig(FrozenConfig):
    """How a challenger is held against the champion; docs/how-to/promote.md."""

    window_days: PositiveInt = 90
    """Outcomes that became known in so many days before the date are what both are judged by."""
    margins: MarginConfig = MarginConfig()
    """What no worse means."""
    n_draws: Annotated[int, Field(ge=100)] = 500
    """Resamples of the people; the same for every figure and for both models."""
    min_people: PositiveInt = 50
    """People with an outcome in the window below which a figure is unknown."""
    min_of_each_class: PositiveInt = 20
    """Weak and sound cases below which a figure of the warnings is unknown; starts with an outcome
    below which one of the lift is."""
    unknown: Literal["refuse", "same_recipe", "promote"] = "same_recipe"
    """What becomes of a challenger of which a deciding figure is unknown: refused, promoted if it
    was made as the champion was, or promoted. It has to pass all checks in any case."""
    refit: Literal["always", "other_recipe"] = "always"
    """Whether a twin is fitted too where both models were made alike: it tells how good that way
    is, and whether the challenger is what its way gives. It costs a training."""
    largest_calibration_error: Share = 0.1
    """Mean distance of what was said from what came true, of warnings in the window; more passes
    where that many cases are off by as much by chance."""
    least_flagged_share: Share = 0.0
    """Share of the open completions that is flagged at the least."""
    largest_flagged_share: Share = 0.5
    """And at the most: who flags every second one, flags nobody."""
    largest_empty_share: Share = 0.05
    """People without any recommendation, beyond those whom the champion leaves without."""
    least_evenness: Share = 0.8
    """Lower over higher rate of a group and all others that is still even (four fifths)."""
    evenness_margin: Share = 0.05
    """How much less even than the champion's is no worse."""
    list_length: PositiveInt = 3
    """Courses at the top of a list whose change is told."""
    largest_churn: Share | None = None
    """Share of people whose top may change; empty = told, refuses nothing."""
    smallest_group: Annotated[int, Field(ge=5)] = 5
    """People that a group needs for its churn to be told."""
