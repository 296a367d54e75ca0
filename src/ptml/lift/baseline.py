"""What would have happened to a score without any course: the residual outcome of each row."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.lift.config import LiftConfig
from ptml.lift.exposure import LAGS, SPREAD, OtherCourses
from ptml.lift.nuisance import (
    Folds,
    Trial,
    cross_fit,
    predict_out_of_fold,
    trees_by_time,
)
from ptml.lift.panel import Panel
from ptml.lift.spillover import Spillover, estimate_spillover, of_colleagues
from ptml.lift.teams import team_shocks

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

SCALES = (0.5, 2.0)


@dataclass(frozen=True)
class Covariates:
    """What both nuisances see of the rows, and the folds that they are fitted in.

    Attributes
    ----------
    x : (n, p) float32
    fold : (n,) int32
        Fold of each row's employee.
    weight : (n,) float64
        Stands for those who left before their outcome was known.
    """

    x: Float32Array
    categorical: tuple[int, ...]
    fold: IntArray
    folds: Folds
    weight: FloatArray
    config: LiftConfig
    seed: int

    def stopped(self, y: FloatArray, quarter: IntArray, reach: int) -> "Covariates":
        """These with as many trees as later quarters ask for to foretell ``y`` (n,)."""
        size = np.maximum(np.bincount(quarter), 1)
        level = (np.bincount(quarter, y) / size)[quarter]
        n_trees = trees_by_time(
            self.x,
            y - level,
            Trial.forward(quarter, reach, self.fold),
            self.categorical,
            self.config,
            "regression",
            self.seed,
            weight=self.weight,
        )
        return self.with_trees(n_trees, self.config.learning_rate)

    def with_trees(self, n_trees: int, learning_rate: float) -> "Covariates":
        """These with so many trees of such a step."""
        changed = {"n_trees": n_trees, "learning_rate": learning_rate}
        return replace(self, config=self.config.model_copy(update=changed))

    def foretold(self, y: FloatArray) -> FloatArray:
        """Cross-fitted prediction (n,) of ``y`` (n,)."""
        models = cross_fit(
            self.x,
            y,
            self.fold,
            self.folds,
            self.categorical,
            self.config,
            "regression",
            self.seed,
            weight=self.weight,
        )
        return predict_out_of_fold(models, self.x, self.fold, self.config.num_threads)


@dataclass(frozen=True)
class Baseline:
    """Residual outcomes, given what is believed of the lifts.

    Attributes
    ----------
    unexpected : (n,) float64
        Outcome less its cross-fitted prediction, points.
    unit : (n,) int64
        Team of each row; one without a team is alone.
    team : (n,) int64
        Team-quarter of each row.
    calendar : (n, k) float64
        Columns whose linear part is taken out: quarters, courses that no lift is estimated for.
    """

    panel: Panel
    covariates: Covariates
    other: OtherCourses
    unexpected: FloatArray
    unit: NDArray[np.int64]
    team: NDArray[np.int64]
    calendar: FloatArray

    def level(self) -> float:
        """Mean effect of a start, points: all starts of a row held to act alike."""
        n_starts = self.own(np.ones(len(self.other.quarter)))
        return self._slope(self.unexpected, n_starts - self.covariates.foretold(n_starts))

    def own(self, lift: FloatArray) -> FloatArray:
        """Believed lift (k,) of what each row started in its quarter, summed, (n,)."""
        return self.other.around(self.panel, lift, (0,))[:, 0]

    def colleagues(self, lift: FloatArray) -> FloatArray:
        """Mean believed lift of what the colleagues of each row started in its quarter, (n,)."""
        return of_colleagues(self.own(lift), self.team)

    def believed(
        self, lift: FloatArray, exposure: FloatArray, spillover: float = 0.0
    ) -> FloatArray:
        """What all starts of believed lifts (k,) add to each row's outcome, (n,)."""
        found = self.own(lift) + self.other.around(self.panel, lift, LAGS) @ exposure
        return found + spillover * self.colleagues(lift) if spillover else found

    def spillover(self, lift: FloatArray, exposure: FloatArray) -> Spillover:
        """What a person has of the courses of colleagues, believing lifts (k,) of all starts."""
        believed = self.believed(lift, exposure)
        left = self.unexpected - (believed - self.covariates.foretold(believed))
        seen = self.colleagues(lift)
        seen = seen - self.covariates.foretold(seen)
        left, seen = self.without_calendar(np.stack([left, seen], axis=1)).T
        return estimate_spillover(left, seen, self.unit, self.covariates.weight)

    def without_calendar(self, values: FloatArray) -> FloatArray:
        """Take quarters and courses without a lift out of (n,) or (n, q) values."""
        weighted = self.calendar * self.covariates.weight[:, None]
        ridge = 1e-3 * np.eye(self.calendar.shape[1])
        solved = np.linalg.solve(weighted.T @ self.calendar + ridge, weighted.T @ values)
        return np.asarray(values - self.calendar @ solved)

    def residual(
        self, lift: FloatArray, exposure: FloatArray, spillover: float = 0.0
    ) -> tuple[FloatArray, FloatArray, float]:
        """Take out all that is believed of courses, then what teams and quarters went through.

        Parameters
        ----------
        lift : (k,) float64
            Believed lift of each start, points.
        exposure : (n_lags,) float64
        spillover : float
            Points for each point of the colleagues' mean lift; 0 = nothing to take out.

        Returns
        -------
        residual : (n,) float64
            The outcome without any course, less its expectation, points.
        exposure : (n_lags,) float64
            Learnt anew from these residuals.
        scale : float
            What the believed lifts were multiplied by: all of them together may be too small or
            too large, and the expectation of what people take would hide most of that.
        """
        own = self.own(lift)
        around = self.other.around(self.panel, lift, LAGS)
        others = around @ exposure
        if spillover:
            others = others + spillover * self.colleagues(lift)
        own, others = (part - self.covariates.foretold(part) for part in (own, others))
        slope = self._slope(self.unexpected - others, own) if np.any(own) else 1.0
        scale = float(np.clip(slope, *SCALES))
        left = self.without_teams(self.unexpected - scale * (own + others))
        columns = np.concatenate([self.calendar, scale * around], axis=1)
        penalty = np.full(columns.shape[1], 1e-3)
        penalty[-len(LAGS) :] = float(np.var(left)) / SPREAD**2
        weighted = columns * self.covariates.weight[:, None]
        solved = np.linalg.solve(weighted.T @ columns + np.diag(penalty), weighted.T @ left)
        updated = np.clip(exposure + solved[-len(LAGS) :], -0.5, 1.5)
        return left - columns @ solved, updated, scale

    def without_teams(self, values: FloatArray) -> FloatArray:
        """Take out of (n,) values what teams went through in their quarters."""
        return team_shocks(values, self.team).remove(values)

    def _slope(self, y: FloatArray, x: FloatArray) -> float:
        y, x, w = self.without_teams(y), self.without_teams(x), self.covariates.weight
        return float((w * x * y).sum() / max(float((w * x * x).sum()), 1e-9))


