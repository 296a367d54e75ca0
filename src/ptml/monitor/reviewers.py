"""What reviewers say of warnings: how often they dismiss one as not true, and whether that grew."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml.intervals import wilson_interval
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged

Bools = NDArray[np.bool_]

NOT_TRUE = ("not_true", "not_the_person", "data_wrong")
"""Reasons of a dismissal that say that the warning was wrong, not that help is at hand already."""
_FEWEST = 30


def look_at_reviewers(
    dismissed: Bools, is_recent: Bools, config: MonitorConfig
) -> Finding | NotJudged:
    """Share of decided warnings that were dismissed as not true, newest against those before.

    Parameters
    ----------
    dismissed : (n,) bool
        One a decided warning; True = dismissed as not true.
    is_recent : (n,) bool
        Decided within the newest days.
    """
    new, old = dismissed[is_recent], dismissed[~is_recent]
    if min(len(new), len(old)) < _FEWEST:
        why = (
            f"{len(new)} warnings were decided on in the newest days and {len(old)} before; "
            f"{_FEWEST} each are needed"
        )
        return NotJudged("review", "decisions of reviewers", why)
    table = np.array([[new.sum(), (~new).sum()], [old.sum(), (~old).sum()]])
    low, high = wilson_interval(np.array([new.mean()]), np.array([float(len(new))]))
    return Finding(
        "review",
        "precision by reviewers",
        float(stats.fisher_exact(table, alternative="greater").pvalue),
        float(new.mean() - old.mean()) >= config.min_calibration_gap,
        "action",
        f"{new.mean():.0%} of {len(new)} dismissed as not true ({low[0]:.0%} to {high[0]:.0%})",
        f"{old.mean():.0%} of {len(old)} before",
        "Read the notes of the dismissed cases: data, a change at work, or the model?",
    )
