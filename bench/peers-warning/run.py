"""Run EBM, CatBoost or XGBoost on the tasks of ptml's warning benchmark, in their environment.

``python run.py METHOD FOLDER OUT``: every ``FOLDER/*.npz`` holds ``x_train`` (n, p), ``y_train``
(n,) bool, ``x_calibrate`` (c, p), ``y_calibrate`` (c,) bool and ``x_test`` (m, p), NaN = unknown;
the predicted probabilities of the calibration rows and then of the test rows (c + m,) go to
``OUT/<same name>.npy``. Trees stop early on the calibration rows, as ptml's do; ptml calibrates all
in the same way. Settings are those that a user would take.
"""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Fold = dict[str, np.ndarray]
N_TREES = 1000
LEARNING_RATE = 0.05
PATIENCE = 50


def ebm(fold: Fold) -> Any:
    """interpret's Explainable Boosting Machine: additive, with the strongest pairs."""
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(outer_bags=4, interactions=10, n_jobs=1, random_state=0)
    return model.fit(fold["x_train"], fold["y_train"])


def catboost(fold: Fold) -> Any:
    """CatBoost's own defaults but for the step, stopped early."""
    from catboost import CatBoostClassifier

    model = CatBoostClassifier(
        iterations=N_TREES, learning_rate=LEARNING_RATE, early_stopping_rounds=PATIENCE,
        thread_count=1, random_seed=0, allow_writing_files=False, verbose=False,
    )  # fmt: skip
    later = (fold["x_calibrate"], fold["y_calibrate"])
    return model.fit(fold["x_train"], fold["y_train"], eval_set=later)


def xgboost(fold: Fold) -> Any:
    """XGBoost with small trees on parts of rows and columns, stopped early."""
    from xgboost import XGBClassifier

    model = XGBClassifier(
        n_estimators=N_TREES, learning_rate=LEARNING_RATE, max_depth=4, min_child_weight=5,
        subsample=0.8, colsample_bytree=0.5, early_stopping_rounds=PATIENCE,
        eval_metric="logloss", tree_method="hist", n_jobs=1, random_state=0,
    )  # fmt: skip
    later = [(fold["x_calibrate"], fold["y_calibrate"])]
    return model.fit(fold["x_train"], fold["y_train"], eval_set=later, verbose=False)


METHODS: dict[str, Callable[[Fold], Any]] = {"ebm": ebm, "catboost": catboost, "xgboost": xgboost}


def main(method: str, folder: str, out: str) -> None:
    """Predict on every task of a folder; what is there already is kept."""
    warnings.simplefilter("ignore")
    Path(out).mkdir(parents=True, exist_ok=True)
    for path in sorted(Path(folder).glob("*.npz")):
        done = Path(out) / f"{path.stem}.npy"
        if done.is_file():
            continue
        with np.load(path, allow_pickle=False) as found:
            fold = {name: found[name] for name in found.files}
        fold |= {name: fold[name].astype(int) for name in ("y_train", "y_calibrate")}
        model = METHODS[method](fold)
        asked = np.concatenate([fold["x_calibrate"], fold["x_test"]])
        p_weak = np.asarray(model.predict_proba(asked), dtype=np.float64)[:, 1]
        part = done.with_suffix(".part")
        with part.open("wb") as file:
            np.save(file, p_weak)
        part.rename(done)


if __name__ == "__main__":
    main(*sys.argv[1:])
