"""The final stage by boosting: how the effect varies with features, as far as can be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig
from ptml.lift.learners.boosted_effect import BoostedEffect
from ptml.lift.learners.signals import Signals, orthogonal_loss
from ptml.lift.learners.slope import Z_SUPPORTED, Support, deal_folds, held_out_support

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


class BoostedConfig(FrozenConfig):
    """How the final stage is boosted."""

    n_folds: Annotated[int, Field(ge=2, le=20)] = 5
    """Folds of clusters."""
    tree_steps: tuple[PositiveInt, ...] = (10, 20, 40, 80, 160)
    """Numbers of trees to choose from by held-out loss, ascending."""
    n_leaves: Annotated[int, Field(ge=2, le=64)] = 8
    """Leaves of each tree."""
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    """Step of each tree."""
    min_leaf_rows: Annotated[float, Field(gt=0)] = 20
    """Least effective rows (Kish's, by weight) of a leaf."""
    ridge_rows: Annotated[float, Field(ge=0)] = 10
    """Ridge of a leaf's value, in effective rows."""
    support_z: Annotated[float, Field(ge=0)] = Z_SUPPORTED
    """A held-out slope of fewer standard errors counts as no variation (1.28 = one-sided 90 %)."""
    unexplained_share: Annotated[float, Field(ge=0, le=4)] = 0.3
    """Variance of true effects that no feature explains, as a share of the predicted variance;
    it widens every interval."""
    num_threads: PositiveInt = 1
    """LightGBM threads; results differ in the last bit between 1 and 2."""


@dataclass(frozen=True)
class BoostedFit:
    """A fitted effect and what it said of each row without having seen it.

    Attributes
    ----------
    effect : BoostedEffect
    held_out : (n,) float64
        Constant plus shrunk out-of-fold deviation.
    deviation : (n,) float64
        Out-of-fold deviation before shrinkage.
    fold : (n,) int32
    n_trees : int
    """

    effect: BoostedEffect
    held_out: FloatArray
    deviation: FloatArray
    fold: IntArray
    n_trees: int


def fit_boosted(
    signals: Signals,
    x: Float32Array,
    rng: np.random.Generator,
    config: BoostedConfig | None = None,
    cluster: NDArray[np.integer] | None = None,
    categorical: Sequence[int] = (),
    fold: IntArray | None = None,
) -> BoostedFit:
    """Learn how the effect varies with features, and believe it as far as held-out rows do.

    Parameters
    ----------
    signals : Signals
        From `r_signals` or `dr_signals`.
    x : (n, p) float32
        Features; NaN is a value of its own.
    cluster : (n,) int, optional
        Code of each row's cluster; clusters are kept whole in folds and in standard errors.
    categorical : sequence of int
        Columns with category codes.
    fold : (n,) int32, optional
        Folds to use in place of drawn ones.

    Notes
    -----
    The number of trees is chosen for each fold on the *other* folds' held-out loss, so that the
    slope is not flattered by the choice.
    """
    config = config or BoostedConfig()
    fold = deal_folds(len(x), cluster, config.n_folds, rng) if fold is None else fold
    # Effective rows make the regularisation mean the same for R- and DR-weights.
    kish = float(signals.weight.sum() ** 2 / np.sum(signals.weight**2))
    weight = signals.weight * (kish / signals.weight.sum())
    data = lgb.Dataset(
        x,
        signals.target,
        weight=weight,
        categorical_feature=list(categorical),
        params=_parameters(config, 0),
        free_raw_data=False,
    ).construct()
    n_folds = int(fold.max()) + 1
    seeds = rng.integers(0, 2**31 - 1, size=n_folds)
    paths = np.empty((len(config.tree_steps), len(x)))
    boosters, centre_paths = [], []
    for k in range(n_folds):
        kept = np.flatnonzero(fold != k)
        booster = lgb.train(
            _parameters(config, int(seeds[k])),
            data.subset(kept),
            num_boost_round=config.tree_steps[-1],
        )
        path = _path(booster, x, config)
        centre = path[:, kept] @ weight[kept] / weight[kept].sum()
        paths[:, fold == k] = path[:, fold == k] - centre[:, None]
        boosters.append(booster)
        centre_paths.append(centre)
    deviation, step = _choose_trees(signals, paths, fold)
    support = held_out_support(signals, deviation, cluster, config.support_z)
    return _fit_of(
        support, deviation, fold, boosters, [c[step] for c in centre_paths], step, config
    )


def _fit_of(
    support: Support,
    deviation: FloatArray,
    fold: IntArray,
    boosters: Sequence[lgb.Booster],
    centres: Sequence[float],
    step: int,
    config: BoostedConfig,
) -> BoostedFit:
    spread, supported = float(deviation.std()), support.shrinkage > 0
    n_trees = config.tree_steps[step]
    effect = BoostedEffect(
        boosters=tuple(_cut(b, n_trees) for b in boosters) if supported else (),
        centres=tuple(float(c) for c in centres) if supported else (),
        support=support,
        spread=spread,
        unexplained_variance=config.unexplained_share * (support.shrinkage * spread) ** 2,
        num_threads=config.num_threads,
    )
    held_out = support.constant.value + support.shrinkage * deviation
    return BoostedFit(effect, held_out, deviation, fold, n_trees)


def _path(booster: lgb.Booster, x: Float32Array, config: BoostedConfig) -> FloatArray:
    """Predictions (n_steps, n) after each number of trees."""
    out = np.empty((len(config.tree_steps), len(x)))
    before, total = 0, np.zeros(len(x))
    for i, n_trees in enumerate(config.tree_steps):
        total = total + booster.predict(
            x,
            start_iteration=before,
            num_iteration=n_trees - before,
            num_threads=config.num_threads,
        )
        out[i], before = total, n_trees
    return out


def _choose_trees(signals: Signals, paths: FloatArray, fold: IntArray) -> tuple[FloatArray, int]:
    """Out-of-fold deviations (n,) and the step of the path to keep."""
    centre = float(np.average(signals.target, weights=signals.weight))
    centred = Signals(signals.target - centre, signals.weight)
    deviation = np.empty(paths.shape[1])
    for k in range(int(fold.max()) + 1):
        others = fold != k
        losses = [orthogonal_loss(centred.rows(others), path[others]) for path in paths]
        deviation[~others] = paths[int(np.argmin(losses)), ~others]
    return deviation, int(np.argmin([orthogonal_loss(centred, path) for path in paths]))


def _cut(booster: lgb.Booster, n_trees: int) -> lgb.Booster:
    return lgb.Booster(model_str=booster.model_to_string(num_iteration=n_trees))


def _parameters(config: BoostedConfig, seed: int) -> dict[str, object]:
    return {
        "objective": "regression",
        "num_leaves": config.n_leaves,
        "learning_rate": config.learning_rate,
        "min_data_in_leaf": 1,
        "min_sum_hessian_in_leaf": config.min_leaf_rows,
        "lambda_l2": config.ridge_rows,
        "feature_fraction": 0.7,
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
