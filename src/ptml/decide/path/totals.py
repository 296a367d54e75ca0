"""What each path comes to as a whole, and which gaps are left when it is through."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.decide.path.offers import People
from ptml.decide.path.steps import PRACTICE, REQUIRED, Steps
from ptml.features.catalogue import Catalogue

Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PathTotals:
    """By person, (n,) each.

    Attributes
    ----------
    steps, required, without_lift : int64
        Steps but practice; required ones of them; steps that were chosen and whose lift is not
        known.
    weeks, hours : float64
        Until the end of the last step; of work.
    lift, low, high : float64
        Sum of what the steps add; NaN where that of none is known.
    """

    steps: Positions
    required: Positions
    without_lift: Positions
    weeks: Doubles
    hours: Doubles
    lift: Doubles
    low: Doubles
    high: Doubles


def totals_of(
    steps: Steps, lift: Doubles, low: Doubles, high: Doubles, n: int, config: PathConfig
) -> PathTotals:
    r"""Add up steps.

    Notes
    -----
    With half-widths :math:`d_i` of the steps and a correlation :math:`\rho` of their errors, that
    of the whole is :math:`\sqrt{(1-\rho) \sum d_i^2 + \rho (\sum d_i)^2}`.

    Parameters
    ----------
    lift, low, high : (k,) float64
        Of the steps; NaN = unknown.
    n : int
        Number of people.
    """
    row, made = steps.row, steps.offer >= 0
    known = np.isfinite(lift)

    def total(values: Doubles, where: NDArray[np.bool_]) -> Doubles:
        return np.bincount(row[where], values[where], minlength=n).astype(np.float64)

    ones = np.ones(len(steps))
    counted = steps.part != PRACTICE
    n_known = total(ones, known)
    whole = np.where(n_known > 0, total(lift, known), np.nan)
    rho = config.error_correlation
    widths = []
    for width in (lift - low, high - lift):
        apart, together = total(width**2, known), total(width, known)
        widths.append(np.sqrt((1 - rho) * apart + rho * together**2))
    weeks = np.zeros(n)
    np.maximum.at(weeks, row, steps.ends)
    return PathTotals(
        steps=total(ones, counted).astype(np.int64),
        required=total(ones, counted & (steps.part == REQUIRED)).astype(np.int64),
        without_lift=total(ones, made & ~known).astype(np.int64),
        weeks=weeks,
        hours=total(steps.weeks * config.hours_per_week, np.ones(len(steps), dtype=np.bool_)),
        lift=whole,
        low=whole - widths[0],
        high=whole + widths[1],
    )


def gap_closed_share(
    steps: Steps, people: People, catalogue: Catalogue, config: PathConfig
) -> Doubles:
    """Share of each person's gaps that the path closes if all of it is learnt and used, (n,).

    Gaps count by importance and goals. NaN where there is no gap, or none is known.
    """
    portraits = people.portraits
    after = portraits.level.astype(np.float64)
    taught = catalogue.taught[steps.course]
    for slot in range(taught.shape[1]):
        at = np.flatnonzero(taught[:, slot] >= 0)
        k, course, row = taught[at, slot], steps.course[at], steps.row[at]
        reach = np.where(
            catalogue.from_level[course, k] - portraits.level[row, k]
            > config.overlap.entry_reach_levels,
            -1.0,
            catalogue.to_level[course, k],
        )
        np.fmax.at(after, (row, k), reach)
    weight = portraits.importance.astype(np.float64)
    if people.weights is not None:
        weight = weight * people.weights
    known = np.isfinite(portraits.level) & np.isfinite(portraits.required)
    required = np.where(known, portraits.required, 0.0)
    before = np.maximum(required - np.where(known, portraits.level, 9.0), 0) * weight
    left = np.maximum(required - np.where(known, after, 9.0), 0) * weight
    whole = before.sum(axis=1)
    share = 1 - left.sum(axis=1) / np.where(whole > 0, whole, 1)
    return np.where(whole > 0, np.clip(share, 0, 1), np.nan)


def gaps_closed(steps: Steps, gap: Doubles) -> Doubles:
    """Weighted levels that each step closes in its turn, (k,).

    Parameters
    ----------
    gap : (k,) float64
        Weighted levels that the course closes by itself; NaN = unknown.
    """
    return np.where(np.isnan(steps.left), gap, gap * steps.left)