def baseline(
    panel: Panel,
    covariates: Covariates,
    other: OtherCourses,
    unit: IntArray,
    fixed_starts: FloatArray,
) -> Baseline:
    """Fit what is expected of each row's change.

    Parameters
    ----------
    unit : (n,) int32
        Unit of each row; -1 = unknown, each such row a team of its own.
    fixed_starts : (n,) float64
        Courses started in the quarter that no lift is estimated for.
    """
    quarters = np.unique(panel.quarter)
    calendar = (panel.quarter[:, None] == quarters[None, :]).astype(np.float64)
    return Baseline(
        panel=panel,
        covariates=covariates,
        other=other,
        unexpected=panel.change - covariates.foretold(panel.change),
        unit=alone_without(unit),
        team=team_quarters(unit, panel.quarter),
        calendar=np.concatenate([calendar, fixed_starts[:, None]], axis=1),
    )


def alone_without(unit: IntArray) -> NDArray[np.int64]:
    """Team of each row, (n,) int64: one without a unit (-1) has a number of its own, below 0."""
    return np.where(unit < 0, -1 - np.arange(len(unit)), unit).astype(np.int64)


def team_quarters(unit: IntArray, quarter: IntArray) -> NDArray[np.int64]:
    """Number of each row's team in its quarter, (n,) int64; one without a unit is alone."""
    _, code = np.unique(alone_without(unit) * 10_000 + quarter, return_inverse=True)
    return code.astype(np.int64)
