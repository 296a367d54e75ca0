"""From which probability on a completion is flagged: by what people can look into, or by cost."""

import numpy as np
from numpy.typing import NDArray

from ptml.transfer.completions import STAGES
from ptml.transfer.config import WarningConfig

Doubles = NDArray[np.float64]

DAYS_A_WEEK = 7
# A sum of weights that should come to the share may miss it by its last digits.
_ROUNDING = 1e-9
_HALVINGS = 20


def review_share(config: WarningConfig, completions_per_week: float) -> float:
    """Share of completions that people can look into, 0-1."""
    if config.reviews_per_week is None:
        return config.review_share
    return min(1.0, config.reviews_per_week / max(completions_per_week, 1e-9))


def flag_threshold(
    p_weak: Doubles,
    blocked: NDArray[np.bool_],
    share: float,
    cost_of_miss: float | None,
    weight: Doubles | None = None,
) -> float:
    """Probability from which on a completion is flagged.

    By capacity: the one that flags at most `share` of all completions, blocked ones never being
    flagged. By cost: ``1 / (1 + cost_of_miss)``, where flagging and not flagging cost the same
    (Elkan 2001).

    Parameters
    ----------
    p_weak, blocked : (n,)
        Of completions that the classifier was not fitted on.
    weight : (n,) float64, optional
        How many completions each stands for.

    Examples
    --------
    >>> flag_threshold(np.array([0.1, 0.5, 0.7, 0.9]), np.zeros(4, bool), 0.5, None)
    0.7
    >>> flag_threshold(np.array([]), np.zeros(0, bool), 0.5, 3.0)
    0.25
    """
    if cost_of_miss is not None:
        return 1.0 / (1.0 + cost_of_miss)
    counts = np.ones(len(p_weak)) if weight is None else weight
    is_open = ~blocked
    order = np.argsort(-p_weak[is_open], kind="stable")
    ranked, used = p_weak[is_open][order], np.cumsum(counts[is_open][order])
    n_flagged = int(np.searchsorted(used, share * counts.sum() * (1 + _ROUNDING), side="right"))
    if n_flagged > 0:
        return float(ranked[n_flagged - 1])
    # Above the highest: where nobody could be flagged, nobody is by chance either.
    return float(np.nextafter(ranked[0], np.inf)) if len(ranked) else 1.0


def stage_thresholds(
    p_weak: Doubles,
    blocked: NDArray[np.bool_],
    stage: NDArray[np.uint8],
    completion: NDArray[np.integer],
    share: float,
    cost_of_miss: float | None,
    weight: Doubles | None = None,
) -> tuple[float, ...]:
    """Threshold of each stage, so that all stages together flag `share` of the completions.

    A completion that is flagged at both stages is looked into once. The largest share of each stage
    that keeps to this is found by halving.

    Parameters
    ----------
    p_weak, blocked, stage, completion : (n,)
        One row a completion and stage; `completion` says which rows are of one.
    """

    def of(share_of_stage: float) -> tuple[float, ...]:
        return tuple(
            flag_threshold(
                p_weak[stage == k],
                blocked[stage == k],
                share_of_stage,
                cost_of_miss,
                None if weight is None else weight[stage == k],
            )
            for k in range(len(STAGES))
        )

    def flagged(bounds: tuple[float, ...]) -> float:
        counts = np.ones(len(p_weak)) if weight is None else weight
        over = (p_weak >= np.array(bounds)[stage]) & ~blocked
        _, first, at = np.unique(completion, return_index=True, return_inverse=True)
        is_any = np.bincount(at, over) > 0
        return float(counts[first][is_any].sum() / counts[first].sum())

    if cost_of_miss is not None or len(p_weak) == 0:
        return of(share)
    low, high = 0.0, share
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if flagged(of(middle)) <= share else (low, middle)
    return of(high) if flagged(of(high)) <= share else of(low)


def completions_per_week(completed: NDArray[np.int32], until_day: int, n_weeks: int = 13) -> float:
    """Completions a week in the weeks before a day."""
    since = until_day - n_weeks * DAYS_A_WEEK
    return float(((completed >= since) & (completed < until_day)).sum() / n_weeks)
