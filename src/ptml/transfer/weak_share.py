"""How many of all completions stay unused, when only some of them were checked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.transfer.checked import Checked

Doubles = NDArray[np.float64]

N_DRAWS = 400
_QUANTILES = (0.025, 0.975)


@dataclass(frozen=True)
class Share:
    """A share, or the range in which it must lie, with what chance adds on both sides.

    Attributes
    ----------
    value : float or None
        None where only a range is known.
    bounds : tuple of float
        The range by itself; twice the value where it is a point.
    low, high : float
        95 %, employees resampled: for a range the lower end of its lower bound and the upper end of
        its upper one.
    """

    value: float | None
    bounds: tuple[float, float]
    low: float
    high: float


@dataclass(frozen=True)
class WeakShares:
    """The share of weak transfers among all completions, by how much is assumed.

    Attributes
    ----------
    as_checked : Share
        All are like those that were checked.
    reweighted : Share
        Those not checked are like the checked ones that look alike.
    within_factor : Share
        Their odds differ from these by the factor gamma at the most.
    worst_case : Share
        Nothing is assumed (Manski 1990).
    seen_factor : float or None
        Odds of the unchecked over those of the checked, as far as what is seen explains: a
        yardstick for gamma.
    """

    as_checked: Share
    reweighted: Share
    within_factor: Share
    worst_case: Share
    seen_factor: float | None


def weak_shares(checked: Checked, gamma: float, rng: np.random.Generator) -> WeakShares | None:
    """Estimate and bound the share of weak transfers among all closed completions.

    With R = the outcome is known, Y = weak, e = P(R | x), m = P(Y | x, R), n completions::

        as checked    sum R Y / sum R
        reweighted    sum R w Y / sum R w,                        w = min(P(R) / e, largest_weight)
        within gamma  (sum R Y + sum (1 - R) t(m) + correction) / n,    t(m) = g m / (1 - m + g m)
        worst case    sum R Y / n  to  (sum R Y + sum (1 - R)) / n

    g runs from 1 / gamma to gamma; for g = 1 the third is the doubly robust estimate (Robins,
    Rotnitzky & Zhao 1994), and for others the tilt of Robins, Rotnitzky & Scharfstein (2000).
    The correction ``sum (1 - R) x mean of t'(m) (Y - m) over known outcomes, weighted by
    (1 - e) / e`` takes out, to first order, what m has wrong on average.

    Parameters
    ----------
    gamma : float
        At least 1.

    Returns
    -------
    WeakShares or None
        None where no outcome is known.
    """
    if not checked.cases.is_known.any():
        return None
    sums = _sums_by_employee(checked, gamma)
    value = _estimates(sums.sum(axis=0))
    drawn = np.stack([_estimates(_resampled(sums, rng)) for _ in range(N_DRAWS)])
    low, high = np.nanquantile(drawn, _QUANTILES, axis=0)
    return WeakShares(
        as_checked=_point(value, low, high, 0),
        reweighted=_point(value, low, high, 1),
        within_factor=_range(value, low, high, 3, 4, value[2]),
        worst_case=_range(value, low, high, 5, 6, None),
        seen_factor=_seen_factor(value, float(checked.cases.is_known.mean())),
    )


def tilted(p: Doubles, factor: float) -> Doubles:
    """Probability whose odds are a factor times those of p.

    Examples
    --------
    >>> tilted(np.array([0.5, 0.2]), 2.0).round(4).tolist()
    [0.6667, 0.3333]
    """
    return factor * p / (1 - p + factor * p)


def _sums_by_employee(checked: Checked, gamma: float) -> Doubles:
    """(n_employees, 12): completions, known, weak, weights, weak weights, odds, two a factor."""
    known = checked.cases.is_known.astype(np.float64)
    weak, m = checked.cases.weak.astype(np.float64), checked.p_weak
    odds = known * (1 - checked.p_known) / checked.p_known
    columns = [np.ones_like(known), known, known * weak]
    columns += [checked.weight, checked.weight * weak, odds]
    for factor in (1.0, 1 / gamma, gamma):
        slope = factor / (1 - m + factor * m) ** 2
        columns += [(1 - known) * tilted(m, factor), odds * slope * (weak - m)]
    _, member = np.unique(checked.cases.employee, return_inverse=True)
    return np.stack([np.bincount(member, column) for column in columns], axis=1)


def _resampled(sums: Doubles, rng: np.random.Generator) -> Doubles:
    times = np.bincount(rng.integers(0, len(sums), len(sums)), minlength=len(sums))
    return times @ sums


def _estimates(total: Doubles) -> Doubles:
    """As checked, reweighted, alike, within gamma low and high, worst case low and high, (7,)."""
    n, known, weak, weights, weak_weights, odds = total[:6]
    unknown = n - known
    if known == 0:
        return np.full(7, np.nan)
    scale = unknown / odds if odds > 0 else 0.0
    filled = [(weak + total[k] + scale * total[k + 1]) / n for k in (6, 8, 10)]
    # Corrected to first order only: what no outcome could give is cut off.
    filled = np.clip(filled, weak / n, (weak + unknown) / n).tolist()
    ends = (weak / n, (weak + unknown) / n)
    return np.array([weak / known, weak_weights / weights, *filled, *ends])


def _point(value: Doubles, low: Doubles, high: Doubles, k: int) -> Share:
    at = float(value[k])
    return Share(at, (at, at), float(low[k]), float(high[k]))


def _range(
    value: Doubles, low: Doubles, high: Doubles, first: int, last: int, middle: float | None
) -> Share:
    bounds = (float(value[first]), float(value[last]))
    point = None if middle is None else float(middle)
    return Share(point, bounds, float(low[first]), float(high[last]))


def _seen_factor(value: Doubles, share_known: float) -> float | None:
    if share_known == 1:
        return None
    among_unknown = (value[2] - value[5]) / (1 - share_known)
    shares = np.array([value[0], among_unknown])
    if (shares <= 0).any() or (shares >= 1).any():
        return None
    odds = shares / (1 - shares)
    return float(odds[1] / odds[0])
