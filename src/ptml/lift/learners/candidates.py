"""Candidates for the effect of a cross-section: plug-in, X, R and DR; boosted and linear."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ptml.lift.learners.boosted import BoostedConfig, fit_boosted
from ptml.lift.learners.boosted_effect import BoostedEffect
from ptml.lift.learners.cross_section import Nuisances
from ptml.lift.learners.encoding import Encoding, fit_encoding
from ptml.lift.learners.linear import LinearFit, fit_linear
from ptml.lift.learners.outcomes import Outcomes
from ptml.lift.learners.signals import Signals, dr_signals, r_signals
from ptml.lift.learners.stacking import Candidate

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]


def x_signals(
    y: FloatArray, a: BoolArray, mu0: FloatArray, mu1: FloatArray, e: FloatArray
) -> Signals:
    """Signals of an X-learner: each arm's outcome against what the other arm would have had.

    Target ``y - mu0`` and weight ``1 - e`` for the treated, ``mu1 - y`` and ``e`` for the others.
    Not orthogonal: a candidate, never a judge.

    Notes
    -----
    Künzel et al. (2019), *Metalearners for estimating heterogeneous treatment effects*, with the
    two regressions pooled.
    """
    return Signals(np.where(a, y - mu0, mu1 - y), np.where(a, 1 - e, e))


def all_candidates(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    nuisances: Nuisances,
    rng: np.random.Generator,
    kind: str,
    config: BoostedConfig,
    categorical: Sequence[int] = (),
) -> list[Candidate]:
    """Every candidate that ``kind`` allows: ``r`` and ``dr`` their own, ``blend`` all."""
    n = nuisances
    signals = {
        "r": r_signals(y, a, n.m, n.e),
        "dr": dr_signals(y, a, n.mu0, n.mu1, n.e, clip=0.05),
    }
    found = []
    for name, signal in signals.items():
        if kind in (name, "blend"):
            found += _final_stages(name, signal, x, n.fold, rng, config, categorical)
    if kind == "blend":
        found += imputed_effects(x, a, y, n, rng, config, categorical)
        found += [
            plug_in(name, models, n.arms[name], x, n.fold, float(weight))
            for (name, models), weight in zip(n.models.items(), n.weights, strict=True)
        ]
        return found
    # With one learner alone its final stages are expected to share the weight.
    return [replace(candidate, expected_weight=1 / len(found)) for candidate in found]


def imputed_effects(
    x: Float32Array,
    a: BoolArray,
    y: FloatArray,
    nuisances: Nuisances,
    rng: np.random.Generator,
    config: BoostedConfig,
    categorical: Sequence[int] = (),
) -> list[Candidate]:
    """X-learners, one whole learner a fold, linear and boosted.

    A fold's learner imputes with outcome models that have not seen the fold. Out-of-fold imputation
    would do for orthogonal signals; here what the held-out outcomes taught the other folds' models
    comes back as agreement with themselves, and variation is believed that is not there.
    """
    n, encode = nuisances, fit_encoding(x, categorical)
    stages: dict[str, list[Callable[[Float32Array], FloatArray]]] = {"linear": [], "trees": []}
    for k in range(int(n.fold.max()) + 1):
        kept = n.fold != k
        arms = [models[k](x[kept]) for models in n.models.values()]
        mu0, mu1 = np.tensordot(n.weights, np.array(arms), axes=1)
        signals = x_signals(y[kept], a[kept], mu0, mu1, n.e[kept])
        inner = np.where(n.fold[kept] > k, n.fold[kept] - 1, n.fold[kept]).astype(np.int32)
        linear = fit_linear(signals, encode(x[kept]), inner)
        boosted = fit_boosted(signals, x[kept], rng, config, None, categorical, inner)
        stages["linear"].append(partial(_mean_linear, linear, encode))
        stages["trees"].append(partial(_mean_boosted, boosted.effect))
    return [_of_folds(f"x {stage}", fitted, x, n.fold) for stage, fitted in stages.items()]


def _of_folds(
    name: str,
    fitted: Sequence[Callable[[Float32Array], FloatArray]],
    x: Float32Array,
    fold: IntArray,
) -> Candidate:
    held_out = np.zeros(len(x))
    for k, deviation in enumerate(fitted):
        held_out[fold == k] = deviation(x[fold == k])
    return Candidate(name, held_out, lambda rows: np.stack([d(rows) for d in fitted]))


def _mean_linear(fit: LinearFit, encode: Encoding, rows: Float32Array) -> FloatArray:
    return np.asarray(fit.deviations(encode(rows)).mean(axis=0), dtype=np.float64)


def _mean_boosted(effect: BoostedEffect, rows: Float32Array) -> FloatArray:
    if effect.is_constant:
        return np.zeros(len(rows))
    return np.asarray(effect.deviations(rows).mean(axis=0), dtype=np.float64)


def plug_in(
    name: str,
    models: Sequence[Outcomes],
    arms: FloatArray,
    x: Float32Array,
    fold: IntArray,
    expected_weight: float,
) -> Candidate:
    """The difference of an outcome model's arms (S- or T-learner)."""
    centres = np.empty(len(models))
    for k, outcomes in enumerate(models):
        without, treated = outcomes(x[fold != k])
        centres[k] = float(np.mean(treated - without))

    def deviations(rows: Float32Array) -> FloatArray:
        found = [outcomes(rows) for outcomes in models]
        return np.stack([treated - without for without, treated in found]) - centres[:, None]

    return Candidate(name, arms[1] - arms[0] - centres[fold], deviations, expected_weight)


def _final_stages(
    name: str,
    signals: Signals,
    x: Float32Array,
    fold: IntArray,
    rng: np.random.Generator,
    config: BoostedConfig,
    categorical: Sequence[int],
) -> list[Candidate]:
    boosted = fit_boosted(signals, x, rng, config, categorical=categorical, fold=fold)
    encode = fit_encoding(x, categorical)
    linear = fit_linear(signals, encode(x), fold)
    found = [
        Candidate(f"{name} linear", linear.deviation, lambda rows: linear.deviations(encode(rows)))
    ]
    # Without support no boosters are kept, and there is nothing to blend.
    if not boosted.effect.is_constant:
        found.append(Candidate(f"{name} trees", boosted.deviation, boosted.effect.deviations))
    return found
