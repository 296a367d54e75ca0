"""The written preference taken apart: what adds up to it, to the digit."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]

CORNER = 0.1
"""Rounds the corner of preference at 0, so that courses stay in order below it."""
# Below this the slope at 0 is used for the mean slope from 0.
_NEAR_0 = 1e-6


def preference_of(ratio: Float32Array | FloatArray) -> FloatArray:
    """Preference, 0-1, of an expected share over that of a course like any other.

    Notes
    -----
    ``q / (1 + q)`` with ``q = (r + sqrt(r^2 + .01)) / 2``, which is r but for a round corner at 0:
    .5 = like any other course, .9 = nine times as likely. Rising everywhere.
    """
    rounded = (ratio + np.hypot(ratio, ratio.dtype.type(CORNER))) / 2
    return np.asarray(rounded / (1 + rounded))


@dataclass(frozen=True, eq=False)
class PreferenceParts:
    """What adds up to the preference of m pairs of a person and a course.

    Attributes
    ----------
    preference : (m,) float64
        Within 1e-6 the sum of all below.
    base : (m,) float64
        The preference for a course of which nothing is expected.
    popularity, role, unit, grade, gap : (m,) float64
        Of the course with everybody; what the person's role, unit and grade, and the gap that the
        course closes, add or take away.
    other : (m,) float64
        What belongs to none of these; 0 where there is no second stage.
    past : csr_matrix (m, n_courses)
        What each course that the person chose adds or takes away.
    """

    preference: FloatArray
    base: FloatArray
    popularity: FloatArray
    role: FloatArray
    unit: FloatArray
    grade: FloatArray
    gap: FloatArray
    other: FloatArray
    past: csr_matrix

    def take(self, at: NDArray[np.integer]) -> Self:
        """Pick pairs by position."""
        return type(self)(*(getattr(self, field.name)[at] for field in fields(self)))

    @property
    def total(self) -> FloatArray:
        """The sum of the parts, (m,)."""
        single = (self.base, self.popularity, self.role, self.unit, self.grade, self.gap)
        of_past = np.asarray(self.past.sum(axis=1)).ravel()
        return np.asarray(sum(single) + self.other + of_past)


def parts_of(cold: FloatArray, past: csr_matrix, n_courses: int) -> PreferenceParts:
    """Share the preference out among the parts of the expected share.

    Parameters
    ----------
    cold : (m, 5) float64
        `Cold.parts`.
    past : csr_matrix (m, n_courses)
        Parts of the expected share by past course.
    n_courses : int
        Of the model: 1 over it is the share of a course like any other.

    Notes
    -----
    Preference is one rising function f of a sum r. The rule of Aumann and Shapley for such a
    function gives each part ``part (f(r) - f(0)) / r``: parts keep their proportions and signs, and
    with ``f(0)`` they add up exactly.
    """
    ratio = n_courses * (cold.sum(axis=1) + np.asarray(past.sum(axis=1)).ravel())
    preference = preference_of(ratio)
    base = preference_of(np.zeros(1))[0]
    near = np.abs(ratio) < _NEAR_0
    slope_at_0 = (preference_of(np.array([_NEAR_0]))[0] - base) / _NEAR_0
    slope = np.where(near, slope_at_0, (preference - base) / np.where(near, 1.0, ratio))
    scale = n_courses * slope
    popularity, role, unit, grade, gap = (cold * scale[:, None]).T
    scaled = csr_matrix(past, dtype=np.float64, copy=True)
    scaled.data *= np.repeat(scale, np.diff(scaled.indptr))
    bases = np.full(len(ratio), base)
    none = np.zeros(len(ratio))
    return PreferenceParts(preference, bases, popularity, role, unit, grade, gap, none, scaled)
