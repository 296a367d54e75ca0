"""Which courses get no lift at all, and how far intervals reach beyond sampling errors."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.intervals import Z_90
from ptml.lift.config import LiftConfig
from ptml.lift.effects import Effects
from ptml.lift.fitted import Reach
from ptml.lift.moments import Contrast
from ptml.lift.placebo import Placebo
from ptml.lift.refusal import (
    DESIGNS_DISAGREE,
    INSEPARABLE,
    NO_OVERLAP,
    PLACEBO_FAILED,
    TOO_FEW,
    first_of,
)
from ptml.lift.sample import PairSample
from ptml.lift.second import Disagreement

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Takers of whom so many took one and the same other course in the same quarter.
TOGETHER_SHARE = 0.95
# A lift of a whole model, and of one course among many, that shows before the decision, points.
PLACEBO_BOUND_POINTS = 0.5
COURSE_PLACEBO_Z, COURSE_PLACEBO_POINTS = 4.0, 1.0


def reach_of(apart: Disagreement, unexplained_variance: float) -> Reach:
    """Let intervals cover both designs where they differ by more than their errors."""
    difference = np.append(apart.by_course, apart.difference.value)
    error = Z_90 * np.append(apart.error, apart.difference.error)
    return Reach(
        low=np.maximum(-difference - error, 0.0),
        high=np.maximum(difference - error, 0.0),
        unexplained_variance=unexplained_variance,
    )


def statuses(
    sample: PairSample,
    contrast: Contrast,
    takers: NDArray[np.integer],
    effects: Effects,
    reach: Reach,
    placebo: Placebo | None,
    config: LiftConfig,
) -> NDArray[np.uint8]:
    """Status of each course, and of one not seen at training, (n_courses + 1,) uint8."""
    few = takers < config.min_takers
    others_known = int((~few).sum()) >= config.min_known_courses
    too_few = np.append(few, True) & (not others_known)
    no = np.zeros(1, dtype=np.bool_)
    return first_of(
        (TOO_FEW, too_few),
        (NO_OVERLAP, np.append(_without_controls(contrast, takers, config), no)),
        (INSEPARABLE, np.append(inseparable(sample, len(takers), config.min_takers), no)),
        (PLACEBO_FAILED, _placebo_failed(placebo, len(takers))),
        (DESIGNS_DISAGREE, np.append(_contradicted(effects, reach) & ~few, no)),
    )


def _without_controls(
    contrast: Contrast, takers: NDArray[np.integer], config: LiftConfig
) -> BoolArray:
    """Courses (n_courses,) with takers that too few people can be held against."""
    n, control = len(takers), ~contrast.is_taker
    weight, course = np.abs(contrast.weight[control]), contrast.course[control]
    total = np.bincount(course, weight, minlength=n)
    squares = np.bincount(course, weight**2, minlength=n)
    effective = total**2 / np.where(squares > 0, squares, 1.0)
    return np.asarray((takers > 0) & (effective < config.min_support))


def inseparable(sample: PairSample, n_courses: int, min_takers: int) -> BoolArray:
    """Courses (n_courses,) whose takers nearly all took one and the same other course with it."""
    pair = sample.takers
    started = csr_matrix(
        (np.ones(len(pair)), (sample.row[pair], sample.course[pair])),
        shape=(int(sample.row.max(initial=0)) + 1, n_courses),
    )
    together = (started.T @ started).tolil()
    n_takers = together.diagonal()
    together.setdiag(0)
    most = together.tocsr().max(axis=1).toarray()[:, 0]
    return np.asarray((n_takers >= min_takers) & (most >= TOGETHER_SHARE * n_takers))


def _placebo_failed(placebo: Placebo | None, n_courses: int) -> BoolArray:
    if placebo is None:
        return np.zeros(n_courses + 1, dtype=np.bool_)
    if placebo.pooled.beyond(PLACEBO_BOUND_POINTS):
        return np.ones(n_courses + 1, dtype=np.bool_)
    value, error = np.nan_to_num(placebo.by_course), np.nan_to_num(placebo.error, nan=np.inf)
    moved = np.abs(value) - COURSE_PLACEBO_POINTS > COURSE_PLACEBO_Z * error
    return np.append(moved, False)


def _contradicted(effects: Effects, reach: Reach) -> BoolArray:
    """Courses that one design shows to help and the other to harm."""
    mean, variance = effects.of_average_takers()
    half = Z_90 * np.sqrt(variance)
    harmed_then_helped = (mean + half < 0) & (mean + reach.high[:-1] - half > 0)
    helped_then_harmed = (mean - half > 0) & (mean - reach.low[:-1] + half < 0)
    return harmed_then_helped | helped_then_harmed
