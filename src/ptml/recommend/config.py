"""Settings of the recommender."""

from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig


class PreferenceConfig(FrozenConfig):
    """How preference is learnt; docs/methods/recommending.md has the formulas and the figures."""

    recency_power: NonNegativeFloat = 0.75
    """A choice after which k others were made weighs ``(1 + k) ** -recency_power``."""
    half_life_days: PositiveFloat = 365.0
    """A choice this old counts half in popularity."""
    ridge: PositiveFloat = 30.0
    """Pull of what follows a course towards what everybody in the role chooses."""
    max_back: PositiveInt = 30
    """Choices before a moment of choosing that are learnt from."""
    max_ahead: PositiveInt = 5
    """Choices from a moment of choosing onwards that are learnt."""
    max_following: PositiveInt = 5_000
    """Courses, the most chosen first, for which it is learnt what follows them."""
    factor_share: NonNegativeFloat = 0.03
    """How much the factors' score adds to the expected share of the next choices."""
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
    held_out_days: PositiveInt = 90
    """The last days with choices before the as-of date, on which the recommender is judged; up to
    four times as many where they hold too few people."""
    min_held_out: PositiveInt = 50
    """People with a held-out choice below which nothing is judged and popularity is used."""
    max_judged: PositiveInt = 20_000
    """People who are judged at the most."""


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
