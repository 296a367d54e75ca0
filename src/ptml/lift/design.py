"""The rows of the final stage: what covariates, teams and other courses explain is taken out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.config import LiftConfig
from ptml.lift.doses import Doses
from ptml.lift.estimation import partial_out
from ptml.lift.nuisance import Folds, cross_fit, predict_out_of_fold
from ptml.lift.panel import Panel
from ptml.lift.teams import team_shocks

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class FinalDesign:
    """What the final stage regresses.

    Attributes
    ----------
    y : (n,) float64
        Residual outcome change, points.
    placebo : (n,) float64
        Residual change before the decision, points; 0 where it is not known.
    placebo_known : (n,) bool
    plain : (n, n_plain) float64
        Residual doses by coefficient.
    """

    y: FloatArray
    placebo: FloatArray
    placebo_known: NDArray[np.bool_]
    plain: FloatArray


def final_design(
    panel: Panel,
    unit: IntArray,
    x: Float32Array,
    categorical: tuple[int, ...],
    fold: IntArray,
    folds: Folds,
    doses: Doses,
    config: LiftConfig,
    seed: int,
) -> FinalDesign:
    """Residualise outcome, placebo and doses alike.

    Parameters
    ----------
    unit : (n,) int32
        Unit of each row; -1 = unknown, each such row a team of its own.
    x : (n, p) float32
    fold : (n,) int32
    """
    known = np.isfinite(panel.placebo_change)
    models = cross_fit(x, panel.change, fold, folds, categorical, config, "regression", seed)
    y = panel.change - predict_out_of_fold(models, x, fold, config.num_threads)
    placebo = np.where(known, panel.placebo_change, 0.0)
    if known.sum() >= config.min_rows:
        before = cross_fit(
            x[known], placebo[known], fold[known], folds, categorical, config, "regression", seed
        )
        placebo[known] -= predict_out_of_fold(before, x[known], fold[known], config.num_threads)
    nuisance = calendar_and_other_courses(panel)
    shocks = team_shocks(y, team_quarters(unit, panel.quarter))
    columns = np.concatenate([y[:, None], doses.plain, nuisance], axis=1)
    columns = shocks.remove(columns)
    n_plain = doses.plain.shape[1]
    kept = partial_out(columns[:, : 1 + n_plain], columns[:, 1 + n_plain :])
    return FinalDesign(kept[:, 0], placebo, known, kept[:, 1:])


def calendar_and_other_courses(panel: Panel) -> FloatArray:
    """One column a quarter, then the courses started around the decision, (n, k) float64."""
    quarters = np.unique(panel.quarter)
    calendar = (panel.quarter[:, None] == quarters[None, :]).astype(np.float64)
    return np.concatenate([calendar, panel.other_starts, panel.same_quarter_fixed[:, None]], axis=1)


def team_quarters(unit: IntArray, quarter: IntArray) -> NDArray[np.int64]:
    """Number of each row's team in its quarter, (n,) int64; one without a unit is alone."""
    team = np.where(unit < 0, -1 - np.arange(len(unit)), unit).astype(np.int64)
    _, code = np.unique(team * 10_000 + quarter, return_inverse=True)
    return code.astype(np.int64)
