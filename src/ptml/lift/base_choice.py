"""How far back the base lies: where a dip before the decision passes for no change.

A dip in the quarter before the decision sends people to training and passes by itself. A base is
right when people who started nothing change, from the base to the outcome, as much after a dip as
after none: the slope of that change on the last score before the decision is 0. What is constant
about a person drops out of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.features.outcomes import Starts
from ptml.lift.panel import QuarterGrid

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Base = tuple[int, ...]

CANDIDATES: tuple[Base, ...] = ((1, 2), (2, 3), (3, 4), (4, 5), (5, 6))
# Symmetric to the outcome around the last quarter: right for every shock that passes steadily.
SYMMETRIC: Base = (3, 4)
# Another base has to be better by more than so many standard errors of both.
CLEARLY = 2.0
FEWEST_ROWS = 500


@dataclass(frozen=True)
class BaseChoice:
    """The base that was chosen, and the slope of each candidate.

    Attributes
    ----------
    slope, error : (n_candidates,) float64
        Points of change for each point of the last score; NaN = too few rows.
    """

    base: Base
    slope: FloatArray
    error: FloatArray

    @property
    def evidence(self) -> Evidence:
        """What is told of it."""
        return Evidence(
            "lift",
            "setting",
            "base_quarters",
            payload={
                "chosen": " and ".join(map(str, self.base)) + " quarters before the decision",
                "read": "points of change for each point of the last score; a dip that passes "
                "makes it negative",
                **{
                    " and ".join(map(str, base)): told
                    for base, told in zip(CANDIDATES, self._told(), strict=True)
                },
            },
        )

    def _told(self) -> list[str]:
        return [
            f"{slope:+.3f} \u00b1 {error:.3f}" if np.isfinite(slope) else "unknown"
            for slope, error in zip(self.slope, self.error, strict=True)
        ]


def choose_base(grid: QuarterGrid, starts: Starts, employed: BoolArray) -> BaseChoice:
    """Hold the candidates against people who started nothing in the quarter.

    Parameters
    ----------
    employed : (n_employees, n_quarters) bool
        Employed when the quarter begins.
    """
    quiet = employed.copy()
    quiet[starts.employee, starts.quarter] = False
    found = [_slope(grid, quiet, base) for base in CANDIDATES]
    slope, error = (np.array(column) for column in zip(*found, strict=True))
    usual = CANDIDATES.index(SYMMETRIC)
    chosen = usual
    if np.isfinite(slope).all():
        # A dip that passes makes the slope negative; where it is positive some people grow.
        recovery = np.maximum(-slope, 0)
        best = int(np.argmin(recovery))
        if recovery[usual] - recovery[best] > CLEARLY * float(np.hypot(error[best], error[usual])):
            chosen = best
    return BaseChoice(CANDIDATES[chosen], slope, error)


def _slope(grid: QuarterGrid, quiet: BoolArray, base: Base) -> tuple[float, float]:
    """Slope of change on last score within quarters, with its error clustered by employee."""
    employee, change, last = [], [], []
    for q in range(max(base), grid.n_quarters):
        moved = grid.outcome(q) - grid.base(q, base)
        before = grid.score[:, q - 1].astype(np.float64)
        kept = np.flatnonzero(quiet[:, q] & np.isfinite(moved) & np.isfinite(before))
        if len(kept) < 2:
            continue
        employee.append(kept)
        change.append(moved[kept] - moved[kept].mean())
        last.append(before[kept] - before[kept].mean())
    if sum(map(len, employee)) < FEWEST_ROWS:
        return np.nan, np.nan
    who, y, x = (np.concatenate(part) for part in (employee, change, last))
    size = float(x @ x)
    slope = float(x @ y) / max(size, 1e-9)
    score = np.bincount(who, x * (y - slope * x))
    return slope, float(np.sqrt((score**2).sum())) / max(size, 1e-9)
