"""From takers and controls to the lift of every course: a few rounds of residuals and moments.

Each round takes out of every outcome what is believed of all courses of the person, learns each
course's effect from what its takers have left beyond their controls, and believes that then.
So a course is not credited with the others that its takers took, or did not take.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ptml.lift.baseline import Baseline
from ptml.lift.hierarchical import Hierarchy, fit_hierarchy
from ptml.lift.moments import Contrast, Moments, summed_squares
from ptml.lift.sample import PairSample
from ptml.lift.spillover import Spillover

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

# Parts of the employees that effects are held against in turn; sums are cheap, so nearly everybody
# is learnt from.
N_PARTS = 10


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
    part : (p,) int32
        Part of the employees, of `N_PARTS`.
    n_own : int
        Coefficients that differ by course.
    """

    sample: PairSample
    contrast: Contrast
    z: Float32Array
    description: FloatArray
    employee: IntArray
    team: NDArray[np.int64]
    part: IntArray
    n_own: int

    @property
    def n_courses(self) -> int:
        """Number of courses."""
        return len(self.description)

    def only(self, kept: BoolArray) -> "Comparison":
        """The same with nothing but some pairs (p,) of the contrast counting."""
        weight = np.where(kept, self.contrast.weight, 0.0)
        return replace(self, contrast=replace(self.contrast, weight=weight))

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
class Compared:
    """A comparison with the outcomes of its pairs: what effects are fitted to.

    Attributes
    ----------
    evidence : Comparison
    y : (p,) float64
        Outcome of each pair of the contrast without all other courses, less its expectation,
        points.
    residual : (n,) float64
        Of the panel's rows, without any course.
    """

    evidence: Comparison
    y: FloatArray
    residual: FloatArray

    @property
    def left(self) -> FloatArray:
        """Residual of each pair of the contrast, (p,)."""
        return self.residual[self.evidence.sample.row[self.evidence.contrast.pair]]

    @cached_property
    def noise(self) -> float:
        """Variance of a taker's moment, points squared: of a row, inflated for clusters."""
        evidence = self.evidence
        inflation = evidence.contrast.inflation(self.left, evidence.employee, evidence.team)
        return float(np.mean(self.residual**2)) * inflation

    def moments(self, kept: BoolArray | None = None) -> Moments:
        """Sums by course over the pairs ``kept`` (p,); all of them where left out."""
        kept = np.ones(len(self.y), dtype=np.bool_) if kept is None else kept
        evidence = self.evidence
        return evidence.contrast.moments(
            self.y, evidence.z[evidence.contrast.pair], evidence.n_courses, kept
        )

    def fit(self, moments: Moments) -> Hierarchy:
        """Effects of all courses from their moments."""
        evidence = self.evidence
        return fit_hierarchy(
            moments.gram, moments.moment, evidence.description, self.noise, evidence.n_own
        )

    def held_out(self, everything: Moments, kept: BoolArray | None = None) -> list[Hierarchy]:
        """Effects learnt without each part of the employees, in the order of the parts.

        Parameters
        ----------
        everything : Moments
            `moments` of the pairs ``kept``.
        """
        parts = (self.evidence.part == k for k in range(N_PARTS))
        return [
            self.fit(everything.less(self.moments(part if kept is None else part & kept)))
            for part in parts
        ]


@dataclass(frozen=True)
class Estimate:
    """What is believed of the courses, and what that leaves of the outcomes.

    Attributes
    ----------
    lift : (m,) float64
        Believed, of each pair of the sample.
    residual : (n,) float64
        Outcome of each row without any course, less its expectation, points.
    spillover : Spillover
        Taken out of the residuals where it is clear.
    """

    lift: FloatArray
    residual: FloatArray
    spillover: Spillover


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
    for _ in range(n_rounds):
        lift, exposure = _round(evidence, baseline, lift, exposure)
    spillover = baseline.spillover(lift[sample.started], exposure)
    if spillover.is_clear:
        lift, exposure = _round(evidence, baseline, lift, exposure, spillover.taken_out)
    # What is believed and what it leaves belong together: one is put back onto the other.
    residual, _, scale = baseline.residual(lift[sample.started], exposure, spillover.taken_out)
    return Estimate(scale * lift, residual, spillover)


def _round(
    evidence: Comparison,
    baseline: Baseline,
    lift: FloatArray,
    exposure: FloatArray,
    spillover: float = 0.0,
) -> tuple[FloatArray, FloatArray]:
    """Lifts (m,) and exposure (n_lags,), learnt from what was believed before."""
    residual, exposure, scale = baseline.residual(
        lift[evidence.sample.started], exposure, spillover
    )
    compared = Compared(evidence, evidence.of_contrast(residual, scale * lift), residual)
    return _lift(evidence, compared.fit(compared.moments())), exposure


def personal_share(
    level: FloatArray, personal: FloatArray, compared: Compared
) -> tuple[float, float]:
    """How much of the predicted personal variation is seen on held-out people, with its error.

    Parameters
    ----------
    level, personal : (p,) float64
        Held-out prediction of each pair: its course's mean, and the rest.
    """
    evidence = compared.evidence
    taker, weight = evidence.contrast.is_taker, evidence.contrast.weight
    beyond = weight * personal * (compared.y - np.where(taker, level, 0.0))
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


def with_level_error(
    hierarchy: Hierarchy, error: FloatArray, common: float, spread: float
) -> Hierarchy:
    """Add what is not known of levels to the variances.

    Parameters
    ----------
    error : (n_courses,) float64
        Of each course's level.
    common, spread : float
        Of the level of all, and its standard deviation between courses: for a new one.
    """
    covariance, common_covariance = hierarchy.covariance.copy(), hierarchy.common_covariance.copy()
    between = hierarchy.spread.copy()
    covariance[:, 0, 0] += error**2
    common_covariance[0, 0] += common**2
    between[0, 0] += spread**2
    return replace(
        hierarchy, covariance=covariance, common_covariance=common_covariance, spread=between
    )


def _lift(evidence: Comparison, hierarchy: Hierarchy) -> FloatArray:
    beta = hierarchy.mean.astype(np.float32)
    return np.einsum("mk,mk->m", evidence.z, beta[evidence.sample.course]).astype(np.float64)
