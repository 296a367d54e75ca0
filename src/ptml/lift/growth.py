"""Who starts courses may grow faster for reasons of their own, and a difference takes it for lift.

Differences take out what is constant about a person, not what grows. But a person's own growth
stands in all of their changes, with a course and without (random growth: Heckman and Hotz 1989;
Wooldridge 2010, 11.7). So changes are held against those of other quarters of the same person,
which shows what starts do without any growth; what starts leave unexplained of a person's changes
on average is the growth, and that of takers less controls is the part of the lifts that is none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.baseline import Baseline
from ptml.lift.estimation import N_PARTS, Estimate
from ptml.lift.exposure import LAGS
from ptml.lift.moments import Contrast
from ptml.lift.pooled import Figure
from ptml.lift.study import Study

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

# Quarters after an outcome in which its scores, which may be low, still send people to courses.
N_ANSWERS = 2
# A person's quarters with and without a start are needed to tell growth from what starts do.
FEWEST_QUARTERS = 4
# Counts are foretold by few trees with long steps: it is done for every lag.
N_TREES, LEARNING_RATE = 20, 0.15
RIDGE = 1e-6


@dataclass(frozen=True)
class Changes:
    """What other courses and covariates leave of people's changes, and when they started courses.

    Attributes
    ----------
    left : (n,) float64
        Points.
    starts : (n, k) float64
        Unexpected number of starts, of the quarter and of those around it.
    employee : (n,) int32
    weight : (n,) float64
    """

    left: FloatArray
    starts: FloatArray
    employee: IntArray
    weight: FloatArray

    def own_growth(self, kept: NDArray[np.bool_]) -> FloatArray:
        """Mean of each person's changes without what starts do to them, (n_employees,).

        Parameters
        ----------
        kept : (n,) bool
            Rows to learn from; people without any get 0.
        """
        weight = np.where(kept, self.weight, 0.0)
        both = np.column_stack([self.left, self.starts])
        mean = self._means(both, weight)
        within = both - mean[self.employee]
        weighted = within[:, 1:] * weight[:, None]
        gram = weighted.T @ within[:, 1:]
        gram += RIDGE * max(float(np.trace(gram)), 1.0) * np.eye(len(gram))
        slopes = np.linalg.solve(gram, weighted.T @ within[:, 0])
        return np.asarray(mean[:, 0] - mean[:, 1:] @ slopes)

    def _means(self, values: FloatArray, weight: FloatArray) -> FloatArray:
        size = np.bincount(self.employee, weight)
        total = [np.bincount(self.employee, weight * column) for column in values.T]
        return np.stack(total, axis=1) / np.where(size > 0, size, 1.0)[:, None]


def growth_of_takers(study: Study, found: Estimate) -> Figure:
    """How much more takers grow than their controls from base to outcome, without any course.

    Shrunk by its own error: one that is not told from none is none, nor is that of a short panel.
    """
    panel, base = study.setting.panel, study.baseline
    if len(np.unique(panel.quarter)) < FEWEST_QUARTERS:
        return Figure(0.0, 0.0)
    changes = Changes(
        found.residual,
        _unexpected_starts(base, study.setting.grid.reach),
        panel.employee,
        base.covariates.weight,
    )
    return shrunk(growth_between(changes, study.evidence.contrast, study.evidence.employee))


def growth_between(changes: Changes, against: Contrast, employee: IntArray) -> Figure:
    """Own growth of takers less that of weighted controls (delete-a-group jackknife).

    Parameters
    ----------
    employee : (p,) int32
        Of the pairs of the contrast.
    """

    def between(kept: NDArray[np.bool_]) -> float:
        weight = np.where(kept[employee], against.weight, 0.0)
        size = float(weight[against.is_taker].sum())
        growth = changes.own_growth(kept[changes.employee])
        return float((weight * growth[employee]).sum()) / max(size, 1e-9)

    part = np.arange(int(changes.employee.max()) + 1) % N_PARTS
    without = np.array([between(part != k) for k in range(N_PARTS)])
    spread = float(((without - without.mean()) ** 2).sum())
    return Figure(between(part >= 0), float(np.sqrt(spread * (N_PARTS - 1) / N_PARTS)))


def shrunk(found: Figure) -> Figure:
    """Pull a figure towards 0 as far as its size may be noise (empirical Bayes).

    Examples
    --------
    >>> round(shrunk(Figure(0.2, 0.1)).value, 3)
    0.15
    >>> shrunk(Figure(0.1, 0.2))
    Figure(value=0.0, error=0.0)
    """
    squared = found.value**2
    share = max(1 - found.error**2 / squared, 0.0) if squared > 0 else 0.0
    return Figure(share * found.value, float(np.sqrt(share)) * found.error)


def _unexpected_starts(base: Baseline, reach: int) -> FloatArray:
    """Starts of the quarter, then of all that act on a change or answer to it, (n, k)."""
    around = tuple(lag for lag in range(min(LAGS), reach + N_ANSWERS + 1) if lag)
    count = base.other.around(base.panel, np.ones(len(base.other.quarter)), (0, *around))
    quick = base.covariates.with_trees(N_TREES, LEARNING_RATE)
    left = [base.without_teams(column - quick.foretold(column)) for column in count.T]
    return base.without_calendar(np.stack(left, axis=1))
