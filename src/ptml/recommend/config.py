"""Settings of the recommender."""

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig


class PreferenceConfig(FrozenConfig):
    """How preference is learnt; docs/methods/recommending.md has the formulas and the figures."""

    trials: NonNegativeInt = 6
    """Settings that are tried for each way to learn, on validation; 1 = the ones below, untried."""
    n_folds: PositiveInt = 2
    """Windows before the held-out one that settings are chosen on, as far as the data reach."""
    gap_days: NonNegativeInt = 7
    """Days between what is learnt from and what is held out: a model is used a week old."""
    held_out_days: PositiveInt = 90
    """Length of a window of choices that is held out; up to four times as long where it holds too
    few people."""
    min_held_out: PositiveInt = 50
    """People with a held-out choice below which nothing is judged and popularity is used."""
    max_people: PositiveInt = 50_000
    """People that ways to learn are compared on at the most; the chosen one learns from all."""
    recency_power: NonNegativeFloat = 0.75
    """A choice after which k others were made weighs ``(1 + k) ** -recency_power``."""
    half_life_days: PositiveFloat = 365.0
    """A choice this old counts half in popularity."""
    ridge: PositiveFloat = 30.0
    """Pull of what follows a course towards what everybody in the role chooses."""
    placing_choices: PositiveFloat = 10.0
    """Choices of a course at which its own effects count as much as its neighbours'."""
    factor_share: NonNegativeFloat = 0.03
    """How much the factors' score adds to the expected share of the next choices."""
    max_back: PositiveInt = 30
    """Choices before a moment of choosing that are learnt from."""
    max_ahead: PositiveInt = 5
    """Choices from a moment of choosing onwards that are learnt."""
    max_following: PositiveInt = 5_000
    """Courses, the most chosen first, for which it is learnt what follows them."""
    max_factors: PositiveInt = 128
    """Latent factors at the most."""
    courses_per_factor: PositiveInt = 8
    """A smaller catalogue gets one factor for this many courses."""
    regularization: PositiveFloat = 20.0
    """Pull of the factors towards 0."""
    alpha: PositiveFloat = 30.0
    """Confidence of a chosen enrolment of weight 1."""
    iterations: PositiveInt = 15
    """Alternating least-squares rounds."""


class CompletionConfig(FrozenConfig):
    """How the probability of completion is estimated."""

    give_up_days: PositiveInt = 365
    """A start that is this old and neither completed nor dropped counts as not completed."""
    min_ended: PositiveInt = 20
    """Starts with a known end below which the probability is unknown."""
    held_out_days: PositiveInt = 180
    """The last days before the as-of date; what ended in them is what the estimate is judged on."""
    max_judged: PositiveInt = 20_000
    """Starts that are judged at the most."""
