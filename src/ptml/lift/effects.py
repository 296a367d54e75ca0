"""Lift of any pair, course by course, with what it is made of.

A linear function of the pair's modifiers, and what a boosted stage adds where held-out people
supported one.
"""

from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ptml.features.products import rows_times
from ptml.lift.boosted_stage import course_columns, stage_columns
from ptml.lift.hierarchical import Hierarchy
from ptml.lift.learners.boosted_effect import BoostedEffect

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# Deviations cancel out where their sum is a smaller share of their sizes.
CANCELS, TINY = 0.1, 1e-9


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
    stage : BoostedEffect or None
        Deviations from the linear function; None = none.
    stage_centre : (n_courses + 1,) float64
        Mean deviation of each course's takers, which is taken out; of all takers for a course
        without any and, last, for a new one.
    described : (n_courses, d) float64
        Descriptions as the stage saw them; a known course needs no other.
    """

    hierarchy: Hierarchy
    centre: FloatArray
    stage: BoostedEffect | None = None
    stage_centre: FloatArray = field(default_factory=lambda: np.zeros(0))
    described: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))

    def predict(
        self,
        course: IntArray,
        z: Float32Array,
        description: FloatArray,
        described_by: IntArray | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Mean and variance (m,) of the lift of each pair.

        Parameters
        ----------
        course : (m,) int32
            -1 = not seen at training.
        z : (m, k) float32
        description : (c, d) float64
            Of each pair's course; looked at where the course was not seen.
        described_by : (m,) int32, optional
            Which of the descriptions each pair has; None = its own. Pairs of one are of one course.
        """
        at = np.arange(len(course), dtype=np.int32) if described_by is None else described_by
        mean, variance = self._linear(course, z, description, at)
        if self.stage is not None:
            code = np.full(len(description), -1, dtype=np.int32)
            code[at] = course
            of_pairs, of_courses = stage_columns(z, mean), self._of_courses(code, description)
            if described_by is None:
                found = self.stage.predict(np.concatenate([of_pairs, of_courses], axis=1))
            else:
                found = self.stage.predict(of_pairs, (of_courses, at))
            mean = mean + found.mean - self.stage_centre[course]
            variance += found.error**2
        return mean, np.maximum(variance, 0)

    def of_average_takers(self) -> tuple[FloatArray, FloatArray]:
        """Mean and variance (n_courses,) of the lift of each course's average taker."""
        mean = (self.centre * self.hierarchy.mean).sum(axis=1)
        variance = np.einsum("ck,ckl,cl->c", self.centre, self.hierarchy.covariance, self.centre)
        return mean, np.maximum(variance, 0)

    def _linear(
        self, course: IntArray, z: Float32Array, description: FloatArray, at: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """The same without the boosted stage."""
        mean, variance = np.empty(len(course)), np.empty(len(course))
        order = np.argsort(course, kind="stable")
        bounds = np.searchsorted(course[order], np.arange(-1, len(self.hierarchy.mean) + 1))
        for c in np.flatnonzero(np.diff(bounds)).tolist():
            pairs = order[bounds[c] : bounds[c + 1]]
            own = z[pairs].astype(np.float64)
            if c > 0:
                beta = np.broadcast_to(self.hierarchy.mean[c - 1], own.shape)
                covariance = self.hierarchy.covariance[c - 1]
                variance[pairs] = (rows_times(own, covariance) * own).sum(axis=1)
            else:
                beta, spread = self._unseen(own, description[at[pairs]])
                variance[pairs] = spread
            mean[pairs] = (own * beta).sum(axis=1)
        return mean, variance

    def parts(self, course: IntArray, z: Float32Array, description: FloatArray) -> LiftParts:
        """Take the lift of each pair apart: exact Shapley values.

        The average person of a course has its takers' mean modifiers (Lundberg and Lee 2017,
        corollary 1, for the linear part; TreeSHAP for the boosted one; products of two modifiers
        count as modifiers of their own).
        """
        seen = course >= 0
        code = np.where(seen, course, 0)
        unseen = self._guess(description, z.shape[1])
        beta = np.where(seen[:, None], self.hierarchy.mean[code], unseen)
        prior = np.where(seen[:, None], self.hierarchy.prior_mean[code], unseen)
        centre = np.where(seen[:, None], self.centre[code], self.centre.mean(axis=0))
        centre[:, 0] = 1
        course_prior = (centre * prior).sum(axis=1)
        profile = beta * (z.astype(np.float64) - centre)
        profile[:, 0] = 0
        parts = LiftParts(course_prior, (centre * beta).sum(axis=1) - course_prior, profile)
        return parts if self.stage is None else self._with_stage(parts, course, z, description)

    def _with_stage(
        self, parts: LiftParts, course: IntArray, z: Float32Array, description: FloatArray
    ) -> LiftParts:
        """Add what the boosted stage does; what it does by the linear lift goes to what made that.

        The share of a modifier in the linear lift is that of its deviations (rescale rule;
        Shrikumar et al. 2017), or of their sizes where these cancel out.
        """
        stage = cast("BoostedEffect", self.stage)
        # Not the sum of the parts, which differs in the last digit: a tree may turn on that.
        at = np.arange(len(course), dtype=np.int32)
        lift, _ = self._linear(course, z, description, at)
        columns = [stage_columns(z, lift), self._of_courses(course, description)]
        added = stage.contributions(np.concatenate(columns, axis=1))
        n_modifiers = z.shape[1] - 1
        linear = parts.profile[:, 1:]
        total, size = linear.sum(axis=1), np.abs(linear).sum(axis=1)
        by_lift = added[:, n_modifiers]
        cancels, average = np.abs(total) < CANCELS * size, size < TINY
        share = np.where(cancels[:, None], np.abs(linear), linear)
        whole = np.where(cancels, size, total)
        share = np.where(average, 0.0, by_lift / np.where(average, 1.0, whole))[:, None] * share
        profile = parts.profile.copy()
        profile[:, 1:] += added[:, :n_modifiers] + share
        # Where a pair is its course's average taker no modifier made the lift.
        rest = added[:, n_modifiers + 1 :].sum(axis=1) + np.where(average, by_lift, 0.0)
        rest -= self.stage_centre[course]
        # Of a new course nobody's evidence is known.
        new = course < 0
        return LiftParts(
            parts.course_prior + np.where(new, rest, 0.0),
            parts.evidence + np.where(new, 0.0, rest),
            profile,
        )

    def _of_courses(self, code: IntArray, description: FloatArray) -> Float32Array:
        """Level and description of courses, which the boosted stage sees after the pairs' columns.

        The level of a new course is its description's guess.
        """
        seen = code >= 0
        known = (self.centre * self.hierarchy.mean).sum(axis=1)
        average = self.centre.mean(axis=0)
        guess = rows_times(self._guess(description, len(average)), average)
        described = np.where(seen[:, None], self.described[code], description)
        return course_columns(np.where(seen, known[code], guess), described)

    def _guess(self, description: FloatArray, k: int) -> FloatArray:
        """Coefficients (m, k) that descriptions (m, d) alone predict."""
        beta = np.tile(self.hierarchy.common[:k], (len(description), 1))
        beta[:, 0] += rows_times(description, self.hierarchy.common[k:])
        return beta

    def _unseen(self, z: FloatArray, description: FloatArray) -> tuple[FloatArray, FloatArray]:
        common = self.hierarchy
        # A coefficient of the description acts through the level.
        through = np.concatenate([z, z[:, :1] * description], axis=1)
        variance = (rows_times(z, common.spread) * z).sum(axis=1)
        variance += (rows_times(through, common.common_covariance) * through).sum(axis=1)
        return self._guess(description, z.shape[1]), variance
