"""When to give a trial up between two folds."""

from collections.abc import Sequence

import numpy as np

from ptml.search.config import TuningConfig
from ptml.search.gain import Gain, mean_gain

# Trials judged to the end before a median means anything.
_LEAST_TRIALS = 5


def is_hopeless(
    over_best: Sequence[Gain],
    so_far: float,
    others_so_far: Sequence[float],
    config: TuningConfig,
) -> bool:
    """Whether the folds so far say that the trial will not win.

    Parameters
    ----------
    over_best : sequence of Gain
        Over the best trial, fold by fold, pair by pair; empty without one.
    so_far : float
        Mean gain over the default on these folds.
    others_so_far : sequence of float
        The same of the trials that were judged to the end.

    Notes
    -----
    Folds are few and noisy: a rank test over two or three of them, as in Optuna's WilcoxonPruner,
    cannot tell anything (the least p of three pairs is .125). Over the cases within the folds a
    paired test can, because what makes a fold or a person hard is the same for both trials.
    """
    if config.pruner == "none":
        return False
    if config.pruner == "median":
        enough = len(others_so_far) >= _LEAST_TRIALS
        return enough and so_far < float(np.median(others_so_far))
    return bool(over_best) and mean_gain(over_best).is_worse(config.z_pruned)
