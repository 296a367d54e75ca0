"""Course health: what was taken and finished, and what came of it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import NonNegativeFloat, PositiveInt

from ptml.decide.alerts import AlertConfig, CourseFigures, alerts_of
from ptml.features.history import History
from ptml.features.windows import whole

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Sums are kept as whole numbers of this: they do not depend on how people are cut into buckets.
_UNIT = 2.0**-20


class HealthConfig(AlertConfig):
    """When a course is named, and what a point is worth."""

    value_per_point: NonNegativeFloat | None = None
    """Money that a point of a person's performance is worth over the two periods after a course;
    empty = no benefit is told."""
    min_shown: PositiveInt = 5
    """A mean of fewer answers, exams or checks would be about persons: it is not told."""


@dataclass
class HealthTotals:
    """Sums over enrolments by course, added bucket by bucket; rows of ``sums`` as ``NAMES``."""

    n_courses: int
    sums: NDArray[np.int64] = field(init=False)

    NAMES = (
        "enrolled",
        "started",
        "completed",
        "ended",
        "exam",
        "exams",
        "liked",
        "likes",
        "checked",
        "weak",
    )

    def __post_init__(self) -> None:
        self.sums = np.zeros((len(self.NAMES), self.n_courses), dtype=np.int64)

    def add(self, history: History, day: int, checked: BoolArray, weak: BoolArray) -> None:
        """Add the enrolments known before a day.

        Parameters
        ----------
        checked, weak : (n_enrolments,) bool
            Whether the transfer of each is known as of the day, and weak.
        """
        log = history.enrolments
        ended = log.ended < day
        exam = np.where(ended, log.exam_score, np.nan)
        liked = np.where(ended, log.satisfaction, np.nan)
        columns = {
            "enrolled": log.enrolled < day,
            "started": log.started < day,
            "completed": log.completed < day,
            "ended": ended,
            "exam": whole(exam),
            "exams": np.isfinite(exam),
            "liked": whole(liked),
            "likes": np.isfinite(liked),
            "checked": checked,
            "weak": weak & checked,
        }
        for k, name in enumerate(self.NAMES):
            # Whole numbers of this size are exact in float64, in which bincount adds.
            added = np.bincount(log.course, columns[name], minlength=self.n_courses)
            self.sums[k] += added.astype(np.int64)

    def count(self, name: str) -> FloatArray:
        """A number of enrolments by course, (n_courses,)."""
        return self.sums[self.NAMES.index(name)].astype(np.float64)

    def mean(self, part: str, whole_name: str, fewest: int = 1) -> FloatArray:
        """One sum over another, (n_courses,); NaN where the other is less than `fewest`."""
        n = self.count(whole_name)
        return np.where(n >= fewest, self.count(part) / np.maximum(n, 1), np.nan)


@dataclass(frozen=True, eq=False)
class CourseLift:
    """Lift of each course with its 90 % interval, (n_courses,) float64; NaN = refused."""

    lift: FloatArray
    low: FloatArray
    high: FloatArray


def course_health(
    totals: HealthTotals, lifts: CourseLift, cost_per_seat: FloatArray, config: HealthConfig
) -> dict[str, Any]:
    """Columns of `course_health` but ids and titles.

    Parameters
    ----------
    cost_per_seat : (n_courses,) float64
        NaN = unknown.
    """
    fewest = config.min_shown
    cost = totals.count("enrolled") * cost_per_seat
    benefit = np.full(len(cost), np.nan)
    if config.value_per_point is not None:
        benefit = lifts.lift * config.value_per_point * totals.count("started")
    figures = CourseFigures(
        ended=totals.count("ended"),
        rated=totals.count("likes"),
        examined=totals.count("exams"),
        checked=totals.count("checked"),
        completion=totals.mean("completed", "ended"),
        mean_satisfaction=totals.mean("liked", "likes", fewest) * _UNIT,
        mean_exam=totals.mean("exam", "exams", fewest) * _UNIT,
        transfer_rate=1 - totals.mean("weak", "checked", fewest),
        lift=lifts.lift,
        lift_low=lifts.low,
        lift_high=lifts.high,
    )
    return {
        "enrolled": totals.count("enrolled").astype(np.int32),
        "completed": totals.count("completed").astype(np.int32),
        "mean_exam": figures.mean_exam,
        "mean_satisfaction": figures.mean_satisfaction,
        "transfer_rate": figures.transfer_rate,
        "lift": figures.lift,
        "lift_low": figures.lift_low,
        "lift_high": figures.lift_high,
        "cost": cost,
        "benefit": benefit,
        "roi": np.divide(benefit - cost, cost, out=np.full(len(cost), np.nan), where=cost > 0),
        "alerts": alerts_of(figures, config),
    }
