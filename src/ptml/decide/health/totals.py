"""Sums over people that course health is made of, added bucket by bucket."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ptml.decide.health.assessed import level_change
from ptml.features.capability import HIGHEST_LEVEL, Capability
from ptml.features.history import History
from ptml.features.windows import whole

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Sums are kept as whole numbers of these: they do not depend on how people are cut into buckets.
UNIT, COARSE = 2.0**-20, 2.0**-10
# Levels are counted in steps of an eighth.
STEPS_A_LEVEL = 8
N_STEPS = round(HIGHEST_LEVEL) * STEPS_A_LEVEL + 1

# What is added up of recent enrolments and of earlier ones too.
_SPLIT = ("enrolled", "liked", "liked_squared", "likes", "checked", "weak")
_SPLIT_NAMES = tuple(f"{name}_{when}" for when in ("recent", "earlier") for name in _SPLIT)


@dataclass
class HealthTotals:
    """Sums over enrolments by course, and over people by competency.

    Attributes
    ----------
    sums : (len(NAMES), n_courses) int64
    levels : (n_competencies, N_STEPS) int64
        People whose role asks for the competency, by their level in steps of an eighth.
    asked : (n_competencies,) int64
        People whose role asks for it, their level known or not.
    """

    n_courses: int
    n_competencies: int
    recent_days: int
    earlier_days: int
    sums: NDArray[np.int64] = field(init=False)
    levels: NDArray[np.int64] = field(init=False)
    asked: NDArray[np.int64] = field(init=False)

    NAMES: ClassVar[tuple[str, ...]] = (
        *("enrolled", "started", "completed", "ended"),
        *("exam", "exam_squared", "exams", "attempts", "attempted"),
        *("liked", "liked_squared", "likes"),
        *("checked", "weak"),
        *_SPLIT_NAMES,
        *("assessed", "level_before", "level_after", "gain_squared"),
    )

    def __post_init__(self) -> None:
        self.sums = np.zeros((len(self.NAMES), self.n_courses), dtype=np.int64)
        self.levels = np.zeros((self.n_competencies, N_STEPS), dtype=np.int64)
        self.asked = np.zeros(self.n_competencies, dtype=np.int64)

    def add(self, history: History, day: int, checked: BoolArray, weak: BoolArray) -> None:
        """Add the enrolments known before a day.

        Parameters
        ----------
        checked, weak : (n_enrolments,) bool
            Whether the transfer of each is known as of the day, and weak.
        """
        log = history.enrolments
        columns = _columns(history, day, checked, weak)
        # A demand is of the day of the enrolment, an answer of the end, a check of the completion.
        since = {"enrolled": log.enrolled, "checked": log.completed, "weak": log.completed}
        now = day - self.recent_days
        then = now - self.earlier_days
        for name in _SPLIT:
            on = since.get(name, log.ended)
            columns[f"{name}_recent"] = columns[name] * (on >= now)
            columns[f"{name}_earlier"] = columns[name] * ((on >= then) & (on < now))
        for name, values in columns.items():
            self._count(name, log.course, values)
        change = level_change(history, day)
        self._count("assessed", change.course, np.ones(len(change.course)))
        self._count("level_before", change.course, whole(change.before))
        self._count("level_after", change.course, whole(change.after))
        squared = whole((change.after - change.before) ** 2, COARSE)
        self._count("gain_squared", change.course, squared)

    def add_people(self, portraits: Capability) -> None:
        """Add what the roles of people ask for, and the levels that they have."""
        asked = np.isfinite(portraits.required)
        self.asked += asked.sum(axis=0)
        row, competency = np.nonzero(asked & np.isfinite(portraits.level))
        step = np.floor(portraits.level[row, competency] * STEPS_A_LEVEL).astype(np.int64)
        cell = competency * N_STEPS + np.clip(step, 0, N_STEPS - 1)
        self.levels += np.bincount(cell, minlength=self.levels.size).reshape(self.levels.shape)

    def _count(self, name: str, course: NDArray[np.int32], values: NDArray[np.generic]) -> None:
        # Whole numbers of this size are exact in float64, in which bincount adds.
        added = np.bincount(course, values, minlength=self.n_courses)
        self.sums[self.NAMES.index(name)] += added.astype(np.int64)

    def count(self, name: str) -> FloatArray:
        """A number of enrolments by course, (n_courses,)."""
        return self.sums[self.NAMES.index(name)].astype(np.float64)

    def mean(self, part: str, whole_name: str, fewest: int = 1) -> FloatArray:
        """One sum over another, (n_courses,); NaN where the other is less than `fewest`."""
        n = self.count(whole_name)
        return np.where(n >= fewest, self.count(part) / np.maximum(n, 1), np.nan)

    def spread(self, total: str, squared: str, n: str) -> FloatArray:
        """Sample standard deviation of what was added, (n_courses,); NaN for fewer than two."""
        size = self.count(n)
        mean = self.count(total) * UNIT / np.maximum(size, 1)
        variance = self.count(squared) * COARSE - size * mean**2
        safe = np.maximum(size - 1, 1)
        return np.where(size > 1, np.sqrt(np.maximum(variance, 0) / safe), np.nan)


def _columns(
    history: History, day: int, checked: BoolArray, weak: BoolArray
) -> dict[str, NDArray[np.int64]]:
    """What is added up of each enrolment, (n_enrolments,) whole numbers each."""
    log = history.enrolments
    ended = log.ended < day
    exam, attempts, liked = (
        np.where(ended, column, np.nan).astype(np.float64)
        for column in (log.exam_score, log.exam_attempts, log.satisfaction)
    )
    # Attempts are told where there was an exam: 0 is what systems write for none.
    attempts = np.where(attempts > 0, attempts, np.nan)
    columns: dict[str, NDArray[np.generic]] = {
        "enrolled": log.enrolled < day,
        "started": log.started < day,
        "completed": log.completed < day,
        "ended": ended,
        "exam": whole(exam),
        "exam_squared": whole(exam**2, COARSE),
        "exams": np.isfinite(exam),
        "attempts": whole(attempts, 1.0),
        "attempted": np.isfinite(attempts),
        "liked": whole(liked),
        "liked_squared": whole(liked**2, COARSE),
        "likes": np.isfinite(liked),
        "checked": checked,
        "weak": weak & checked,
    }
    return {name: values.astype(np.int64) for name, values in columns.items()}
