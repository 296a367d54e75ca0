"""How surely a figure lies below a bound, and which of many such claims may be made together."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtr

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

DISCARDED = 0.5


def p_below(value: FloatArray, error: FloatArray, bound: FloatArray | float) -> FloatArray:
    """Probability of a value as low as this were the truth at the bound, (n,); NaN = not known.

    One-sided, normal: small where the value lies clearly below the bound.

    >>> p_below(np.array([-1.0, 0.0]), np.array([0.5, 0.5]), 0.0).round(3).tolist()
    [0.023, 0.5]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error > 0, ndtr((value - bound) / error), np.nan)


def p_share_below(hits: FloatArray, n: FloatArray, bound: float) -> FloatArray:
    """The same for a share ``hits / n``: exact binomial, (n,); NaN = nobody was looked at.

    ``P(at most hits of n | bound) = I_{1 - bound}(n - hits, hits + 1)``

    >>> p_share_below(np.array([0.0, 10.0]), np.array([10.0, 10.0]), 0.5).round(4).tolist()
    [0.001, 1.0]
    """
    inside = betainc(np.maximum(n - hits, 1e-300), hits + 1, 1 - bound)
    return np.where(n > 0, np.where(hits >= n, 1.0, inside), np.nan)


def held(p: FloatArray, asked: BoolArray, rate: float) -> BoolArray:
    """Claims that may be made so that the share of false ones is held, (n,) bool.

    Most courses lie far on the good side of any bound, and to count them would only make the rule
    blunt. So claims with ``p > 1/2`` are discarded and the others doubled: given that it is at most
    a half, a p of a true bound is still no smaller than chance has it (Zhao, Small and Su 2019).
    Of the m that are left those are made up to the largest k-th smallest ``2 p <= k / m x rate``
    (Benjamini and Hochberg 1995). It holds the expected share of false claims at `rate` where p
    are independent, and where they depend positively, as those do that share an error
    (Benjamini and Yekutieli 2001).

    Parameters
    ----------
    asked : (n,) bool
        Chosen without a look at p; an unknown p (NaN) is not asked about.

    Examples
    --------
    >>> held(np.array([0.001, 0.03, 0.4, 0.9, np.nan]), np.ones(5, dtype=bool), 0.1).tolist()
    [True, True, False, False, False]
    """
    kept = np.flatnonzero(asked & (p <= DISCARDED))
    made = np.zeros(len(p), dtype=np.bool_)
    if not len(kept):
        return made
    doubled = p[kept] / DISCARDED
    ranked = np.sort(doubled)
    fits = np.flatnonzero(ranked <= rate * np.arange(1, len(kept) + 1) / len(kept))
    if len(fits):
        made[kept] = doubled <= ranked[fits[-1]]
    return made
