"""Other courses of the same person: what they add to, or take from, a change of the score.

A course started some quarters before or after a decision acts on the outcome, on the base, or on
both. ``exposure[s]`` is the share of its lift that a change of the score sees when it was started
``s`` quarters after the decision. The shares are learnt, pulled towards an effect that shows by
half in the quarter of the start and then stays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.lift.panel import Panel

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

LAGS = (-6, -5, -4, -3, -2, -1, 1, 2)
# Share of an effect in the quarter of the start, and the spread of a share around its guess.
FIRST_QUARTER, SPREAD = 0.5, 0.3


def expected_exposure(
    later: tuple[int, ...], earlier: tuple[int, ...], lags: tuple[int, ...] = LAGS
) -> FloatArray:
    """Exposure (n_lags,) of an effect that shows by half at first and then stays.

    Parameters
    ----------
    later, earlier : tuple of int
        Quarters, counted from the decision, whose means a change is between; no earlier ones: a
        level.

    >>> expected_exposure((1, 2), (-3, -4)).tolist()
    [0.0, 0.0, 0.25, 0.75, 1.0, 1.0, 0.75, 0.25]
    """

    def seen(quarters: tuple[int, ...], lag: int) -> float:
        shares = [0.0 if q < lag else FIRST_QUARTER if q == lag else 1.0 for q in quarters]
        return sum(shares) / max(len(shares), 1)

    return np.array([seen(later, lag) - seen(earlier, lag) for lag in lags])


@dataclass(frozen=True)
class OtherCourses:
    """Sums over a person's starts by quarter, looked up around each row of a panel.

    Attributes
    ----------
    employee, quarter : (k,) int32
        Of each start.
    n_employees, n_quarters : int
    """

    employee: IntArray
    quarter: IntArray
    n_employees: int
    n_quarters: int

    def around(self, panel: Panel, value: FloatArray, lags: tuple[int, ...]) -> FloatArray:
        """Sum the ``value`` (k,) of starts ``lags`` quarters from each row, (n, n_lags)."""
        cell = self.employee.astype(np.int64) * self.n_quarters + self.quarter
        total = np.bincount(cell, value, minlength=self.n_employees * self.n_quarters)
        columns = []
        for lag in lags:
            quarter = panel.quarter + lag
            inside = (quarter >= 0) & (quarter < self.n_quarters)
            at = panel.employee.astype(np.int64) * self.n_quarters + np.where(inside, quarter, 0)
            columns.append(np.where(inside, total[at], 0.0))
        return np.stack(columns, axis=1)
