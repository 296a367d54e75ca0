"""Lift as a linear function of a pair's modifiers, course by course, with what it is made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.hierarchical import Hierarchy, course_design

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class LiftParts:
    """What a lift is made of; the three add up to it.

    Attributes
    ----------
    course_prior : (m,) float64
        What the course's description predicts for an average person.
    evidence : (m,) float64
        What its past takers add to that.
    profile : (m, k) float64
        What each modifier of the person adds; column 0 is 0.
    """

    course_prior: FloatArray
    evidence: FloatArray
    profile: FloatArray

    @property
    def lift(self) -> FloatArray:
        """The sum of all parts, (m,)."""
        return self.course_prior + self.evidence + self.profile.sum(axis=1)


@dataclass(frozen=True)
class Effects:
    """Coefficients of all courses and what a course that nobody has taken would be drawn from.

    Attributes
    ----------
    hierarchy : Hierarchy
        Personal slopes already shrunk.
    centre : (n_courses, k) float64
        Mean modifiers of each course's takers (all takers', where it has none).
    """

    hierarchy: Hierarchy
    centre: FloatArray

    def predict(
        self, course: IntArray, z: Float32Array, description: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Mean and variance (m,) of the lift of each pair.

        Parameters
        ----------
        course : (m,) int32
            -1 = not seen at training.
        z : (m, k) float32
        description : (m, d) float64
            Of each pair's course; looked at where the course was not seen.
        """
        mean, variance = np.empty(len(course)), np.empty(len(course))
        order = np.argsort(course, kind="stable")
        bounds = np.searchsorted(course[order], np.arange(-1, len(self.hierarchy.mean) + 1))
        for c in np.flatnonzero(np.diff(bounds)).tolist():
            pairs = order[bounds[c] : bounds[c + 1]]
            own = z[pairs].astype(np.float64)
            if c > 0:
                beta = np.broadcast_to(self.hierarchy.mean[c - 1], own.shape)
                covariance = self.hierarchy.covariance[c - 1]
                variance[pairs] = ((own @ covariance) * own).sum(axis=1)
            else:
                beta, spread = self._unseen(own, description[pairs])
                variance[pairs] = spread
            mean[pairs] = (own * beta).sum(axis=1)
        return mean, np.maximum(variance, 0)

    def parts(self, course: IntArray, z: Float32Array, description: FloatArray) -> LiftParts:
        """Take the lift of each pair apart: the exact Shapley values of a linear function.

        The average person of a course has its takers' mean modifiers (Lundberg and Lee 2017,
        corollary 1; products of two modifiers count as modifiers of their own).
        """
        seen = course >= 0
        code = np.where(seen, course, 0)
        design = course_design(description, z.shape[1])
        unseen = design @ self.hierarchy.common
        beta = np.where(seen[:, None], self.hierarchy.mean[code], unseen)
        prior = np.where(seen[:, None], self.hierarchy.prior_mean[code], unseen)
        centre = np.where(seen[:, None], self.centre[code], self.centre.mean(axis=0))
        centre[:, 0] = 1
        course_prior = (centre * prior).sum(axis=1)
        profile = beta * (z.astype(np.float64) - centre)
        profile[:, 0] = 0
        return LiftParts(course_prior, (centre * beta).sum(axis=1) - course_prior, profile)

    def _unseen(self, z: FloatArray, description: FloatArray) -> tuple[FloatArray, FloatArray]:
        design = course_design(description, z.shape[1])
        common = self.hierarchy
        through = (z[:, None, :] @ design)[:, 0]
        spread = ((z @ common.spread) * z).sum(axis=1)
        return design @ common.common, spread + (
            (through @ common.common_covariance) * through
        ).sum(axis=1)
