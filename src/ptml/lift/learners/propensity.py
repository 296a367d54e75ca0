"""Who is treated: a blend of a constant, a logistic and a boosted model, by held-out likelihood."""

from collections.abc import Callable, Sequence

import numpy as np
import scipy.optimize
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ptml.lift.learners.encoding import fit_encoding
from ptml.lift.learners.outcomes import OutcomeConfig, boost

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]
Shares = Callable[[Float32Array], FloatArray]

# Inverse ridge of the logistic model on standardised features.
LOGISTIC_C = 0.3
SMALLEST = 1e-3


def out_of_fold_propensity(
    x: Float32Array,
    a: BoolArray,
    fold: IntArray,
    config: OutcomeConfig,
    seed: int,
    categorical: Sequence[int] = (),
) -> FloatArray:
    """Propensity (n,) of each row by models that have not seen it.

    In a randomised experiment the constant wins and the noise of a flexible model stays out. The
    weights of the blend are convex and minimise the held-out log loss.

    Parameters
    ----------
    x : (n, p) float32
    a : (n,) bool
    fold : (n,) int32
    """
    found = np.empty((3, len(x)))
    for k in range(int(fold.max()) + 1):
        kept, held = fold != k, fold == k
        for j, shares in enumerate(_models(x[kept], a[kept], config, seed + k, categorical)):
            found[j, held] = shares(x[held])
    return np.clip(_weights(found, a) @ found, SMALLEST, 1 - SMALLEST)


def _models(
    x: Float32Array, a: BoolArray, config: OutcomeConfig, seed: int, categorical: Sequence[int]
) -> tuple[Shares, Shares, Shares]:
    encode = fit_encoding(x, categorical)
    logistic = LogisticRegression(C=LOGISTIC_C, max_iter=500).fit(encode(x), a)
    gentle = config.model_copy(update={"n_trees": max(1, config.n_trees // 2)})
    booster = boost(x, a, gentle, seed, categorical, "binary")
    share = float(a.mean())
    return (
        lambda rows: np.full(len(rows), share),
        lambda rows: np.asarray(logistic.predict_proba(encode(rows))[:, 1], dtype=np.float64),
        lambda rows: np.asarray(booster.predict(rows, num_threads=config.num_threads)),
    )


def _weights(found: FloatArray, a: BoolArray) -> FloatArray:
    """Convex weights (n_models,) of the smallest log loss (softmax of free numbers)."""
    clipped = np.clip(found, SMALLEST, 1 - SMALLEST)

    def loss(free: FloatArray) -> float:
        blend = _softmax(free) @ clipped
        return -float(np.mean(np.where(a, np.log(blend), np.log1p(-blend))))

    best = scipy.optimize.minimize(loss, np.zeros(len(found)), method="L-BFGS-B")
    return _softmax(np.asarray(best.x, dtype=np.float64))


def _softmax(free: FloatArray) -> FloatArray:
    raised: FloatArray = np.exp(free - free.max())
    return raised / raised.sum()
