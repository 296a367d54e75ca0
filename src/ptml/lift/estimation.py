"""From takers and controls to the lift of every course: a few rounds of residuals and moments.

Each round takes out of every outcome what is believed of all courses of the person, learns each
course's effect from what its takers have left beyond their controls, and believes that then.
So a course is not credited with the others that its takers took, or did not take.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.lift.baseline import Baseline
from ptml.lift.hierarchical import Hierarchy, fit_hierarchy
from ptml.lift.moments import Contrast, Moments, summed_squares
from ptml.lift.sample import PairSample

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# A personal slope that is not this many standard errors above 0 on held-out people is dropped.
Z_ONE_SIDED_90 = 1.2815515655446004


@dataclass(frozen=True)
class Comparison:
    """All that effects are learnt from.

    Attributes
    ----------
    z : (m, k) float32
        A 1 and the modifiers of each pair of the sample.
    description : (n_courses, d) float64
    employee, team : (p,)
        Of the pairs of the contrast.
    fold : (p,) int32
    n_own : int
        Coefficients that differ by course.
    """

    sample: PairSample
    contrast: Contrast
    z: Float32Array
    description: FloatArray
    employee: IntArray
    team: NDArray[np.int64]
    fold: IntArray
    n_own: int

    @property
    def n_courses(self) -> int:
        """Number of courses."""
        return len(self.description)

    def of_contrast(self, residual: FloatArray, lift: FloatArray) -> FloatArray:
        """Outcome of each pair of the contrast without all other courses, (p,).

        Parameters
        ----------
        residual : (n,) float64
            Of the panel's rows, without any course.
        lift : (m,) float64
            Believed lift of each pair of the sample.
        """
        pair = self.contrast.pair
        return residual[self.sample.row[pair]] + np.where(self.contrast.is_taker, lift[pair], 0.0)


@dataclass(frozen=True)
class Estimate:
    """What was learnt, with the residuals of the last round.

    Attributes
    ----------
    lift : (m,) float64
        Of each pair of the sample.
    residual : (n,) float64
        Outcome of each row without any course, less its expectation, points.
    exposure : (n_lags,) float64
    noise_variance : float
        Of a row, points squared.
    inflation : float
        Of a moment's variance, for clusters and controls.
    """

    hierarchy: Hierarchy
    lift: FloatArray
    residual: FloatArray
    exposure: FloatArray
    noise_variance: float
    inflation: float


def estimate(
    evidence: Comparison, baseline: Baseline, exposure: FloatArray, n_rounds: int
) -> Estimate:
    """Learn the effects of all courses.

    Parameters
    ----------
    exposure : (n_lags,) float64
        Where to start from.
    """
    sample = evidence.sample
    lift = np.full(len(sample), baseline.level())
    residual, exposure, scale = baseline.residual(lift[sample.started], exposure)
    lift = scale * lift
    noise, inflation = _noise(evidence, residual)
    hierarchy = _fit(evidence, _moments(evidence, residual, lift), noise * inflation)
    for _ in range(n_rounds - 1):
        lift = _lift(evidence, hierarchy)
        residual, exposure, scale = baseline.residual(lift[sample.started], exposure)
        lift = scale * lift
        noise, inflation = _noise(evidence, residual)
        hierarchy = _fit(evidence, _moments(evidence, residual, lift), noise * inflation)
    return Estimate(hierarchy, _lift(evidence, hierarchy), residual, exposure, noise, inflation)


def held_out(evidence: Comparison, found: Estimate, y: FloatArray, n_folds: int) -> list[Hierarchy]:
    """Effects learnt without each fold of employees, in the order of the folds.

    Parameters
    ----------
    y : (p,) float64
        Outcomes of the contrast, `Comparison.of_contrast`.
    """
    z = evidence.z[evidence.contrast.pair]
    everything = evidence.contrast.moments(
        y, z, evidence.n_courses, np.ones(len(y), dtype=np.bool_)
    )
    learnt = []
    for k in range(n_folds):
        part = evidence.contrast.moments(y, z, evidence.n_courses, evidence.fold == k)
        learnt.append(_fit(evidence, everything.less(part), found.noise_variance * found.inflation))
    return learnt


def personal_share(
    level: FloatArray, personal: FloatArray, evidence: Comparison, y: FloatArray
) -> tuple[float, float]:
    """How much of the predicted personal variation is seen on held-out people, with its error.

    Parameters
    ----------
    level, personal : (p,) float64
        Held-out prediction of each pair: its course's mean, and the rest.
    """
    taker, weight = evidence.contrast.is_taker, evidence.contrast.weight
    beyond = weight * personal * (y - np.where(taker, level, 0.0))
    size = float((weight * personal**2)[taker].sum())
    if size <= 0:
        return 0.0, np.inf
    share = float(beyond.sum()) / size
    score = beyond - np.where(taker, weight * personal**2 * share, 0.0)
    return share, float(np.sqrt(summed_squares(score, evidence.employee))) / size


def shrink_personal(hierarchy: Hierarchy, centre: FloatArray, share: float) -> Hierarchy:
    """Keep a share (0 to 1) of what differs between people; a course's mean stays.

    Parameters
    ----------
    centre : (n_courses, k) float64
        Mean modifiers of each course's takers.
    """
    k = hierarchy.n_coefficients
    turn = np.zeros((len(centre), k, k))
    turn[:, 0, 0] = 1
    turn[:, 0, 1:] = (1 - share) * centre[:, 1:]
    turn[:, range(1, k), range(1, k)] = share
    whole = turn.mean(axis=0)
    widened = np.eye(len(hierarchy.common))
    widened[:k, :k] = whole
    return replace(
        hierarchy,
        mean=(turn @ hierarchy.mean[:, :, None])[:, :, 0],
        covariance=turn @ hierarchy.covariance @ turn.transpose(0, 2, 1),
        prior_mean=(turn @ hierarchy.prior_mean[:, :, None])[:, :, 0],
        common=widened @ hierarchy.common,
        common_covariance=widened @ hierarchy.common_covariance @ widened.T,
        spread=whole @ hierarchy.spread @ whole.T,
    )


def _lift(evidence: Comparison, hierarchy: Hierarchy) -> FloatArray:
    beta = hierarchy.mean.astype(np.float32)
    return np.einsum("mk,mk->m", evidence.z, beta[evidence.sample.course]).astype(np.float64)


def _moments(evidence: Comparison, residual: FloatArray, lift: FloatArray) -> Moments:
    y = evidence.of_contrast(residual, lift)
    everybody = np.ones(len(y), dtype=np.bool_)
    return evidence.contrast.moments(
        y, evidence.z[evidence.contrast.pair], evidence.n_courses, everybody
    )


def _fit(evidence: Comparison, moments: Moments, noise: float) -> Hierarchy:
    return fit_hierarchy(moments.gram, moments.moment, evidence.description, noise, evidence.n_own)


def _noise(evidence: Comparison, residual: FloatArray) -> tuple[float, float]:
    left = residual[evidence.sample.row[evidence.contrast.pair]]
    inflation = evidence.contrast.inflation(left, evidence.employee, evidence.team)
    return float(np.mean(residual**2)), inflation
