"""Courses that a person may start only later: after another one, on a date, with new seats."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.features.catalogue import Catalogue
from ptml.features.eligibility import EXCLUSIONS, EligibilityConfig
from ptml.features.fit import entry_and_news

Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Reasons = NDArray[np.uint8]

AFTER, ON_DATE, READY, SEATS = (
    EXCLUSIONS.index(name) for name in ("prerequisite_missing", "not_open", "too_low", "seats")
)
"""Why a course may not be started today, and may later."""
_WEEK_DAYS = 7


@dataclass(frozen=True, eq=False)
class Later:
    """Pairs of people and courses, (k,) each, sorted by person, then course.

    Attributes
    ----------
    row, course : int32
    why : uint8
        `AFTER`, `ON_DATE`, `READY` or `SEATS`.
    opens : float64
        Week from which on it may be started, as far as a date decides.
    """

    row: Codes
    course: Codes
    why: Reasons
    opens: Doubles


def later_courses(
    reason: Reasons,
    catalogue: Catalogue,
    level: NDArray[np.float32],
    refused: NDArray[np.bool_],
    course_lift: Doubles,
    day: int,
    next_quarter: int,
    eligibility: EligibilityConfig,
    config: PathConfig,
) -> Later:
    """Choose the most promising of them, `PathConfig.later_candidates` a person at the most.

    All that speaks against a course but the one reason must not apply. Promising is what courses
    of the kind bring on average, by how much of it is new to the person.

    Parameters
    ----------
    reason : (n, n_courses) uint8
        `ptml.features.eligibility.offers`.
    level : (n, n_competencies) float32
    refused : (n, n_courses) bool
        Whether the course's language is not understood.
    course_lift : (n_courses,) float64
        Points that each course brings on average; NaN = unknown, and taken to be the mean.
    day, next_quarter : int
        Days since 1970-01-01: today, and the first of the next quarter.
    """
    usual = course_lift[np.isfinite(course_lift)]
    lift = np.where(np.isnan(course_lift), usual.mean() if len(usual) else 1.0, course_lift)
    opened = catalogue.opened.astype(np.int64)
    last_day = day + config.horizon_weeks * _WEEK_DAYS
    may = ~catalogue.mandatory & (catalogue.retired > day) & (opened < last_day) & (lift > 0)
    may &= np.isfinite(catalogue.hours)
    below, new = entry_and_news(catalogue, level)
    whole = catalogue.weight * np.nan_to_num(catalogue.to_level - catalogue.from_level)
    with np.errstate(divide="ignore", invalid="ignore"):
        promise = lift * new / whole.sum(axis=1)
    is_later = np.isin(reason, (AFTER, ON_DATE, READY, SEATS)) & may & ~refused
    is_later &= ~(new < eligibility.smallest_new_levels)
    ready = ~(below > eligibility.largest_entry_gap_levels)
    is_later &= ready | (reason == READY)
    promise = np.where(is_later, np.nan_to_num(promise, nan=0.0), -np.inf)
    row, course = _most_promising(promise, config.later_candidates)
    why = reason[row, course]
    opens = np.maximum(opened[course] + 1 - day, 0) / _WEEK_DAYS
    full = why == SEATS
    opens[full] = np.maximum(opens[full], (next_quarter - day) / _WEEK_DAYS)
    return Later(row, course, why, opens)


def _most_promising(promise: Doubles, most: int) -> tuple[Codes, Codes]:
    if most == 0 or promise.shape[1] == 0:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    chosen = np.zeros(promise.shape, dtype=np.bool_)
    _mark(np.ascontiguousarray(promise), most, chosen)
    row, course = np.nonzero(chosen)
    return row.astype(np.int32), course.astype(np.int32)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _mark(promise: Doubles, most: int, chosen: NDArray[np.bool_]) -> None:
    """Mark the largest of each row; of equal ones those of the lower codes."""
    best = np.zeros(most, dtype=np.int64)
    for i in range(len(promise)):
        n = 0
        for c in range(promise.shape[1]):
            if promise[i, c] == -np.inf:
                continue
            if n == most and promise[i, c] <= promise[i, best[n - 1]]:
                continue
            n = min(n + 1, most)
            k = n - 1
            while k > 0 and promise[i, best[k - 1]] < promise[i, c]:
                best[k] = best[k - 1]
                k -= 1
            best[k] = c
        for k in range(n):
            chosen[i, best[k]] = True
