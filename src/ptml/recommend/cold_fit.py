"""Learn what the place of a person leads to expect: popularity, then role, unit, grade and gap."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.features.capability import capability
from ptml.features.fit import gap_closed_by_all
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.taken import course_counts
from ptml.recommend.choices import Choices
from ptml.recommend.circumstances import N_GRADES, Circumstances, circumstances
from ptml.recommend.cold import Cold
from ptml.recommend.content import CourseSpace
from ptml.recommend.gap import GapTilt
from ptml.recommend.groups import GroupShares
from ptml.recommend.popularity import Offer, Popularity, age_weight

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# Moments of choosing x courses that the effect of gaps is learnt from, at the most.
_CELLS = 4_000_000
_FEWEST_MOMENTS = 100


def fit_cold(
    history: History,
    shared: Shared,
    space: CourseSpace,
    choices: Choices,
    as_of_day: int,
    half_life_days: float,
    rng: np.random.Generator,
) -> Cold:
    """Learn each part on what the one before leaves open.

    Parameters
    ----------
    choices : Choices
        All known before the as-of day.
    half_life_days : float
        A choice this old counts half.
    """
    n_courses = history.n_courses
    n_chosen = np.bincount(choices.course, minlength=n_courses)
    offer = Offer(history.catalogue.opened, space.neighbours(n_chosen > 0))
    popularity = Popularity.fit(
        choices, as_of_day, half_life_days, len(history.roles), n_courses, offer
    )
    if len(choices) == 0:
        return Cold(popularity)
    weight = age_weight(choices, as_of_day, half_life_days)
    # On the day after the enrolment, the place is the one held on the day itself.
    moments = Rows(choices.employee, (choices.day + 1).astype(np.int32))
    where = circumstances(history, moments)
    unit = _unit_shares(history, choices, where, weight, popularity)
    grade = _grade_shares(choices, where, weight, popularity, unit)
    placed = Cold(popularity, unit, grade)
    return Cold(popularity, unit, grade, _gap_tilt(history, shared, choices, where, placed, rng))


def _unit_shares(
    history: History,
    choices: Choices,
    where: Circumstances,
    weight: FloatArray,
    popularity: Popularity,
) -> GroupShares | None:
    n_units = len(history.units)
    if not (where.unit >= 0).any():
        return None
    expected = _by_group(where.unit, where.role, weight, n_units, popularity.in_role)
    return GroupShares.fit(where.unit, choices.course, weight, expected, popularity.on_offer)


def _grade_shares(
    choices: Choices,
    where: Circumstances,
    weight: FloatArray,
    popularity: Popularity,
    unit: GroupShares | None,
) -> GroupShares | None:
    if not (where.grade >= 0).any():
        return None
    expected = _by_group(where.grade, where.role, weight, N_GRADES, popularity.in_role)
    if unit is not None:
        expected += _by_group(where.grade, where.unit, weight, N_GRADES, unit.shift)
    expected = np.maximum(expected, 0)
    return GroupShares.fit(where.grade, choices.course, weight, expected, popularity.on_offer)


def _by_group(
    group: IntArray, other: IntArray, weight: FloatArray, n_groups: int, shares: Float32Array
) -> FloatArray:
    """Sum over each group's choices of the shares of the other group, (n_groups, n_courses)."""
    n_others = len(shares)
    known = group >= 0
    cells = (weight[known], (group[known], np.where(other < 0, n_others - 1, other)[known]))
    together = csr_matrix(cells, shape=(n_groups, n_others))
    return np.asarray(together @ shares.astype(np.float64))


def _gap_tilt(
    history: History,
    shared: Shared,
    choices: Choices,
    where: Circumstances,
    placed: Cold,
    rng: np.random.Generator,
) -> GapTilt | None:
    at = np.arange(len(choices))
    most = max(_CELLS // max(history.n_courses, 1), 1)
    if len(at) > most:
        at = np.sort(rng.choice(at, most, replace=False))
    if len(at) < _FEWEST_MOMENTS or len(history.assessments) == 0:
        return None
    rows = Rows(choices.employee[at], choices.day[at])
    closed = gap_closed_by_all(history.catalogue, capability(history, shared, rows))
    share = np.where(_could_be_chosen(history, rows), placed.by_place(where.take(at)), 0)
    total = share.sum(axis=1, keepdims=True)
    share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
    # A course that counts as taken or closed and was chosen all the same says nothing.
    course = choices.course[at]
    kept = share[np.arange(len(at)), course] > 0
    return GapTilt.fit(closed[kept], share[kept], course[kept])


def _could_be_chosen(history: History, rows: Rows) -> NDArray[np.bool_]:
    """Courses on offer on the day itself that the person has not taken before it."""
    catalogue, day = history.catalogue, rows.day[:, None]
    on_offer = (catalogue.opened <= day) & (catalogue.retired > day) & ~catalogue.mandatory
    return on_offer & (course_counts(history, history.timelines.enrolled, rows) == 0)
