"""From which probability on a completion is flagged: by what people can look into, or by cost."""

import numpy as np
from numpy.typing import NDArray

from ptml.transfer.config import WarningConfig

DAYS_A_WEEK = 7


def review_share(config: WarningConfig, completions_per_week: float) -> float:
    """Share of completions that people can look into, 0-1."""
    if config.reviews_per_week is None:
        return config.review_share
    return min(1.0, config.reviews_per_week / max(completions_per_week, 1e-9))


def flag_threshold(
    p_weak: NDArray[np.float64],
    blocked: NDArray[np.bool_],
    share: float,
    cost_of_miss: float | None,
) -> float:
    """Probability from which on a completion is flagged.

    By capacity: the one that flags `share` of all completions, blocked ones never being flagged.
    By cost: ``1 / (1 + cost_of_miss)``, where flagging and not flagging cost the same (Elkan
    2001).

    Parameters
    ----------
    p_weak, blocked : (n,)
        Of completions that the classifier was not fitted on.

    Examples
    --------
    >>> flag_threshold(np.array([0.1, 0.5, 0.7, 0.9]), np.zeros(4, bool), 0.5, None)
    0.7
    >>> flag_threshold(np.array([]), np.zeros(0, bool), 0.5, 3.0)
    0.25
    """
    if cost_of_miss is not None:
        return 1.0 / (1.0 + cost_of_miss)
    if len(p_weak) == 0:
        return 1.0
    ranked = np.sort(np.where(blocked, -np.inf, p_weak))[::-1]
    n_flagged = int(np.floor(share * len(ranked)))
    if n_flagged == 0:
        return float(np.nextafter(max(ranked[0], 0.0), np.inf))
    return float(max(ranked[n_flagged - 1], 0.0))


def completions_per_week(completed: NDArray[np.int32], until_day: int, n_weeks: int = 13) -> float:
    """Completions a week in the weeks before a day."""
    since = until_day - n_weeks * DAYS_A_WEEK
    return float(((completed >= since) & (completed < until_day)).sum() / n_weeks)
