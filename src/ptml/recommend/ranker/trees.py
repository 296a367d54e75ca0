"""LightGBM's lambdarank on groups of candidates."""

import re
from collections.abc import Sequence

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from ptml.recommend.ranker.config import RankerConfig
from ptml.recommend.ranker.features import NAMES
from ptml.recommend.ranker.training import Examples
from ptml.trees import Block, TreeMargins

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

MAX_BIN = 127
_FIRST = NAMES.index("source_first")
_LEAST_PREFERENCE = 1e-3
K_NDCG = 10


def grow(train: Examples, later: Examples, config: RankerConfig, seed: int) -> lgb.Booster:
    """Fit trees; they stop where NDCG@10 on a later decision day gains no more."""
    data = _dataset(train)
    fitted = lgb.train(
        _parameters(config, seed),
        data,
        num_boost_round=config.n_trees,
        valid_sets=[_dataset(later, data)],
        callbacks=[lgb.early_stopping(config.patience, verbose=False)],
        # Else the trees after the best one are thrown away.
        keep_training_booster=True,
    )
    n_trees = max(fitted.best_iteration, min(config.fewest_trees, fitted.current_iteration()))
    return _through_text(fitted, n_trees)


def regrow(train: Examples, n_trees: int, config: RankerConfig, seed: int) -> lgb.Booster:
    """Fit a known number of trees."""
    fitted = lgb.train(_parameters(config, seed), _dataset(train), num_boost_round=n_trees)
    return _through_text(fitted, n_trees)


def start_of(x: Float32Array) -> FloatArray:
    """Log-odds of the first stage's preference, (m,) float64: where margins start.

    0 for a course like any other. The trees only learn what is to be put right.
    """
    first = x[:, _FIRST].astype(np.float64)
    return log_odds(first)


def log_odds(preference: FloatArray) -> FloatArray:
    """Log-odds of the first stage's preference, (m,), which is kept off 0 and 1."""
    bounded = np.clip(preference, _LEAST_PREFERENCE, 1 - _LEAST_PREFERENCE)
    return np.asarray(logit(bounded), np.float64)


def margins(trees: TreeMargins, x: Float32Array, num_threads: int) -> FloatArray:
    """Start and all trees added up, (m,) float64."""
    return margins_of_blocks(trees, [(x, None)], num_threads)


def margins_of_blocks(trees: TreeMargins, blocks: Sequence[Block], num_threads: int) -> FloatArray:
    """The same of columns side by side (`ptml.recommend.ranker.features.ranker_blocks`).

    The first stage's preference is the first column of the first block, which has no index.
    """
    return np.asarray(start_of(blocks[0][0]) + trees.margins(blocks, num_threads)[0])


def _dataset(examples: Examples, reference: lgb.Dataset | None = None) -> lgb.Dataset:
    return lgb.Dataset(
        examples.x,
        examples.label.astype(np.float32),
        group=examples.sizes,
        init_score=start_of(examples.x),
        reference=reference,
        feature_name=list(NAMES),
    )


def _through_text(fitted: lgb.Booster, n_trees: int) -> lgb.Booster:
    # The model in memory is then the same as the one that is read back, and says nothing of how
    # many threads it was made with.
    text = fitted.model_to_string(num_iteration=n_trees)
    return lgb.Booster(model_str=re.sub(r"\[num_threads: \d+\]", "[num_threads: 1]", text))


def _parameters(config: RankerConfig, seed: int) -> dict[str, object]:
    return {
        "objective": "lambdarank",
        "metric": "ndcg",
        "eval_at": [K_NDCG],
        "lambdarank_truncation_level": 2 * K_NDCG,
        # Scaling by the margins' spread within a group lost .001 to .005 NDCG@10 (validation).
        "lambdarank_norm": False,
        "num_leaves": config.n_leaves,
        "learning_rate": config.learning_rate,
        "min_data_in_leaf": config.min_rows_in_leaf,
        "lambda_l2": config.l2,
        "feature_fraction": config.feature_share,
        "max_bin": MAX_BIN,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": config.num_threads,
        "verbosity": -1,
    }
