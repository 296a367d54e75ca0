"""How a course fits a person's portrait: what is new, which gap it closes, where it starts."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from ptml.features.arrays import Bools, Codes, Floats, Integers
from ptml.features.capability import Capability
from ptml.features.catalogue import Catalogue

# Rows that are worked through course by course: their sums stay at hand.
_SIDE_BY_SIDE = 64


@dataclass(frozen=True, eq=False)
class CourseFit:
    """By pair of a row and a course, (m,) float32 each; NaN where a level taught is not known.

    Attributes
    ----------
    new_levels : float32
        Levels that are new to the person: weight x max(0, to - max(level, from)), summed.
    gap_closed : float32
        The part of them below what the role requires, times its importance.
    below_entry_levels : float32
        How far the person is under the entry levels, mean by weight.
    above_exit_levels : float32
        How far the person is over what the course leads to, mean by weight.
    level_se : float32
        Standard error of the levels taught, mean by weight.
    required_share : float32
        Part of the course's weight on what the role requires.
    """

    new_levels: Floats
    gap_closed: Floats
    below_entry_levels: Floats
    above_exit_levels: Floats
    level_se: Floats
    required_share: Floats


def course_fit(
    catalogue: Catalogue, capability: Capability, row: Integers, course: Integers
) -> CourseFit:
    """Compare courses with portraits, pair by pair.

    Parameters
    ----------
    row, course : (m,) int
        Row of `capability` and code of the course of each pair.
    """
    sums = np.zeros((6, len(row)), dtype=np.float32)
    weights = np.zeros(len(row), dtype=np.float32)
    for slot in range(catalogue.taught.shape[1]):
        taught = catalogue.taught[course, slot]
        pair = np.flatnonzero(taught >= 0)
        at, cell = (row[pair], taught[pair]), (course[pair], taught[pair])
        level, importance = capability.level[at], capability.importance[at]
        start, end = catalogue.from_level[cell], catalogue.to_level[cell]
        weight = catalogue.weight[cell]
        required = np.where(importance > 0, capability.required[at], np.float32(-1))
        wanted = np.minimum(end, required)
        sums[0, pair] += weight * _new(level, start, end)
        sums[1, pair] += weight * importance * _new(level, start, wanted)
        sums[2, pair] += weight * np.maximum(start - level, 0)
        sums[3, pair] += weight * np.maximum(level - end, 0)
        sums[4, pair] += weight * capability.se[at]
        sums[5, pair] += weight * (importance > 0)
        weights[pair] += weight
    known = weights > 0
    means = sums[2:] / np.where(known, weights, np.float32(1))
    return CourseFit(*(np.where(known, part, np.float32(np.nan)) for part in (*sums[:2], *means)))


def entry_and_news(catalogue: Catalogue, level: Floats) -> tuple[Floats, Floats]:
    """`below_entry_levels` and `new_levels` of every row with every course.

    Parameters
    ----------
    level : (n, n_competencies) float32

    Returns
    -------
    below, new : (n, n_courses) float32
    """
    below = np.full((len(catalogue), len(level)), np.nan, dtype=np.float32)
    new = below.copy()
    by_competency = np.ascontiguousarray(level.T)
    for course in np.flatnonzero((catalogue.weight > 0).any(axis=1)):
        cells = [(course, taught) for taught in catalogue.taught[course] if taught >= 0]
        total = np.float32(sum(catalogue.weight[cell] for cell in cells))
        new[course] = sum(
            catalogue.weight[cell]
            * _new(by_competency[cell[1]], catalogue.from_level[cell], catalogue.to_level[cell])
            for cell in cells
        )
        below[course] = (
            sum(
                catalogue.weight[cell]
                * np.maximum(catalogue.from_level[cell] - by_competency[cell[1]], 0)
                for cell in cells
            )
            / total
        )
    return below.T, new.T


def gap_closed_by_all(catalogue: Catalogue, capability: Capability) -> Floats:
    """`CourseFit.gap_closed` of every row with every course, (n, n_courses) float32.

    NaN where a level taught is not known, and for courses that teach nothing.
    """
    closed = np.empty((len(capability), len(catalogue)), dtype=np.float32)
    required = np.where(capability.importance > 0, capability.required, np.float32(-1))
    _close(
        catalogue.taught,
        ~(catalogue.weight > 0).any(axis=1),
        catalogue.weight,
        catalogue.from_level,
        catalogue.to_level,
        *(np.ascontiguousarray(a.T) for a in (capability.level, capability.importance, required)),
        closed,
    )
    return closed


@njit(cache=True)  # type: ignore[untyped-decorator]
def _close(
    taught: Codes,
    silent: Bools,
    weight: Floats,
    start: Floats,
    end: Floats,
    level: Floats,
    importance: Floats,
    required: Floats,
    closed: Floats,
) -> None:
    """Fill (n, n_courses); what is known of rows comes as (n_competencies, n)."""
    total = np.empty(_SIDE_BY_SIDE, dtype=np.float32)
    for first in range(0, len(closed), _SIDE_BY_SIDE):
        n = min(_SIDE_BY_SIDE, len(closed) - first)
        for course in range(closed.shape[1]):
            total[:] = 0
            for slot in range(taught.shape[1]):
                k = taught[course, slot]
                if k < 0:
                    break
                w, low, high = weight[course, k], start[course, k], end[course, k]
                for i in range(n):
                    at = first + i
                    # Compared so that what is not known stays so.
                    begin, wanted = level[k, at], required[k, at]
                    begin = low if begin < low or np.isnan(low) else begin
                    wanted = high if high < wanted or np.isnan(high) else wanted
                    more = wanted - begin
                    more = np.float32(0) if more < 0 else more
                    total[i] += w * importance[k, at] * more
            for i in range(n):
                closed[first + i, course] = np.float32(np.nan) if silent[course] else total[i]


def _new(level: Floats, start: Floats, end: Floats) -> Floats:
    return np.maximum(end - np.maximum(level, start), 0)
