"""S-, T- and X-learner on LightGBM, as a user would write them, to be compared with."""

from collections.abc import Callable
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
Predict = Callable[[Float32Array], FloatArray]

N_TREES = 200
MIN_PROPENSITY = 0.01
_SETTINGS: dict[str, Any] = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 10,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


def meta_learner(
    kind: str,
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    x_test: Float32Array,
    categorical: tuple[int, ...] = (),
    seed: int = 0,
    num_threads: int = 1,
) -> FloatArray:
    """Effects of the rows of ``x_test`` (m,), learnt from (n, p) covariates.

    Parameters
    ----------
    kind : {"s", "t", "x"}
        One model with the treatment as a column; one model an arm; imputed effects of both arms,
        weighed by the propensity.
    x, a, y : (n, p) float32, (n,) bool, (n,) float64
    categorical : tuple of int
        Columns of category codes.

    References
    ----------
    Künzel, Sekhon, Bickel, Yu (2019), *Metalearners for estimating heterogeneous treatment
    effects*, PNAS.
    """
    settings = {**_SETTINGS, "seed": seed, "num_threads": num_threads}

    def fit(features: Float32Array, outcome: NDArray[Any], objective: str = "l2") -> Predict:
        return _fit(features, outcome, categorical, {**settings, "objective": objective})

    if kind == "s":
        with_flag = fit(np.column_stack([x, a]).astype(np.float32), y)
        return with_flag(_flagged(x_test, 1)) - with_flag(_flagged(x_test, 0))
    of_others, of_takers = fit(x[~a], y[~a]), fit(x[a], y[a])
    if kind == "t":
        return of_takers(x_test) - of_others(x_test)
    if kind != "x":
        raise ValueError(f"kind is s, t or x, got {kind!r}")
    for_takers = fit(x[a], y[a] - of_others(x[a]))
    for_others = fit(x[~a], of_takers(x[~a]) - y[~a])
    p = np.clip(fit(x, a, "binary")(x_test), MIN_PROPENSITY, 1 - MIN_PROPENSITY)
    return p * for_others(x_test) + (1 - p) * for_takers(x_test)


def _flagged(x: Float32Array, flag: int) -> Float32Array:
    return np.column_stack([x, np.full(len(x), flag)]).astype(np.float32)


def _fit(
    x: Float32Array, y: NDArray[Any], categorical: tuple[int, ...], settings: dict[str, Any]
) -> Predict:
    data = lgb.Dataset(x, np.asarray(y, np.float64), categorical_feature=list(categorical))
    booster = lgb.train(settings, data, num_boost_round=N_TREES)
    threads = settings["num_threads"]
    return lambda asked: np.asarray(booster.predict(asked, num_threads=threads), dtype=np.float64)
