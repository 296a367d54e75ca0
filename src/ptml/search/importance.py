"""Which settings mattered, with intervals; refused where trials are too few to tell."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import optuna
from optuna.importance import FanovaImportanceEvaluator, get_param_importances
from optuna.trial import FrozenTrial

from ptml.quiet import quiet_optuna

# Trials judged to the end a setting: below that fANOVA's forest finds patterns in noise.
LEAST_PER_SETTING = 4
LEAST = 20
# From here on the figures stand without a caution.
ENOUGH_PER_SETTING = 15
N_RESAMPLES = 20
_N_TREES = 12


@dataclass(frozen=True)
class Importance:
    """Share of the variance of what trials were judged to be, with a 90 % interval."""

    key: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Importances:
    """Settings, the most important first; empty with a note where trials are too few."""

    of: tuple[Importance, ...]
    note: str


def importances(trials: Sequence[FrozenTrial], keys: Sequence[str], seed: int) -> Importances:
    """Share of each setting by functional ANOVA over a forest (Hutter et al. 2014).

    Parameters
    ----------
    trials : sequence of FrozenTrial
        Judged to the end.

    Notes
    -----
    Intervals by resampling trials. They hold for the trials of this study, which a search draws
    more often where it is good.
    """
    least = max(LEAST, LEAST_PER_SETTING * len(keys))
    if len(trials) < least:
        return Importances(
            (),
            f"Unknown: {len(trials)} trials were judged to the end, "
            f"{least} are needed to say which settings matter.",
        )
    values = np.array([one.value for one in trials])
    if np.ptp(values) == 0:
        return Importances((), "Unknown: all trials were judged alike.")
    shares = _shares(trials, keys, seed)
    rng = np.random.default_rng(seed)
    drawn = np.array(
        [
            list(
                _shares(
                    [trials[k] for k in rng.integers(0, len(trials), len(trials))], keys, seed
                ).values()
            )
            for _ in range(N_RESAMPLES)
        ]
    )
    low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
    found = [
        Importance(key, shares[key], float(low[k]), float(high[k])) for k, key in enumerate(keys)
    ]
    rough = len(trials) < ENOUGH_PER_SETTING * len(keys)
    note = (
        f"Rough: from {len(trials)} trials for {len(keys)} settings."
        if rough
        else f"From {len(trials)} trials."
    )
    return Importances(tuple(sorted(found, key=lambda one: -one.share)), note)


def _shares(trials: Sequence[FrozenTrial], keys: Sequence[str], seed: int) -> dict[str, float]:
    with quiet_optuna(), warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study = optuna.create_study(direction="maximize")
        study.add_trials(list(trials))
        if len({one.value for one in trials}) < 2:
            return dict.fromkeys(keys, 0.0)
        found = get_param_importances(
            study, evaluator=FanovaImportanceEvaluator(n_trees=_N_TREES, seed=seed)
        )
    return {key: float(found.get(key, 0.0)) for key in keys}
