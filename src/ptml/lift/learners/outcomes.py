"""Outcome models of a cross-section: what would be with and without the treatment."""

from collections.abc import Callable, Sequence
from typing import Annotated

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig
from ptml.lift.learners.encoding import fit_encoding
from ptml.lift.learners.gaussian import GaussianConfig, fit_process

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
Outcomes = Callable[[Float32Array], tuple[FloatArray, FloatArray]]
"""Expected outcome (n,) without and with the treatment, of features (n, p)."""


class OutcomeConfig(FrozenConfig):
    """How outcomes and propensities are learnt."""

    n_trees: PositiveInt = 150
    """Trees of each boosted model."""
    n_leaves: Annotated[int, Field(ge=2, le=64)] = 12
    """Leaves of each tree."""
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    """Step of each tree."""
    min_leaf_rows: PositiveInt = 10
    """Least rows of a leaf."""
    max_process_rows: int = 8000
    """Rows above which no Gaussian process is fitted."""
    process: GaussianConfig = GaussianConfig()
    """How the Gaussian process is learnt."""
    num_threads: PositiveInt = 1
    """LightGBM threads."""


def boost(
    x: Float32Array,
    y: NDArray[np.generic],
    config: OutcomeConfig,
    seed: int,
    categorical: Sequence[int] = (),
    objective: str = "regression",
    weight: FloatArray | None = None,
) -> lgb.Booster:
    """Fit one LightGBM model of features (n, p) and labels (n,)."""
    parameters = {
        "objective": objective,
        "num_leaves": config.n_leaves,
        "learning_rate": config.learning_rate,
        "min_data_in_leaf": config.min_leaf_rows,
        "lambda_l2": 1.0,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "cat_smooth": 20,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": config.num_threads,
        "verbosity": -1,
    }
    labels = np.asarray(y, dtype=np.float64)
    data = lgb.Dataset(x, labels, weight=weight, categorical_feature=list(categorical))
    return lgb.train(parameters, data, num_boost_round=config.n_trees)


def boosted_arms(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    config: OutcomeConfig,
    seed: int,
    categorical: Sequence[int] = (),
) -> Outcomes:
    """One boosted model an arm (T-learner)."""
    models = [boost(x[a == arm], y[a == arm], config, seed, categorical) for arm in (False, True)]

    def outcomes(rows: Float32Array) -> tuple[FloatArray, FloatArray]:
        found = [np.asarray(m.predict(rows, num_threads=config.num_threads)) for m in models]
        return found[0], found[1]

    return outcomes


def boosted_joint(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    config: OutcomeConfig,
    seed: int,
    categorical: Sequence[int] = (),
) -> Outcomes:
    """One boosted model of both arms with the treatment as a feature (S-learner)."""
    model = boost(_with(x, a), y, config, seed, categorical)

    def outcomes(rows: Float32Array) -> tuple[FloatArray, FloatArray]:
        found = [
            np.asarray(
                model.predict(_with(rows, np.full(len(rows), arm)), num_threads=config.num_threads)
            )
            for arm in (False, True)
        ]
        return found[0], found[1]

    return outcomes


def smooth(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    e: FloatArray | float,
    rng: np.random.Generator,
    config: OutcomeConfig,
    categorical: Sequence[int] = (),
) -> Outcomes:
    """A Gaussian process of both arms; ``e`` is what the treatment is coded against.

    With out-of-fold propensities (n,) confounding stays out of the effect; with 0 the process is
    that of the untreated plus an effect.
    """
    encode = fit_encoding(x, categorical)
    process = fit_process(encode(x), a - np.asarray(e), y, rng, config.process)
    mean_e = float(np.mean(e))

    def outcomes(rows: Float32Array) -> tuple[FloatArray, FloatArray]:
        z = encode(rows)
        base, effect = process.base(z), process.effect(z)
        return base - mean_e * effect, base + (1 - mean_e) * effect

    return outcomes


def _with(x: Float32Array, a: NDArray[np.generic]) -> Float32Array:
    return np.column_stack([x, np.asarray(a, dtype=np.float32)])
