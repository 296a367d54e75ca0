"""Which gap a course closes most: the competency, from which level to which."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import Capability
from ptml.features.catalogue import Catalogue

Codes = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LeadingGap:
    """Of m pairs, (m,) each.

    Attributes
    ----------
    competency : int32
        -1 = the course closes no gap.
    from_level, to_level : float32
        The person's level, and that of the course as far as the role requires it; NaN = none.
    """

    competency: Codes
    from_level: Floats
    to_level: Floats


def leading_gap(
    catalogue: Catalogue, capability: Capability, row: NDArray[np.integer], course: Codes
) -> LeadingGap:
    """Find the competency of which each course closes most, by weight and importance.

    Parameters
    ----------
    capability : Capability
        Portraits of rows.
    row, course : (m,) int
        Row of the portrait and course of each pair.
    """
    best = np.zeros(len(row), dtype=np.float32)
    competency = np.full(len(row), -1, dtype=np.int32)
    start, end = (np.full(len(row), np.nan, dtype=np.float32) for _ in range(2))
    for slot in range(catalogue.taught.shape[1]):
        taught = catalogue.taught[course, slot]
        level, required = capability.level[row, taught], capability.required[row, taught]
        reached = np.minimum(catalogue.to_level[course, taught], required)
        closed = reached - np.maximum(level, catalogue.from_level[course, taught])
        worth = closed * catalogue.weight[course, taught] * capability.importance[row, taught]
        better = (taught >= 0) & (worth > best)
        best[better], competency[better] = worth[better], taught[better]
        start[better], end[better] = level[better], reached[better]
    return LeadingGap(competency, start, end)
