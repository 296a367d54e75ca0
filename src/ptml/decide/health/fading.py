"""Whether a course does less for those who took it lately than for those before them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.health.config import AlertConfig
from ptml.decide.health.evidence import CourseEvidence
from ptml.decide.health.falls import p_fell
from ptml.decide.health.totals import HealthTotals

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Fading:
    """Earlier and later takers of each course, (n_courses,) each; NaN = unknown.

    Attributes
    ----------
    lift_earlier, lift_later : float64
        Points.
    transfer_earlier, transfer_later : float64
        Share used on the job of what was checked.
    lift_fell, transfer_fell : bool
        Whether the figure fell by as much as is worth naming.
    p_lift, p_transfer : float64
        One-sided, against its having fallen by no more than is usual.
    """

    lift_earlier: FloatArray
    lift_later: FloatArray
    transfer_earlier: FloatArray
    transfer_later: FloatArray
    lift_fell: BoolArray
    transfer_fell: BoolArray
    p_lift: FloatArray
    p_transfer: FloatArray


def fading_of(totals: HealthTotals, evidence: CourseEvidence, config: AlertConfig) -> Fading:
    """Hold earlier and later takers against one another; what befell all courses is taken out."""
    fall, error = evidence.fall
    p_lift = p_fell(fall, error)
    transfer = [_transfer(totals, when, config.min_takers) for when in ("earlier", "recent")]
    (before, n_before), (after, n_after) = transfer
    pooled = (before * n_before + after * n_after) / np.maximum(n_before + n_after, 1)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / np.maximum(n_before, 1) + 1 / _one(n_after)))
    drop = after - before
    p_transfer = p_fell(drop, spread)
    lift_fell = fall <= -config.fallen_points
    transfer_fell = drop <= -config.fallen_share
    return Fading(
        lift_earlier=evidence.earlier,
        lift_later=evidence.later,
        transfer_earlier=before,
        transfer_later=after,
        lift_fell=lift_fell,
        transfer_fell=transfer_fell,
        p_lift=p_lift,
        p_transfer=p_transfer,
    )


def _one(n: FloatArray) -> FloatArray:
    return np.maximum(n, 1)


def _transfer(totals: HealthTotals, when: str, fewest: int) -> tuple[FloatArray, FloatArray]:
    n = totals.count(f"checked_{when}")
    return 1 - totals.mean(f"weak_{when}", f"checked_{when}", fewest), n
