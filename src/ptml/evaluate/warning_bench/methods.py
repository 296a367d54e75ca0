"""Who is compared: ptml, classifiers of scikit-learn, peers in an environment of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ptml.transfer.calibration import fit_platt, sigmoid

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

PEER_NAMES = {"ebm": "EBM (interpret)", "catboost": "CatBoost", "xgboost": "XGBoost"}
SKLEARN_NAMES = {"logistic": "logistic regression", "forest": "random forest"}
NAMES = {
    "ptml": "ptml",
    **SKLEARN_NAMES,
    **PEER_NAMES,
    "exam_below_60": 'rule "exam below 60"',
    "truth": "oracle: the true probability",
}
"""Name of every method in the tables."""

# A tree of a forest can say 0 or 1; log-odds have to stay finite.
_LEAST = 1e-4
_FOREST_TREES = 200
# Half of the rows a tree: as good, in half the time.
_FOREST_ROWS = 0.5
_FOREST_LEAF = 10
_RIDGE = 0.03


@dataclass(frozen=True, eq=False)
class Folds:
    """One stage: what a classifier learns from, what calibrates it, what it is asked about.

    Attributes
    ----------
    x_train, x_calibrate, x_test : (n, p) float32
        NaN = unknown.
    y_train, y_calibrate : (n,) bool
    blocked_calibrate : (n,) bool
        Never flagged.
    """

    x_train: Floats
    y_train: Bools
    x_calibrate: Floats
    y_calibrate: Bools
    blocked_calibrate: Bools
    x_test: Floats


@dataclass(frozen=True, eq=False)
class Predicted:
    """Calibrated probabilities on the calibration fold and on what was asked."""

    calibrate: Doubles
    test: Doubles


def sklearn_predicted(method: str, folds: Folds, seed: int, n_threads: int) -> Predicted:
    """Fit one of `SKLEARN_NAMES` with settings that a user would take, and calibrate it."""
    model = _SKLEARN[method](seed, n_threads)
    model.fit(folds.x_train, folds.y_train)
    both = (folds.x_calibrate, folds.x_test)
    calibrate, test = (model.predict_proba(x)[:, 1] for x in both)
    return calibrated(folds, calibrate, test)


def calibrated(folds: Folds, calibrate: Doubles, test: Doubles) -> Predicted:
    """Calibrate a classifier's probabilities as ptml's own are: Platt's scale and shift."""
    platt = fit_platt(_logit(calibrate), folds.y_calibrate)
    return Predicted(
        sigmoid(platt.log_odds(_logit(calibrate))), sigmoid(platt.log_odds(_logit(test)))
    )


def _logit(p: Doubles) -> Doubles:
    inside = np.clip(p.astype(np.float64), _LEAST, 1 - _LEAST)
    return np.log(inside / (1 - inside))


def _logistic(seed: int, n_threads: int) -> Any:
    fill = SimpleImputer(add_indicator=True, keep_empty_features=True)
    return make_pipeline(
        fill, StandardScaler(), LogisticRegression(C=_RIDGE, max_iter=1000, random_state=seed)
    )


def _forest(seed: int, n_threads: int) -> Any:
    return RandomForestClassifier(
        _FOREST_TREES,
        min_samples_leaf=_FOREST_LEAF,
        max_samples=_FOREST_ROWS,
        random_state=seed,
        n_jobs=n_threads,
    )


_SKLEARN: dict[str, Callable[[int, int], Any]] = {"logistic": _logistic, "forest": _forest}
