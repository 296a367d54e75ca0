"""Cross-fitted nuisance models: what would have happened anyway, and who starts which course.

Both are LightGBM and both see the same covariates; every prediction is made by a model that has
not seen the employee (Chernozhukov et al. 2018, *Double/debiased machine learning*).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.lift.config import LiftConfig
from ptml.lift.forward import time_split

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

# Trees without gain after which boosting stops, and the fewest that are kept.
PATIENCE, FEWEST_TREES = 20, 10


@dataclass(frozen=True)
class Folds:
    """Fold of each employee code: (n_employees,) int32 in ``0 .. n_folds - 1``."""

    of_employee: IntArray
    n_folds: int


def employee_folds(employees: IdMap, n_folds: int, seed: int) -> Folds:
    """Assign employees to folds by their id: who comes later changes nobody's fold."""
    fold = [zlib.crc32(f"{seed}:{one}".encode()) % n_folds for one in employees.ids.tolist()]
    return Folds(np.array(fold, dtype=np.int32), n_folds)


@dataclass(frozen=True)
class Trial:
    """Rows to learn from and later rows, of other people, to judge the number of trees by.

    Attributes
    ----------
    learn, judge : (n,) bool
    """

    learn: BoolArray
    judge: BoolArray

    @classmethod
    def forward(cls, quarter: IntArray, reach: int, fold: IntArray) -> "Trial | None":
        """Early quarters of all folds but the first against later ones of the first.

        None where the panel is too short.
        """
        split = time_split(quarter, reach)
        if split is None:
            return None
        found = cls(split.early(quarter) & (fold != 0), split.late(quarter) & (fold == 0))
        return found if found.learn.any() and found.judge.any() else None


def _parameters(config: LiftConfig, objective: str, seed: int) -> dict[str, object]:
    return {
        "objective": objective,
        "num_leaves": config.n_leaves,
        "learning_rate": config.learning_rate,
        "min_data_in_leaf": config.min_leaf_rows,
        "lambda_l2": 5.0,
        "feature_fraction": 0.6,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "max_bin": 63,
        "cat_smooth": 30,
        "cat_l2": 20,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": config.num_threads,
        "verbosity": -1,
    }


def trees_by_time(
    x: Float32Array,
    y: NDArray[np.floating],
    trial: Trial | None,
    categorical: Sequence[int],
    config: LiftConfig,
    objective: str,
    seed: int,
    weight: NDArray[np.floating] | None = None,
    offset: NDArray[np.floating] | None = None,
) -> int:
    """Trees after which later quarters of other people are foretold no better (early stopping).

    Parameters
    ----------
    x : (n, p) float32
    y : (n,)
        Free of what a whole quarter went through, or the offset is.
    trial : Trial or None
        None = as many as may be.
    weight, offset : (n,), optional
    """
    if trial is None:
        return config.n_trees

    def part(rows: BoolArray, reference: lgb.Dataset | None = None) -> lgb.Dataset:
        w, start = (None if v is None else v[rows] for v in (weight, offset))
        return lgb.Dataset(
            x[rows],
            y[rows],
            weight=w,
            init_score=start,
            categorical_feature=list(categorical),
            reference=reference,
        )

    learn = part(trial.learn)
    found = lgb.train(
        _parameters(config, objective, seed),
        learn,
        num_boost_round=config.n_trees,
        valid_sets=[part(trial.judge, learn)],
        callbacks=[lgb.early_stopping(PATIENCE, verbose=False)],
    )
    return max(int(found.best_iteration), FEWEST_TREES)


def cross_fit(
    x: Float32Array,
    y: NDArray[np.floating],
    fold: IntArray,
    folds: Folds,
    categorical: Sequence[int],
    config: LiftConfig,
    objective: str,
    seed: int,
    weight: NDArray[np.floating] | None = None,
    offset: NDArray[np.floating] | None = None,
) -> tuple[lgb.Booster, ...]:
    """One model per fold, fitted on the rows of all the others.

    Parameters
    ----------
    x : (n, p) float32
    y : (n,)
    fold : (n,) int32
        Fold of each row's employee.
    weight, offset : (n,), optional
        The offset is where boosting starts; predictions leave it out.
    """
    # Binned once: folds are rows of the same bins, and nothing is copied.
    parameters = _parameters(config, objective, seed)
    data = lgb.Dataset(
        x,
        y,
        weight=weight,
        init_score=offset,
        categorical_feature=list(categorical),
        params=parameters,
    ).construct()
    return tuple(
        lgb.train(
            {**parameters, "seed": seed + k},
            data.subset(np.flatnonzero(fold != k)),
            num_boost_round=config.n_trees,
        )
        for k in range(folds.n_folds)
    )


def predict_out_of_fold(
    models: Sequence[lgb.Booster], x: Float32Array, fold: IntArray, num_threads: int
) -> FloatArray:
    """Raw predictions (n,) of the model that did not see the row's employee."""
    out = np.empty(len(x), dtype=np.float64)
    for k, model in enumerate(models):
        rows = fold == k
        if rows.any():
            out[rows] = model.predict(x[rows], raw_score=True, num_threads=num_threads)
    return out
