"""Segments of employees: who is new, leads, has potential; and how they do against their target."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig
from ptml.features.matrix import FeatureMatrix

IntArray = NDArray[np.int64]

SEGMENTS = ("new", "core", "high_potential", "manager")
STATES = ("below", "on", "above")
UNKNOWN_STATE = -1


class SegmentConfig(FrozenConfig):
    """Where one segment ends and the next begins."""

    new_days: PositiveInt = 365
    """Tenure up to which somebody is new."""
    new_role_days: PositiveInt = 182
    """Time in the role up to which somebody is new."""
    below: Annotated[float, Field(gt=0)] = 95.0
    """Mean score of the last two periods below which somebody is below target, points."""
    above: Annotated[float, Field(gt=0)] = 105.0
    """... and above which somebody is above it."""


def segment_of(people: FeatureMatrix, config: SegmentConfig) -> IntArray:
    """Segment of each person, position in ``SEGMENTS``, (n,).

    A manager leads people; new is who is new to the company or the role; high potential is who is
    above target and rising; everybody else is core.
    """
    with np.errstate(invalid="ignore"):
        manager = people.column("is_people_manager") > 0
        new = (people.column("tenure_days") < config.new_days) | (
            people.column("role_days") < config.new_role_days
        )
        rising = people.column("score_trend_points_a_year") > 0
        potential = (people.column("score_mean_2_periods") > config.above) & rising
    return np.select([manager, new, potential], [3, 0, 2], default=1)


def performance_state(people: FeatureMatrix, config: SegmentConfig) -> IntArray:
    """Position in ``STATES`` of each person, (n,); -1 = no score is known."""
    score = people.column("score_mean_2_periods")
    with np.errstate(invalid="ignore"):
        state = np.where(score < config.below, 0, np.where(score > config.above, 2, 1))
    return np.where(np.isnan(score), UNKNOWN_STATE, state)
