"""Courses that a person may start only later: after another one, on a date, with new seats."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.features.catalogue import Catalogue
from ptml.features.eligibility import EXCLUSIONS, EligibilityConfig
from ptml.features.first_reason import larger

Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
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
    level: Floats,
    refused: Bools,
    spoken: NDArray[np.integer],
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
    refused : (n_sets, n_courses) bool
        Whether the course's language is not among a set of languages that people understand.
    spoken : (n,) int
        Which of these sets each person understands.
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
    courses = np.flatnonzero(may)
    at = (courses[:, None], catalogue.taught[courses])
    teaches = np.asarray((catalogue.weight[courses] > 0).any(axis=1))
    length = np.nan_to_num(catalogue.to_level - catalogue.from_level)
    whole = (catalogue.weight * length).sum(axis=1)[courses]
    best = np.full((len(reason), config.later_candidates), -1, dtype=np.int32)
    _most_promising(
        *(
            np.require(values, requirements=("C", "W"))
            for values in (
                best,
                courses,
                reason,
                refused,
                spoken.astype(np.int64),
                level,
                np.where(teaches[:, None], catalogue.taught[courses], -1),
                catalogue.from_level[at],
                catalogue.to_level[at],
                catalogue.weight[at],
                lift[courses],
                whole,
            )
        ),
        np.float32(eligibility.largest_entry_gap_levels),
        np.float32(eligibility.smallest_new_levels),
    )
    best.sort(axis=1)
    row, place = np.nonzero(best >= 0)
    course = best[row, place]
    why = reason[row, course]
    opens = np.maximum(opened[course] + 1 - day, 0) / _WEEK_DAYS
    full = why == SEATS
    opens[full] = np.maximum(opens[full], (next_quarter - day) / _WEEK_DAYS)
    return Later(row.astype(np.int32), course, why, opens)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _most_promising(
    best: Codes,
    courses: NDArray[np.int64],
    reason: Reasons,
    refused: Bools,
    spoken: NDArray[np.int64],
    level: Floats,
    taught: Codes,
    from_level: Floats,
    to_level: Floats,
    weight: Floats,
    lift: Doubles,
    whole: Floats,
    largest_entry_gap: np.float32,
    smallest_new: np.float32,
) -> None:
    """Fill in the most promising of each row; of equal ones those of the lower codes."""
    most = best.shape[1]
    promise = np.empty(most + 1)
    for i in range(len(best)):
        n = 0
        for place in range(len(courses)):
            c = courses[place]
            why = reason[i, c]
            if why not in (AFTER, ON_DATE, READY, SEATS):
                continue
            if refused[spoken[i], c]:
                continue
            below, new = _entry_and_news(
                level[i], taught[place], from_level[place], to_level[place], weight[place]
            )
            # Compared so that what is not known speaks against nothing.
            if new < smallest_new or (below > largest_entry_gap and why != READY):
                continue
            is_known = whole[place] > 0 and not np.isnan(new)
            value = lift[place] * new / whole[place] if is_known else 0.0
            if n == most and (n == 0 or value <= promise[n - 1]):
                continue
            n = min(n + 1, most)
            k = n - 1
            while k > 0 and promise[k - 1] < value:
                best[i, k], promise[k] = best[i, k - 1], promise[k - 1]
                k -= 1
            best[i, k], promise[k] = c, value


@njit(cache=True)  # type: ignore[untyped-decorator]
def _entry_and_news(
    level: Floats, taught: Codes, from_level: Floats, to_level: Floats, weight: Floats
) -> tuple[np.float32, np.float32]:
    """As `ptml.features.fit.entry_and_news`, of one row and one course."""
    below, new, total = np.float32(0), np.float32(0), np.float32(0)
    for slot in range(len(taught)):
        k = taught[slot]
        if k >= 0:
            begin, end, w = from_level[slot], to_level[slot], weight[slot]
            below += w * larger(begin - level[k], np.float32(0))
            new += w * larger(end - larger(level[k], begin), np.float32(0))
            total += w
    if total == 0:
        return np.float32(np.nan), np.float32(np.nan)
    return below / total, new
