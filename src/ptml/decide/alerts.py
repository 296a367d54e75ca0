"""Alerts: what asks for a second look at a course, with the figures that say so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, PositiveInt

from ptml.config import FrozenConfig

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class AlertConfig(FrozenConfig):
    """When a course is named."""

    high_satisfaction: Annotated[float, Field(ge=1, le=5)] = 4.5
    """Mean satisfaction that raises expectations."""
    high_completion: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Share completed of what has ended that raises expectations."""
    low_transfer: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share used on the job below which a course is named."""
    good_exam: Annotated[float, Field(ge=0, le=100)] = 75.0
    """Mean exam from which on people can be said to have learnt."""
    worthwhile_points: NonNegativeFloat = 1.5
    """A lift that might still be this large is not called nothing."""
    min_people: PositiveInt = 10
    """People from which on a course is judged."""


@dataclass(frozen=True, eq=False)
class CourseFigures:
    """What alerts look at, (n_courses,) float64 each; NaN = unknown.

    Attributes
    ----------
    ended, rated, examined, checked
        How many enrolments ended, were rated, examined, and checked for use on the job.
    completion, mean_satisfaction, mean_exam, transfer_rate
        Share completed of what has ended, 1-5, 0-100, share used of what was checked.
    lift, lift_low, lift_high
        Points.
    """

    ended: FloatArray
    rated: FloatArray
    examined: FloatArray
    checked: FloatArray
    completion: FloatArray
    mean_satisfaction: FloatArray
    mean_exam: FloatArray
    transfer_rate: FloatArray
    lift: FloatArray
    lift_low: FloatArray
    lift_high: FloatArray


_VALUES = {
    "harmful": ("lift", "lift_low", "lift_high"),
    "high_satisfaction_no_lift": ("mean_satisfaction", "lift", "lift_low", "lift_high"),
    "high_completion_low_lift": ("completion", "lift", "lift_low", "lift_high"),
    "low_transfer": ("transfer_rate",),
    "exam_pass_no_transfer": ("mean_exam", "transfer_rate"),
}
ALERTS = tuple(_VALUES)
"""Codes of alerts, the gravest first."""


def raised(figures: CourseFigures, config: AlertConfig) -> Mapping[str, BoolArray]:
    """Whether each alert is raised for each course, (n_courses,) bool by code.

    An alert needs the figures that it speaks of, from `min_people` people each.
    """
    enough = config.min_people
    shows_nothing = (figures.lift_low <= 0) & (figures.lift_high >= 0)
    shows_nothing &= figures.lift_high < config.worthwhile_points
    is_liked = (figures.mean_satisfaction >= config.high_satisfaction) & (figures.rated >= enough)
    is_done = (figures.completion >= config.high_completion) & (figures.ended >= enough)
    is_passed = (figures.mean_exam >= config.good_exam) & (figures.examined >= enough)
    is_unused = (figures.transfer_rate < config.low_transfer) & (figures.checked >= enough)
    return {
        "harmful": figures.lift_high < 0,
        "high_satisfaction_no_lift": is_liked & shows_nothing,
        "high_completion_low_lift": is_done & shows_nothing,
        "low_transfer": is_unused,
        "exam_pass_no_transfer": is_passed & is_unused,
    }


def alerts_of(figures: CourseFigures, config: AlertConfig) -> list[str]:
    """The alerts of each course as a JSON list of ``{code, values}``, the gravest first."""
    found = raised(figures, config)
    return [
        json.dumps(
            [
                {"code": code, "values": _values(figures, code, course)}
                for code in ALERTS
                if found[code][course]
            ]
        )
        for course in range(len(figures.lift))
    ]


def _values(figures: CourseFigures, code: str, course: int) -> dict[str, float]:
    return {name: round(float(getattr(figures, name)[course]), 3) for name in _VALUES[code]}
