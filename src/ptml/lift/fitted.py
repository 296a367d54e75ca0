"""Everything that a lift is worked out from, for any person and course."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import Capability
from ptml.features.history import History
from ptml.features.outcomes import period_scores
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.lift.basis import Effects
from ptml.lift.catalogue import propensity_values
from ptml.lift.covariates import Covariates
from ptml.lift.estimate import LiftEstimate
from ptml.lift.modifiers import Modifiers
from ptml.lift.pairs import PropensityModels, propensity_columns
from ptml.lift.panel import quarter_grid
from ptml.lift.support import OK, Support

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

# 90 % of a normal distribution lies within this many standard errors.
Z_90 = 1.6448536269514722


@dataclass(frozen=True)
class FittedLift:
    """Effects of all courses with what is needed to apply them to anybody.

    Attributes
    ----------
    unexplained_variance : float
        Variance of true lifts around the prediction, points squared; part of every interval.
    """

    effects: Effects
    modifiers: Modifiers
    propensity: PropensityModels
    covariates: Covariates
    support: Support
    unexplained_variance: float

    def predict(
        self,
        history: History,
        shared: Shared,
        rows: Rows,
        capability: Capability,
        row_index: IntArray,
        course: IntArray,
        code: IntArray,
    ) -> LiftEstimate:
        """Estimate pairs whose course has the ``code`` (m,) in this model."""
        people = person_features(history, shared, rows, capability)
        pairs = pair_features(history, shared, rows, capability, row_index, course)
        z = self.modifiers.standardise(pairs, people, row_index)
        mean, variance = self.effects.predict(code, z)
        x = self.covariates.values(people, history, last_score(history, rows))
        model_code = np.full(history.n_courses, -1, dtype=np.int32)
        model_code[course] = code
        course_values = propensity_values(history.catalogue, model_code)
        columns = propensity_columns(x, pairs, row_index, course_values, course)
        log_odds = self.propensity.log_odds(columns).astype(np.float32)
        support, status = self.support.judge(code, log_odds)
        half = Z_90 * np.sqrt(variance + self.unexplained_variance)
        answered = status == OK
        lift, low, high = (
            np.where(answered, value, np.nan).astype(np.float32)
            for value in (mean, mean - half, mean + half)
        )
        return LiftEstimate(lift, low, high, support, status)


def last_score(history: History, rows: Rows) -> Float32Array:
    """Score of the last quarter that was known before each row's day, (n,) float32."""
    out = np.full(len(rows), np.nan, dtype=np.float32)
    for day in np.unique(rows.day):
        score = quarter_grid(period_scores(history, int(day))).score
        here = rows.day == day
        if score.shape[1]:
            out[here] = score[rows.employee[here], -1]
    return out
