"""Portraits as a table: what each person's role asks for, and what was assessed beside it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import Capability

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class PortraitRows:
    """One entry a person and competency, (m,) each; NaN = unknown."""

    row: IntArray
    competency: IntArray
    level: Float32Array
    level_se: Float32Array
    required: Float32Array
    gap: Float32Array
    trend: Float32Array


def portrait_rows(capability: Capability) -> PortraitRows:
    """List the competencies that are required of a person, or were assessed, with a known level."""
    asked = np.isfinite(capability.required) | (capability.n_assessments > 0)
    row, competency = np.nonzero(asked & np.isfinite(capability.level))
    at = (row, competency)
    gap = np.where(np.isnan(capability.required[at]), np.nan, capability.gap[at])
    return PortraitRows(
        row,
        competency,
        np.clip(capability.level[at], 0, 5),
        capability.se[at],
        capability.required[at],
        gap.astype(np.float32),
        capability.trend[at],
    )
