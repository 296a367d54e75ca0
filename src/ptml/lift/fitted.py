"""Everything that a lift is worked out from, for any person and course."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.outcomes import period_scores
from ptml.features.rows import Rows
from ptml.intervals import Z_90
from ptml.lift.catalogue import CourseDescription, propensity_values
from ptml.lift.covariates import PersonCovariates
from ptml.lift.effects import Effects, LiftParts
from ptml.lift.estimate import LiftEstimate
from ptml.lift.modifiers import Modifiers
from ptml.lift.panel import quarter_grid
from ptml.lift.refusal import NO_HISTORY, NO_OVERLAP, OK, TOO_FEW, first_of
from ptml.lift.support import Support
from ptml.lift.tilt import TiltModels

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Reach:
    """How much further intervals go than sampling errors, points; the last entry: new courses.

    Attributes
    ----------
    low, high : (n_courses + 1,) float64
        Not negative: how far a second design lies beyond the errors, below and above.
    unexplained_variance : float
        Variance of true lifts around the prediction, points squared.
    """

    low: FloatArray
    high: FloatArray
    unexplained_variance: float

    def interval(
        self, code: IntArray, mean: FloatArray, variance: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Both ends (m,) of the 90 % interval; ``code`` -1 = a new course."""
        half = Z_90 * np.sqrt(variance + self.unexplained_variance)
        return mean - half - self.low[code], mean + half + self.high[code]


@dataclass(frozen=True)
class FittedLift:
    """Effects of all courses with what is needed to apply them to anybody.

    Attributes
    ----------
    course_status : (n_courses + 1,) uint8
        Why a course gets no lift at all; the last one is for courses not seen at training.
    """

    effects: Effects
    modifiers: Modifiers
    description: CourseDescription
    propensity: TiltModels
    covariates: PersonCovariates
    support: Support
    reach: Reach
    course_status: NDArray[np.uint8]

    def predict(
        self,
        history: History,
        rows: Rows,
        people: FeatureMatrix,
        pairs: FeatureMatrix,
        row_index: IntArray,
        course: IntArray,
        code: IntArray,
    ) -> LiftEstimate:
        """Estimate pairs whose course has the ``code`` (m,) in this model, -1 = new."""
        z = self.modifiers.standardise(pairs, people, row_index)
        description = self.description.values(history.catalogue)
        mean, variance = self.effects.predict(code, z, description, course)
        low, high = self.reach.interval(code, mean, variance)
        x = self.covariates.values(people, history, last_score(history, rows))
        model_code = np.full(history.n_courses, -1, dtype=np.int32)
        model_code[course] = code
        values = propensity_values(history.catalogue, model_code)
        tilt = self.propensity.tilt(x, pairs, row_index, values, course)
        support = self.support.comparable(code, tilt)
        status = self._status(code, tilt, support, measured(history, rows)[row_index])
        answered = status == OK
        shown = {
            name: np.where(answered, value, np.nan).astype(np.float32)
            for name, value in (("lift", mean), ("low", low), ("high", high))
        }
        return LiftEstimate(support=support, status=status, **shown)

    def parts(
        self,
        history: History,
        people: FeatureMatrix,
        pairs: FeatureMatrix,
        row_index: IntArray,
        course: IntArray,
        code: IntArray,
    ) -> LiftParts:
        """What the lift of each pair is made of; adds up to it within 1e-6."""
        z = self.modifiers.standardise(pairs, people, row_index)
        return self.effects.parts(code, z, self.description.values(history.catalogue)[course])

    def _status(
        self, code: IntArray, tilt: FloatArray, support: IntArray, is_measured: NDArray[np.bool_]
    ) -> NDArray[np.uint8]:
        of_course = self.course_status[code]
        rare = np.append(self.support.takers < self.support.min_takers, True)[code]
        comparable = np.where(
            rare, self.support.among_all(tilt), support >= self.support.min_support
        )
        named = [(int(k), of_course == k) for k in np.unique(of_course) if k not in (OK, TOO_FEW)]
        return first_of(
            (TOO_FEW, of_course == TOO_FEW),
            *named,
            (NO_HISTORY, ~is_measured),
            (NO_OVERLAP, ~comparable),
        )


def last_score(history: History, rows: Rows) -> Float32Array:
    """Score of the last quarter that was known before each row's day, (n,) float32."""
    out = np.full(len(rows), np.nan, dtype=np.float32)
    for day in np.unique(rows.day):
        score = quarter_grid(period_scores(history, int(day))).score
        here = rows.day == day
        if score.shape[1]:
            out[here] = score[rows.employee[here], -1]
    return out


def measured(history: History, rows: Rows) -> NDArray[np.bool_]:
    """Whether any performance score of each row's person was known before its day, (n,) bool."""
    out = np.zeros(len(rows), dtype=np.bool_)
    for day in np.unique(rows.day):
        score = period_scores(history, int(day)).score
        here = rows.day == day
        out[here] = np.isfinite(score[rows.employee[here]]).any(axis=1)
    return out
