"""Courses that a cheaper or shorter one may replace: it teaches the same levels and more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.health.config import AlertConfig
from ptml.decide.health.evidence import CourseEvidence
from ptml.decide.health.testing import p_below
from ptml.features.catalogue import Catalogue

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Twins:
    """For each course the cheaper one that stands in for it best, (n_courses,) each.

    Attributes
    ----------
    other : int64
        Code of the cheaper course; -1 = there is none.
    p : float64
        One-sided, against the course bringing a worthwhile lift more than the other; times the
        number of others that it was held against. NaN = none, or a lift is not known.
    more, error : float64
        Its lift less that of the other, with a standard error, points.
    """

    other: IntArray
    p: FloatArray
    more: FloatArray
    error: FloatArray


def twins_of(
    catalogue: Catalogue, evidence: CourseEvidence, day: int, config: AlertConfig
) -> Twins:
    """Look for them among all courses that are open on a day."""
    course, other = _candidates(catalogue, day, config)
    more = evidence.lift[course] - evidence.lift[other]
    # The level of all courses together is in both and so in no difference.
    error = np.hypot(evidence.error[course], evidence.error[other])
    p = p_below(more, error, config.worthwhile_points)
    known = np.isfinite(p)
    course, other = course[known], other[known]
    more, error, p = more[known], error[known], p[known]
    order = np.lexsort((other, p, course))
    first = order[np.diff(course[order], prepend=-1) > 0]
    n = len(catalogue)
    found = Twins(np.full(n, -1, dtype=np.int64), *(np.full(n, np.nan) for _ in range(3)))
    at = course[first]
    held_against = np.bincount(course, minlength=n)
    found.other[at] = other[first]
    found.p[at] = np.minimum(p[first] * held_against[at], 1.0)
    found.more[at], found.error[at] = more[first], error[first]
    return found


def _candidates(catalogue: Catalogue, day: int, config: AlertConfig) -> tuple[IntArray, IntArray]:
    """Pairs (m,) of a course and a cheaper one that teaches the same to the same people."""
    is_open = catalogue.open_on(day) & catalogue.teaches_something & ~catalogue.mandatory
    same = covered(catalogue) >= config.same_content
    np.fill_diagonal(same, False)
    same &= is_open[:, None] & is_open[None, :]
    same &= (catalogue.language[:, None] == catalogue.language[None, :]) | (
        catalogue.language[None, :] < 0
    )
    course, other = np.nonzero(same)
    kept = _dearer(catalogue, course, other, config.dearer)
    return course[kept], other[kept]


def covered(catalogue: Catalogue) -> FloatArray:
    """Share of what each course (row) teaches that each other (column) teaches too, (n, n).

    By competency the overlap of the two spans of levels, weighted as the course weighs it.
    """
    n, n_competencies = catalogue.teaches.shape
    low, high = (np.nan_to_num(x).astype(np.float64) for x in _spans(catalogue))
    weight = np.where(catalogue.teaches, catalogue.weight, 0.0).astype(np.float64)
    shared = np.zeros((n, n))
    for k in range(n_competencies):
        who = np.flatnonzero(catalogue.teaches[:, k])
        both = np.minimum.outer(high[who, k], high[who, k]) - np.maximum.outer(
            low[who, k], low[who, k]
        )
        shared[np.ix_(who, who)] += weight[who, k, None] * np.maximum(both, 0)
    whole = (weight * (high - low)).sum(axis=1)
    return shared / np.where(whole > 0, whole, np.inf)[:, None]


def _spans(catalogue: Catalogue) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return catalogue.from_level, catalogue.to_level


def _dearer(catalogue: Catalogue, course: IntArray, other: IntArray, factor: float) -> BoolArray:
    """Dearer and not shorter, or longer and not cheaper; what is not known decides nothing."""
    cost, hours = (
        (x[course].astype(np.float64), x[other].astype(np.float64))
        for x in (catalogue.cost, catalogue.hours)
    )

    def more(pair: tuple[FloatArray, FloatArray]) -> BoolArray:
        return (pair[0] > 0) & (pair[0] >= factor * pair[1])

    def less(pair: tuple[FloatArray, FloatArray]) -> BoolArray:
        return pair[0] < pair[1]

    return (more(cost) & ~less(hours)) | (more(hours) & ~less(cost))
