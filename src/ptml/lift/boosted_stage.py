"""The boosted final stage: what R- and DR-learner find beyond effects that are linear.

The hierarchy's effects are linear in a pair's modifiers. Boosted trees, of no such form, look at
what it leaves of the outcomes; what they find is believed as far as people whom they have not seen
support it, and is none where these do not. A course's mean over its takers stays with the
hierarchy: the stage only moves lifts between people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.config import LiftConfig
from ptml.lift.estimation import N_PARTS, Compared
from ptml.lift.learners.boosted import BoostedConfig, BoostedFit, fit_boosted
from ptml.lift.learners.boosted_effect import BoostedEffect
from ptml.lift.learners.signals import Signals, dr_signals, r_signals
from ptml.lift.learners.slope import Support

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]

# Pairs that are learnt from, at the most; controls say less than takers and are left out first.
MOST_PAIRS = 300_000
CLIP = 1e-4
# Little is left to find among much noise: small trees, large leaves, nearly everybody learnt from.
SMALL = BoostedConfig(
    n_folds=N_PARTS, tree_steps=(10, 20, 40, 80), n_leaves=4, min_leaf_rows=100, ridge_rows=50
)


def stage_columns(z: Float32Array, lift: FloatArray) -> Float32Array:
    """What the stage sees of pairs; `course_columns` follow.

    Parameters
    ----------
    z : (m, k) float32
        A 1, which is left out, and modifiers.
    lift : (m,) float64
        Of the pair by the linear effects.

    Returns
    -------
    (m, k) float32
        Modifiers, lift.
    """
    return np.column_stack([z[:, 1:], lift.astype(np.float32)])


def course_columns(level: FloatArray, description: FloatArray) -> Float32Array:
    """What the stage sees of courses, (c, 1 + d) float32: level, description.

    Parameters
    ----------
    level : (c,) float64
        By the linear effects: of the course's average taker.
    description : (c, d) float64
    """
    return np.column_stack([level, description]).astype(np.float32)


@dataclass(frozen=True)
class BoostedStage:
    """A fitted stage, of one learner.

    Attributes
    ----------
    effect : BoostedEffect or None
        None where held-out people support nothing.
    support : Support
        What they say.
    held_out : (p,) float64
        Believed deviation of each pair of the contrast, by models that have not seen its employee.
    centre : (n_courses + 1,) float64
        Mean deviation of each course's takers, taken out; of all takers for a course without any
        and, last, for a new one.
    """

    effect: BoostedEffect | None
    support: Support
    held_out: FloatArray
    centre: FloatArray


def boosted_stages(
    compared: Compared,
    level: FloatArray,
    lift: FloatArray,
    propensity: FloatArray,
    weight: FloatArray,
    config: LiftConfig,
    seed: int,
) -> dict[str, BoostedStage]:
    """Fit the stage by the R-learner (``r``) and by the DR-learner (``dr``).

    Parameters
    ----------
    level, lift : (p,) float64
        Of each pair of the contrast by effects learnt without its employee: of the course's average
        taker, and of the pair.
    propensity, weight : (p,) float64
        Odds are of the design that is compared; how many pairs each stands for.
    """
    evidence = compared.evidence
    against = evidence.contrast
    of_courses = course_columns(level, evidence.description[against.course])
    x = np.concatenate([stage_columns(evidence.z[against.pair], lift), of_courses], axis=1)
    kept, stands = _drawn(against.is_taker, np.random.default_rng(seed))
    stages = {}
    for kind, signals in _signals(
        compared, lift[kept], propensity[kept], stands * weight[kept], kept
    ).items():
        fit = fit_boosted(
            signals,
            x[kept],
            np.random.default_rng(seed),
            SMALL.model_copy(update={"num_threads": config.num_threads}),
            cluster=evidence.employee[kept],
            fold=evidence.part[kept],
        )
        stages[kind] = _stage(fit, x, kept, compared)
    return stages


def _signals(
    compared: Compared,
    lift: FloatArray,
    propensity: FloatArray,
    weight: FloatArray,
    kept: NDArray[np.int64],
) -> dict[str, Signals]:
    """Noisy views of what the effects leave, of the pairs ``kept`` (k,)."""
    taker = compared.evidence.contrast.is_taker[kept]
    y = compared.y[kept] - np.where(taker, lift, 0.0)
    e = np.clip(propensity, CLIP, 1 - CLIP)
    nothing = np.zeros(len(y))
    return {
        "r": r_signals(y, taker, nothing, e, weight),
        # Weighted by the propensity: the effect on those who start.
        "dr": dr_signals(y, taker, nothing, nothing, e, weight * e, clip=CLIP),
    }


def _drawn(is_taker: BoolArray, rng: np.random.Generator) -> tuple[NDArray[np.int64], FloatArray]:
    """Pairs to learn from (k,), and how many each stands for."""
    takers, controls = np.flatnonzero(is_taker), np.flatnonzero(~is_taker)
    n_takers = min(len(takers), MOST_PAIRS // 2)
    n_controls = min(len(controls), MOST_PAIRS - n_takers)
    kept = np.sort(
        np.concatenate(
            [
                rng.choice(takers, n_takers, replace=False),
                rng.choice(controls, n_controls, replace=False),
            ]
        )
    )
    stands = np.where(is_taker, len(takers) / max(n_takers, 1), len(controls) / max(n_controls, 1))
    return kept, stands[kept]


def _stage(
    fit: BoostedFit, x: Float32Array, kept: NDArray[np.int64], compared: Compared
) -> BoostedStage:
    against, n_courses = compared.evidence.contrast, compared.evidence.n_courses
    support = fit.effect.support
    if fit.effect.is_constant:
        return BoostedStage(None, support, np.zeros(len(x)), np.zeros(n_courses + 1))
    effect = fit.effect.without_constant()
    by_model = effect.deviations(x)
    everywhere = support.shrinkage * by_model.mean(axis=0)
    # The model of a part of the employees has not seen them, in no pair.
    held_out = support.shrinkage * by_model[compared.evidence.part, np.arange(len(x))]
    held_out[kept] = support.shrinkage * fit.deviation
    taker, course = against.is_taker, against.course
    return BoostedStage(
        effect,
        support,
        held_out - _mean_of_takers(held_out, taker, course, n_courses)[course],
        _mean_of_takers(everywhere, taker, course, n_courses),
    )


def _mean_of_takers(
    value: FloatArray, taker: BoolArray, course: IntArray, n_courses: int
) -> FloatArray:
    size = np.bincount(course[taker], minlength=n_courses + 1)
    total = np.bincount(course[taker], value[taker], minlength=n_courses + 1)
    return np.where(size > 0, total / np.maximum(size, 1), value[taker].mean())
