"""Run EconML, CausalML or DoubleML on the tasks of ptml's lift benchmark, in their environment.

``python run.py METHOD FOLDER OUT``: every ``FOLDER/*.npz`` holds ``x_train`` (n, p), ``a`` (n,)
bool, ``y`` (n,), ``x_test`` (m, p) and ``categorical`` (columns that hold codes); the predicted
effects (m,) go to ``OUT/<same name>.npy``. Nuisances are the same LightGBM
for all; categories are one-hot, missing values the column's mean.
"""

import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier, LGBMRegressor

Floats = np.ndarray
N_FOLDS = 5
MOST_CATEGORIES = 250
LIGHTGBM = {
    "n_estimators": 100,
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_child_samples": 10,
    "num_threads": 1,
    "verbose": -1,
    "random_state": 0,
}


def regressor() -> LGBMRegressor:
    """Outcome model."""
    return LGBMRegressor(**LIGHTGBM)


def classifier() -> LGBMClassifier:
    """Treatment model."""
    return LGBMClassifier(**LIGHTGBM)


def encoded(train: Floats, test: Floats, categorical: Floats) -> tuple[Floats, Floats]:
    """One-hot categories, means where values are missing, no column without variation."""
    both = pd.DataFrame(np.concatenate([train, test]).astype(np.float64))
    both = both.fillna(both.iloc[: len(train)].mean()).fillna(0.0)
    # A code with very many values stays a number.
    few = [int(j) for j in categorical if both[int(j)].nunique() <= MOST_CATEGORIES]
    both = pd.get_dummies(both, columns=few, drop_first=True, dtype=float)
    varies = both.iloc[: len(train)].std() > 0
    x = both.loc[:, varies].to_numpy()
    return x[: len(train)], x[len(train) :]


def causal_forest_dml(x: Floats, a: Floats, y: Floats, x_test: Floats) -> Floats:
    """EconML's forest."""
    from econml.dml import CausalForestDML

    model = CausalForestDML(
        model_y=regressor(), model_t=classifier(), discrete_treatment=True, cv=N_FOLDS,
        n_estimators=400, min_samples_leaf=10, n_jobs=1, random_state=0,
    )  # fmt: skip
    return model.fit(y, a, X=x).effect(x_test)


def linear_dml(x: Floats, a: Floats, y: Floats, x_test: Floats) -> Floats:
    """EconML's effects that are linear in the covariates."""
    from econml.dml import LinearDML

    model = LinearDML(
        model_y=regressor(), model_t=classifier(), discrete_treatment=True, cv=N_FOLDS,
        random_state=0,
    )  # fmt: skip
    return model.fit(y, a, X=x).effect(x_test)


def dr_learner(x: Floats, a: Floats, y: Floats, x_test: Floats) -> Floats:
    """EconML's doubly robust learner."""
    from econml.dr import DRLearner

    model = DRLearner(
        model_propensity=classifier(), model_regression=regressor(), model_final=regressor(),
        cv=N_FOLDS, min_propensity=0.01, random_state=0,
    )  # fmt: skip
    return model.fit(y, a, X=x).effect(x_test)


def causalml_r(x: Floats, a: Floats, y: Floats, x_test: Floats) -> Floats:
    """CausalML's R-learner."""
    from causalml.inference.meta import BaseRRegressor

    model = BaseRRegressor(learner=regressor(), n_fold=N_FOLDS, random_state=0)
    model.fit(X=x, treatment=a, y=y, p=propensity(x, a), verbose=False)
    return model.predict(X=x_test)


def causalml_dr(x: Floats, a: Floats, y: Floats, x_test: Floats) -> Floats:
    """CausalML's doubly robust learner."""
    from causalml.inference.meta import BaseDRRegressor

    model = BaseDRRegressor(learner=regressor(), control_name=0)
    model.fit(X=x, treatment=a, y=y, p=propensity(x, a), seed=0)
    return model.predict(X=x_test)


def doubleml_irm(x: Floats, a: Floats, y: Floats, x_test: Floats) -> Floats:
    """DoubleML's best linear predictor of the effect from the covariates."""
    import doubleml as dml

    np.random.seed(0)  # noqa: NPY002 - DoubleML draws its folds from it
    model = dml.DoubleMLIRM(
        dml.DoubleMLData.from_arrays(x, y, a.astype(float)), regressor(), classifier(),
        n_folds=N_FOLDS,
    )  # fmt: skip
    model.fit()
    centre, spread = x.mean(axis=0), x.std(axis=0)
    basis = pd.DataFrame((x - centre) / spread).assign(constant=1.0)
    coefficients = np.asarray(model.cate(basis).blp_model[0].params)
    return np.column_stack([(x_test - centre) / spread, np.ones(len(x_test))]) @ coefficients


def propensity(x: Floats, a: Floats) -> Floats:
    """Cross-fitted, away from 0 and 1."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    p = cross_val_predict(classifier(), x, a, cv=folds, method="predict_proba")[:, 1]
    return np.clip(p, 0.01, 0.99)


METHODS: dict[str, Callable[[Floats, Floats, Floats, Floats], Any]] = {
    "econml_causal_forest_dml": causal_forest_dml,
    "econml_linear_dml": linear_dml,
    "econml_dr_learner": dr_learner,
    "causalml_r": causalml_r,
    "causalml_dr": causalml_dr,
    "doubleml_irm": doubleml_irm,
}


def main(method: str, folder: str, out: str) -> None:
    """Predict on every task of a folder; what is there already is kept."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    Path(out).mkdir(parents=True, exist_ok=True)
    for path in sorted(Path(folder).glob("*.npz")):
        done = Path(out) / f"{path.stem}.npy"
        if done.is_file():
            continue
        with np.load(path, allow_pickle=False) as found:
            x, x_test = encoded(found["x_train"], found["x_test"], found["categorical"])
            a, y = found["a"].astype(int), found["y"].astype(float)
        effects = np.asarray(METHODS[method](x, a, y, x_test), dtype=np.float64)
        part = done.with_suffix(".part")
        with part.open("wb") as file:
            np.save(file, effects.reshape(len(x_test)))
        part.rename(done)


if __name__ == "__main__":
    main(*sys.argv[1:])
