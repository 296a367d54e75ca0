"""Weights that make people whose outcome is known stand for those who left before it was."""

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.lift.config import LiftConfig
from ptml.lift.nuisance import cross_fit, employee_folds, predict_out_of_fold
from ptml.lift.panel import Panel

FloatArray = NDArray[np.float64]

# Fewer lost outcomes than this cannot be foretold, and hardly matter.
FEWEST_LOST = 100
LARGEST_WEIGHT = 5.0


def stay_weights(history: History, panel: Panel, config: LiftConfig) -> FloatArray:
    """One over the probability that a row's outcome becomes known, (n,) float64.

    Given what was known at the decision: last score and its change, tenure, grade, role, quarter
    (inverse probability of censoring weights, Robins and Rotnitzky 1992). Mean 1 over known rows.
    """
    known = panel.observed
    if np.count_nonzero(~known) < FEWEST_LOST or not known.any():
        return np.ones(len(panel))
    place = standing(history, Rows(panel.employee, panel.day))
    columns = (
        panel.last_score,
        panel.last_score - panel.base,
        panel.day - history.hired[panel.employee],
        place.grade,
        panel.quarter,
        np.where(place.role >= 0, place.role, np.nan),
    )
    x = np.stack([np.asarray(c, dtype=np.float32) for c in columns], axis=1)
    folds = employee_folds(history.employees, config.n_folds, 0)
    fold = folds.of_employee[panel.employee]
    role = [len(columns) - 1]
    models = cross_fit(x, known.astype(np.float64), fold, folds, role, config, "binary", 0)
    stays = 1 / (1 + np.exp(-predict_out_of_fold(models, x, fold, config.num_threads)))
    weight = np.minimum(1 / np.maximum(stays, 1e-3), LARGEST_WEIGHT)
    return np.asarray(weight / weight[known].mean())
