"""Run the trials of a kept study: draw, judge fold by fold, give up early, keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.trial import FrozenTrial, TrialState

from ptml.search.config import TuningConfig
from ptml.search.gain import Gain, mean_gain
from ptml.search.objective import Objective, Settings
from ptml.search.pruning import is_hopeless
from ptml.search.space import Space
from ptml.search.study import KeptStudy

FloatArray = NDArray[np.float64]
Clock = Callable[[], float]
"""Seconds that have passed since some moment."""


@dataclass(frozen=True)
class Budget:
    """When to stop.

    Attributes
    ----------
    n_trials : int
        Trials of the study in all, those of earlier calls with them.
    seconds : float or None
        Of this call; no trial is begun that would hardly fit.
    """

    n_trials: int
    seconds: float | None = None


@dataclass(frozen=True, eq=False)
class Search:
    """What trials are drawn from and judged by.

    Attributes
    ----------
    space : Space
        With the given settings within it.
    given : mapping
        The default: settings of the first trial, by key.
    seed : int
        What learning is seeded with, the same in all trials.
    code : str
        Which code judges; kept with each trial.
    """

    objective: Objective
    space: Space
    given: Settings
    seed: int
    config: TuningConfig
    code: str


def run_trials(
    kept: KeptStudy, search: Search, budget: Budget, clock: Clock, step: Callable[[int, int], None]
) -> None:
    """Try settings until the budget is used up; the first are the default and always judged."""
    start = clock()
    while len(finished := kept.finished) < budget.n_trials:
        step(len(finished), budget.n_trials)
        if finished and not _fits(finished, budget, clock() - start):
            return
        _run(kept, search, clock)
    step(len(kept.finished), budget.n_trials)


def _fits(finished: Sequence[FrozenTrial], budget: Budget, used: float) -> bool:
    if budget.seconds is None:
        return True
    return used + float(np.median([one.user_attrs["seconds"] for one in finished])) < budget.seconds


def _run(kept: KeptStudy, search: Search, clock: Clock) -> None:
    trial = kept.ask(search.given)
    settings = search.space.suggest(trial)
    same = [one for one in kept.finished if one.params == trial.params]
    if same:
        values, seconds = kept.values(same[0]), [0.0] * len(kept.values(same[0]))
    else:
        values, seconds = _judged(kept, search, settings, clock)
    gains = [gain for gain, _ in _gains(kept, search, values)]
    for k in range(len(gains)):
        trial.report(mean_gain(gains[: k + 1]).value, k)
    told: dict[str, Any] = {
        "gains": [[gain.value, gain.error] for gain in gains],
        "levels": [j.level(v) for j, v in zip(search.objective.folds, values, strict=False)],
        "seconds": sum(seconds),
        "fold_seconds": seconds,
        "code": search.code,
    }
    for name, value in told.items():
        trial.set_user_attr(name, value)
    kept.keep_values(trial.number, values)
    _tell(kept, trial, gains, len(search.objective.folds))


def _tell(kept: KeptStudy, trial: optuna.Trial, gains: Sequence[Gain], n_folds: int) -> None:
    if len(gains) < n_folds:
        kept.optuna.tell(trial, state=TrialState.PRUNED)
    else:
        kept.optuna.tell(trial, mean_gain(gains).value)


def _judged(
    kept: KeptStudy, search: Search, settings: Settings, clock: Clock
) -> tuple[list[FloatArray], list[float]]:
    """Values of the folds that the trial lived to see, and what each took, seconds."""
    values: list[FloatArray] = []
    seconds: list[float] = []
    folds = search.objective.folds
    for k, judge in enumerate(folds):
        begun = clock()
        values.append(judge.judge(search.objective.own(settings), search.seed))
        seconds.append(clock() - begun)
        if k + 1 < len(folds) and _is_hopeless(kept, search, values):
            break
    return values, seconds


def _is_hopeless(kept: KeptStudy, search: Search, values: list[FloatArray]) -> bool:
    pairs = _gains(kept, search, values)
    over_best = [best for _, best in pairs if best is not None]
    complete = [one for one in kept.finished if one.state is TrialState.COMPLETE]
    others = [one.intermediate_values[len(values) - 1] for one in complete]
    so_far = mean_gain([gain for gain, _ in pairs]).value
    return is_hopeless(over_best, so_far, others, search.config)


def _gains(
    kept: KeptStudy, search: Search, values: list[FloatArray]
) -> list[tuple[Gain, Gain | None]]:
    """Gain over the default and over the best so far, fold by fold."""
    finished, best = kept.finished, kept.best
    first = kept.values(finished[0]) if finished else values
    leader = None if best is None else kept.values(best)
    return [
        (judge.gain(mine, first[k]), None if leader is None else judge.gain(mine, leader[k]))
        for k, (judge, mine) in enumerate(zip(search.objective.folds, values, strict=False))
    ]
