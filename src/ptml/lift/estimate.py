"""What the lift model says of pairs: an estimate with an interval, or a refusal."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.refusal import TOO_FEW

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class LiftEstimate:
    """Lift of each pair; NaN where the status is not ``ok``.

    Attributes
    ----------
    lift, low, high : (m,) float32
        Points of performance, with a 90 % interval.
    support : (m,) int32
        Comparable past takers of the course.
    status : (m,) uint8
        Position in ``ptml.lift.refusal.STATUSES``.
    """

    lift: Float32Array
    low: Float32Array
    high: Float32Array
    support: IntArray
    status: NDArray[np.uint8]


def refuse_all(n_pairs: int) -> LiftEstimate:
    """An estimate of pairs that says ``too_few`` for each."""
    return LiftEstimate(
        lift=np.full(n_pairs, np.nan, dtype=np.float32),
        low=np.full(n_pairs, np.nan, dtype=np.float32),
        high=np.full(n_pairs, np.nan, dtype=np.float32),
        support=np.zeros(n_pairs, dtype=np.int32),
        status=np.full(n_pairs, TOO_FEW, dtype=np.uint8),
    )
