"""From residual outcomes and residual doses to effects: the final stage of the R-learner.

With ``y`` the outcome change less its cross-fitted prediction and ``A - e`` the dose of every
course less its cross-fitted propensity, effects minimise

    sum_rows ( y - sum_c (A_c - e_c) lift(c, z) )^2

over all courses at once (Nie and Wager 2021, with many treatments): who takes one course takes
fewer others in the same quarter, so a course's effect must not be read off alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.basis import EffectBasis, Effects
from ptml.lift.hierarchical import fit_hierarchical

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

STRENGTH_ROUNDS = 3


@dataclass(frozen=True)
class FinalStage:
    """Effects with the noise that they were learnt under.

    Attributes
    ----------
    effects : Effects
    noise_variance : float
        Variance of a row's residual, points squared.
    clustering : float
        Factor by which rows of one employee inflate the variance of the coefficients.
    """

    effects: Effects
    noise_variance: float
    clustering: float


def partial_out(design: FloatArray, nuisance: FloatArray) -> FloatArray:
    """Residual of each column of ``design`` (n, q) on ``nuisance`` (n, k), by least squares."""
    if nuisance.shape[1] == 0:
        return design
    solved, *_ = np.linalg.lstsq(nuisance, design, rcond=None)
    return design - nuisance @ solved


def fit_final_stage(
    basis: EffectBasis,
    design: FloatArray,
    y: FloatArray,
    description: FloatArray,
    cluster: IntArray,
) -> FinalStage:
    """Fit the effects of all courses at once.

    Parameters
    ----------
    basis : EffectBasis
    design : (n, n_plain) float64
        Summed residual doses.
    y : (n,) float64
        Residual outcome change, points.
    description : (n_courses, d) float64
    cluster : (n,) int32
        Employee of each row; errors of one employee are dependent.
    """
    gram = design.T @ design
    moment = design.T @ y
    noise = float(y @ y) / max(len(y), 1)
    inflation = cluster_inflation(design[:, : basis.n_courses], y, cluster)
    strength = np.zeros(basis.n_courses)
    variance: FloatArray | None = None
    for _ in range(STRENGTH_ROUNDS):
        mapping, group, shrunk = basis.structure(description, strength)
        posterior = fit_hierarchical(
            mapping.T @ gram @ mapping,
            mapping.T @ moment,
            group,
            shrunk,
            noise * inflation,
            variance,
        )
        variance = posterior.group_variance
        plain = mapping @ posterior.mean
        residual = y - design @ plain
        noise = float(residual @ residual) / max(len(y), 1)
        strength = plain[: basis.n_courses] - plain[: basis.n_courses].mean()
    effects = Effects(basis, plain, mapping @ posterior.covariance @ mapping.T)
    return FinalStage(effects, noise, inflation)


def cluster_inflation(design: FloatArray, residual: FloatArray, cluster: IntArray) -> float:
    """How much larger the variance of the scores is than if rows were independent (>= 1).

    The mean over coefficients of the cluster-robust over the plain variance of the scores
    ``x'e`` (the middle of Liang and Zeger's sandwich).
    """
    order = np.argsort(cluster, kind="stable")
    scores = (design * residual[:, None])[order]
    firsts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    robust = (np.add.reduceat(scores, firsts, axis=0) ** 2).sum(axis=0)
    plain = (scores**2).sum(axis=0)
    used = plain > 0
    return max(float((robust[used] / plain[used]).mean()), 1.0) if used.any() else 1.0
