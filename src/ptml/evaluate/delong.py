"""Areas under ROC curves of many scores at once, with DeLong's standard errors."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Doubles = NDArray[np.float64]


def delong(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> tuple[Doubles, Doubles]:
    """AUC of each column and its standard error.

    By the placement values of positives and negatives (DeLong, DeLong & Clarke-Pearson 1988), from
    ranks (Sun & Xu 2014). A missing value counts as the lowest: that something is not known can
    tell people apart as well.

    Parameters
    ----------
    scores : (n, p)
        Rows are independent: one a person.
    positive : (n,) bool

    Returns
    -------
    area, error : (p,) float64
        NaN unless both classes have two rows.

    Examples
    --------
    >>> scores = np.array([[0.1], [0.4], [0.4], [0.9]])
    >>> area, _ = delong(scores, np.array([False, True, False, True]))
    >>> area.tolist()
    [0.875]
    """
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    if min(n_positive, n_negative) < 2:
        nothing = np.full(scores.shape[1], np.nan)
        return nothing, nothing
    known = np.where(np.isnan(scores), -np.inf, scores)
    ranks = stats.rankdata(known, axis=0)
    above = (ranks[positive] - stats.rankdata(known[positive], axis=0)) / n_negative
    below = 1 - (ranks[~positive] - stats.rankdata(known[~positive], axis=0)) / n_positive
    variance = above.var(axis=0, ddof=1) / n_positive + below.var(axis=0, ddof=1) / n_negative
    return above.mean(axis=0), np.sqrt(variance)
