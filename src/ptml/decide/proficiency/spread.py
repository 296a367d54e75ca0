"""How far units differ in performance, period by period, net of what chance makes of them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import chi2
from scipy.stats import f as f_distribution

from ptml.decide.cell_sums import CellSums
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.features.history import History
from ptml.features.windows import whole

Positions = NDArray[np.int64]
Doubles = NDArray[np.float64]

_UNIT = 2.0**-10
# Of each end of a 90 % interval.
_TAIL = 0.05


def spread_sums() -> CellSums:
    """Scores, their sum and the sum of their squares by period and unit."""
    return CellSums(("period", "unit"), ("people", "score", "square"))


def spread_cells(history: History, day: int, config: ProficiencyConfig) -> pa.Table:
    """Rows for `spread_sums`: one a person and period, in the unit of the period's last day."""
    log, ends = history.performance, history.organisation.period_end
    known = np.flatnonzero(ends + 1 < day)
    newest = known[-config.spread_periods :]
    oldest = int(newest[0]) if len(newest) else len(ends)
    rows = np.flatnonzero((log.period >= oldest) & (log.known < day) & np.isfinite(log.score))
    at = history.timelines.assignment_on(log.employee[rows], log.end[rows])
    rows, at = rows[at >= 0], at[at >= 0]
    unit = history.assignments.unit[at] if len(at) else np.zeros(0, np.int32)
    score = log.score[rows].astype(np.float64)
    return pa.table(
        {
            "period": log.period[rows].astype(np.int64),
            "unit": unit.astype(np.int64),
            "people": np.ones(len(rows), np.int64),
            "score": whole(score, _UNIT),
            "square": whole(score**2, _UNIT),
        }
    )


@dataclass(frozen=True)
class Spread:
    """How far units differ in one period; points and shares, with 90 % intervals.

    Attributes
    ----------
    period : int
    n_units, n_people : int
        Units that are large enough, and their people.
    mean : float
        Of their people.
    between, within : float
        Standard deviation of units' true means, and of people within units.
    share : float
        Of the variance of single scores that lies between units.
    """

    period: int
    n_units: int
    n_people: int
    mean: float
    between: float
    between_low: float
    between_high: float
    within: float
    share: float
    share_low: float
    share_high: float


def team_spread(sums: pa.Table, config: ProficiencyConfig) -> list[Spread]:
    """Estimate the spread in every period with enough units.

    Parameters
    ----------
    sums : pyarrow.Table
        Of `spread_sums`.
    """
    period, people = sums["period"].to_numpy(), sums["people"].to_numpy()
    score, square = (sums[name].to_numpy() * _UNIT for name in ("score", "square"))
    found = []
    for one in np.unique(period).tolist():
        at = (period == one) & (people >= config.min_people)
        if at.sum() >= config.min_units:
            found.append(_spread(one, people[at], score[at], square[at]))
    return found


def _spread(period: int, n: Positions, score: Doubles, square: Doubles) -> Spread:
    r"""One-way random effects with groups of unlike size.

    Notes
    -----
    With unit means :math:`\bar y_i`, their plain variance :math:`S^2`, the harmonic mean
    :math:`h` of the sizes and the variance within :math:`W`, the variance between is
    :math:`S^2 - W / h`. Its interval is that of Williams (1962) and Tukey (1951), that of the share
    Thomas and Hultquist's (1978): both with :math:`h` in the place of the one size of a balanced
    design.
    """
    a, total = len(n), int(n.sum())
    means = score / n
    within = float(np.maximum(square - n * means**2, 0).sum() / (total - a))
    between, h = float(means.var(ddof=1)), float(a / (1 / n).sum())
    f_high, f_low = (f_distribution.ppf(at, a - 1, total - a) for at in (1 - _TAIL, _TAIL))
    c_high, c_low = (chi2.ppf(at, a - 1) for at in (1 - _TAIL, _TAIL))
    net, low, high = (
        max(value, 0.0)
        for value in (
            between - within / h,
            (a - 1) * (between - within * f_high / h) / c_high,
            (a - 1) * (between - within * f_low / h) / c_low,
        )
    )
    share, share_low, share_high = (
        _share(between / (within * f) - 1 / h if within > 0 else np.inf)
        for f in (1.0, f_high, f_low)
    )
    return Spread(
        period=period,
        n_units=a,
        n_people=total,
        mean=float(score.sum() / total),
        between=net**0.5,
        between_low=min(low, net) ** 0.5,
        between_high=max(high, net) ** 0.5,
        within=within**0.5,
        share=share,
        share_low=share_low,
        share_high=share_high,
    )


def _share(ratio: float) -> float:
    return 1.0 - 1.0 / (1.0 + max(float(ratio), 0.0))
