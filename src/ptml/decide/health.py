"""Course health: what was taken and finished, what came of it, and what asks for a second look."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig
from ptml.features.history import History

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class HealthConfig(FrozenConfig):
    """When a course is named, and what a point is worth."""

    value_per_point: Annotated[float, Field(ge=0)] | None = None
    """Money that a point of performance is worth over the two periods; empty = no benefit."""
    high_satisfaction: Annotated[float, Field(ge=1, le=5)] = 4.5
    """Mean satisfaction that raises expectations."""
    high_completion: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Share completed that raises expectations."""
    low_transfer: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share used on the job below which a course is named."""
    good_exam: Annotated[float, Field(ge=0, le=100)] = 75.0
    """Mean exam from which on people can be said to have learnt."""
    worthwhile_points: Annotated[float, Field(ge=0)] = 1.5
    """A lift that might still be this large is not called nothing."""
    min_people: PositiveInt = 10
    """People from which on a course is judged."""


@dataclass
class HealthTotals:
    """Sums over enrolments by course, added bucket by bucket; rows of ``sums`` as ``NAMES``."""

    n_courses: int
    sums: FloatArray = field(init=False)

    NAMES = ("enrolled", "completed", "ended", "exam", "exams", "liked", "likes", "checked", "weak")

    def __post_init__(self) -> None:
        self.sums = np.zeros((len(self.NAMES), self.n_courses))

    def add(self, history: History, day: int, checked: BoolArray, weak: BoolArray) -> None:
        """Add the enrolments known before a day.

        Parameters
        ----------
        checked, weak : (n_enrolments,) bool
            Whether the transfer of each is known, and weak.
        """
        log = history.enrolments
        enrolled, ended = log.enrolled < day, log.ended < day
        completed = ended & (log.completed < day)
        exam = np.where(ended, log.exam_score, np.nan).astype(np.float64)
        liked = np.where(ended, log.satisfaction, np.nan).astype(np.float64)
        columns = (
            enrolled,
            completed,
            ended,
            np.nan_to_num(exam),
            np.isfinite(exam),
            np.nan_to_num(liked),
            np.isfinite(liked),
            checked,
            weak & checked,
        )
        for k, column in enumerate(columns):
            self.sums[k] += np.bincount(log.course, column, minlength=self.n_courses)

    def column(self, name: str) -> FloatArray:
        """Sums of one name, (n_courses,)."""
        return self.sums[self.NAMES.index(name)]

    def share(self, part: str, whole: str) -> FloatArray:
        """One sum over another, (n_courses,); NaN where there is nothing."""
        n = self.column(whole)
        return np.divide(self.column(part), n, out=np.full(len(n), np.nan), where=n > 0)


@dataclass(frozen=True)
class CourseLift:
    """Lift of each course with its 90 % interval, (n_courses,) float64; NaN = refused."""

    lift: FloatArray
    low: FloatArray
    high: FloatArray


def course_health(
    totals: HealthTotals, lifts: CourseLift, cost_per_seat: FloatArray, config: HealthConfig
) -> dict[str, Any]:
    """Columns of `course_health` but ids and titles."""
    enrolled = totals.column("enrolled")
    cost = enrolled * cost_per_seat
    benefit = np.full(len(enrolled), np.nan)
    if config.value_per_point is not None:
        benefit = lifts.lift * config.value_per_point * enrolled
    roi = np.divide(benefit - cost, cost, out=np.full(len(cost), np.nan), where=cost > 0)
    columns: dict[str, Any] = {
        "enrolled": enrolled.astype(np.int32),
        "completed": totals.column("completed").astype(np.int32),
        "mean_exam": totals.share("exam", "exams"),
        "mean_satisfaction": totals.share("liked", "likes"),
        "transfer_rate": 1 - totals.share("weak", "checked"),
        "lift": lifts.lift,
        "lift_low": lifts.low,
        "lift_high": lifts.high,
        "cost": cost,
        "benefit": benefit,
        "roi": roi,
    }
    completion = totals.share("completed", "ended")
    columns["alerts"] = [
        json.dumps(_alerts(c, columns, completion, totals, config)) for c in range(len(enrolled))
    ]
    return columns


def _alerts(
    c: int,
    columns: Mapping[str, Any],
    completion: FloatArray,
    totals: HealthTotals,
    config: HealthConfig,
) -> list[dict[str, Any]]:
    liked, used = columns["mean_satisfaction"][c], columns["transfer_rate"][c]
    lift, low, high = (columns[name][c] for name in ("lift", "lift_low", "lift_high"))
    if columns["completed"][c] < config.min_people:
        return []
    nothing_shown = bool(low <= 0 and high < config.worthwhile_points)
    judged = totals.column("checked")[c] >= config.min_people
    found = {
        "harmful": bool(high < 0),
        "high_satisfaction_no_lift": nothing_shown and bool(liked >= config.high_satisfaction),
        "high_completion_low_lift": nothing_shown and bool(completion[c] >= config.high_completion),
        "low_transfer": judged and bool(used < config.low_transfer),
        "exam_pass_no_transfer": judged
        and bool(used < config.low_transfer and columns["mean_exam"][c] >= config.good_exam),
    }
    values = {
        "lift": lift,
        "lift_low": low,
        "lift_high": high,
        "mean_satisfaction": liked,
        "completion": completion[c],
        "transfer_rate": used,
        "mean_exam": columns["mean_exam"][c],
    }
    told = {name: round(float(v), 3) for name, v in values.items() if np.isfinite(v)}
    return [{"code": code, "values": told} for code, is_so in found.items() if is_so]
