"""Settings of the recommender."""

from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig


class PreferenceConfig(FrozenConfig):
    """How preference is learnt; docs/methods/recommending.md says why."""

    max_factors: PositiveInt = 128
    """Latent factors at the most; a small catalogue gets a quarter of its number of courses."""
    regularization: PositiveFloat = 5.0
    """Pull of the factors towards 0."""
    alpha: PositiveFloat = 10.0
    """Confidence of a chosen enrolment of weight 1."""
    iterations: PositiveInt = 15
    """Alternating least-squares rounds."""
    half_life_days: PositiveFloat = 730.0
    """A choice this old counts half."""
    short_history: PositiveFloat = 1.0
    """Number of choices at which a person's own factors count as much as their role."""
    role_prior: PositiveFloat = 20.0
    """People of everybody's taste that are added to each role."""
    held_out_days: PositiveInt = 90
    """The last days before the as-of date on which the recommender is judged."""
    min_held_out: PositiveInt = 50
    """People with a held-out choice below which nothing is judged and popularity is used."""
    max_judged: PositiveInt = 20_000
    """People who are judged at the most."""


class CompletionConfig(FrozenConfig):
    """How the probability of completion is estimated."""

    prior_starts: Annotated[float, Field(gt=0)] = 10.0
    """Starts of average outcome that are added to each course and each person."""
    min_ended: PositiveInt = 20
    """Ended enrolments below which the probability is unknown."""
