"""Cross-fitted nuisances of a cross-section: outcomes in both arms, propensity, and their blend."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from ptml.errors import DataError
from ptml.lift.learners.outcomes import (
    OutcomeConfig,
    Outcomes,
    boosted_arms,
    boosted_joint,
    smooth,
)
from ptml.lift.learners.propensity import out_of_fold_propensity

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class Nuisances:
    """What is known of each row by models that have not seen it.

    Attributes
    ----------
    mu0, mu1, e, m : (n,) float64
        Blended outcome in each arm, propensity, and ``m = mu0 + e (mu1 - mu0)``.
    fold : (n,) int32
    models : mapping of name to one `Outcomes` a fold
    arms : mapping of name to (2, n) float64
        Out-of-fold outcomes of each model.
    weights : (n_models,) float64
        Of the blend, in the order of ``models``.
    """

    mu0: FloatArray
    mu1: FloatArray
    e: FloatArray
    m: FloatArray
    fold: IntArray
    models: dict[str, tuple[Outcomes, ...]]
    arms: dict[str, FloatArray]
    weights: FloatArray


def stratified_folds(a: BoolArray, n_folds: int, rng: np.random.Generator) -> IntArray:
    """Folds (n,) with the same share of treated in each."""
    fold = np.empty(len(a), dtype=np.int32)
    for arm in (False, True):
        rows = np.flatnonzero(a == arm)
        fold[rows] = rng.permutation(np.arange(len(rows), dtype=np.int32) % n_folds)
    return fold


def fit_nuisances(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    rng: np.random.Generator,
    n_folds: int = 5,
    config: OutcomeConfig | None = None,
    categorical: Sequence[int] = (),
) -> Nuisances:
    """Cross-fit outcome models and propensity; blend the outcomes by held-out squared error.

    Parameters
    ----------
    x : (n, p) float32
    a : (n,) bool
    y : (n,) float64

    Raises
    ------
    DataError
        When an arm has fewer than two rows a fold.
    """
    config = config or OutcomeConfig()
    smaller = min(int(a.sum()), int((~a).sum()))
    if smaller < 2 * n_folds:
        raise DataError(
            f"lift: each arm must have at least {2 * n_folds} rows, got {smaller} in the smaller"
        )
    fold = stratified_folds(a, n_folds, rng)
    seed = int(rng.integers(0, 2**31 - 1 - 10 * n_folds))
    e = out_of_fold_propensity(x, a, fold, config, seed, categorical)
    models: dict[str, list[Outcomes]] = {}
    arms: dict[str, FloatArray] = {}
    for k in range(n_folds):
        kept, held = fold != k, fold == k
        fitted = _outcome_models(x[kept], a[kept], y[kept], e[kept], rng, config, categorical)
        for name, outcomes in fitted.items():
            models.setdefault(name, []).append(outcomes)
            arms.setdefault(name, np.empty((2, len(x))))[:, held] = outcomes(x[held])
    weights = _convex_weights(np.stack([np.where(a, m[1], m[0]) for m in arms.values()]), y)
    mu0, mu1 = np.tensordot(weights, np.stack(list(arms.values())), axes=1)
    return Nuisances(
        mu0=mu0,
        mu1=mu1,
        e=e,
        m=mu0 + e * (mu1 - mu0),
        fold=fold,
        models={name: tuple(found) for name, found in models.items()},
        arms=arms,
        weights=weights,
    )


def _outcome_models(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    e: FloatArray,
    rng: np.random.Generator,
    config: OutcomeConfig,
    categorical: Sequence[int],
) -> dict[str, Outcomes]:
    seed = int(rng.integers(0, 2**31 - 1))
    found = {
        "joint trees": boosted_joint(x, a, y, config, seed, categorical),
        "trees by arm": boosted_arms(x, a, y, config, seed, categorical),
    }
    if len(x) <= config.max_process_rows:
        found["process by arm"] = smooth(x, a, y, 0.0, rng, config, categorical)
        found["process of residuals"] = smooth(x, a, y, e, rng, config, categorical)
    return found


def _convex_weights(predicted: FloatArray, y: FloatArray) -> FloatArray:
    """Weights (n_models,) >= 0 with sum 1 of the least squared error of predictions (q, n)."""
    centred = predicted - predicted.mean(axis=1)[:, None]
    found, _ = scipy.optimize.nnls(centred.T, y - y.mean())
    total = float(found.sum())
    return found / total if total > 0 else np.full(len(predicted), 1 / len(predicted))
