"""Rules by which alerts may be raised: today's, the same course by course, and the older ones."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ptml.decide.health.alerts import CourseFigures, raised
from ptml.decide.health.config import AlertConfig

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Raised = Mapping[str, BoolArray]

# As the older rules had it.
_WORTHWHILE_POINTS = 1.5


def by_interval(figures: CourseFigures, config: AlertConfig) -> Raised:
    """The older rules: the shown interval of a course, a share against a bound, and no more."""
    levels, lifts, enough = figures.levels, figures.lifts, config.min_people
    nothing = (lifts.low <= 0) & (lifts.high >= 0) & (lifts.high < _WORTHWHILE_POINTS)
    liked = (levels.satisfaction.value >= config.high_satisfaction) & (
        levels.satisfaction.n >= enough
    )
    done = (levels.completion >= config.high_completion) & (figures.ended >= enough)
    passed = (levels.exam.value >= config.good_exam) & (levels.exam.n >= enough)
    unused = (levels.transfer.value < config.low_transfer) & (levels.transfer.n >= enough)
    return {
        "harmful": lifts.high < 0,
        "high_satisfaction_no_lift": liked & nothing,
        "high_completion_low_lift": done & nothing,
        "low_transfer": unused,
        "exam_pass_no_transfer": passed & unused,
    }


def _each_alone(p: FloatArray, asked: BoolArray, rate: float) -> BoolArray:
    return np.asarray(asked & (p <= rate))


RULES: Mapping[str, Callable[[CourseFigures, AlertConfig], Raised]] = {
    "interval": by_interval,
    "alone": lambda figures, config: raised(figures, config, _each_alone),
    "held": raised,
}
"""The older rules; today's figures without regard to how many courses are looked at; today's."""
