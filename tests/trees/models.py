"""Small LightGBM models of every kind that the tables have to answer for."""

from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

N_FEATURES = 5


def drawn_rows(n: int, seed: int) -> Floats:
    """Rows with zeros, ties, missing values and values of no size."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, N_FEATURES)).astype(np.float32)
    x[:, 1] = rng.integers(-2, 3, n)
    x[:, 2] = np.round(x[:, 2], 1)
    x[rng.random(x.shape) < 0.15] = np.nan
    x[rng.random(x.shape) < 0.15] = 0.0
    x[rng.random(x.shape) < 0.02] = 1e-37
    x[rng.random(x.shape) < 0.02] = np.inf
    x[:, 4] = np.nan_to_num(x[:, 4], posinf=3.0)
    return x


def fitted(
    n_trees: int = 20,
    rows: Floats | None = None,
    categorical: list[int] | None = None,
    **parameters: Any,
) -> lgb.Booster:
    """Fit a booster and send it through its text form, as those of the warning model."""
    x = drawn_rows(600, 1) if rows is None else rows
    rng = np.random.default_rng(2)
    known = np.nan_to_num(x, posinf=3.0)
    score = known[:, 0] * (known[:, 1] > 0) - known[:, 2] + np.isnan(x[:, 3]) + known[:, 4] ** 2
    weak = (score + rng.normal(size=len(x)) > 0.5).astype(np.float32)
    options = {
        "objective": "binary",
        "num_leaves": 8,
        "min_data_in_leaf": 10,
        "learning_rate": 0.2,
        "num_threads": 1,
        "verbosity": -1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": 3,
        **parameters,
    }
    data = lgb.Dataset(x, weak, params=options, categorical_feature=categorical or "auto")
    booster = lgb.train(options, data, n_trees)
    return lgb.Booster(model_str=booster.model_to_string())


def lightgbm_shares(booster: lgb.Booster, x: Floats) -> NDArray[np.float64]:
    """Shares and, in the last column, the base value as LightGBM has them."""
    return np.asarray(booster.predict(x, pred_contrib=True, num_threads=1), dtype=np.float64)
