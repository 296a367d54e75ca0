"""A short search within a training: a fixed number of trials, nothing kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import optuna

from ptml.quiet import quiet_optuna

S = TypeVar("S")
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Tried(Generic[S, V]):
    """Settings that were tried and what they were judged to be."""

    settings: S
    judged: V
    worth: float


def tried_settings(
    suggest: Callable[[optuna.trial.BaseTrial], S],
    judge: Callable[[S], V],
    worth: Callable[[V, V], float],
    given: dict[str, Any],
    n_trials: int,
    n_blind: int,
    seed: int,
) -> list[Tried[S, V]]:
    """Try settings, the given ones first; the same settings are judged once.

    Parameters
    ----------
    judge : callable
        The costly part.
    worth : callable
        How good a judgement is, beside that of the given settings; higher is better.
    n_blind : int
        Trials that are drawn before the search learns from them.

    Notes
    -----
    Tree-structured Parzen estimator of Optuna (Bergstra et al. 2011). The budget is a number of
    trials and no time, so that the same input and seed choose the same settings.
    """
    tried: list[Tried[S, V]] = []

    def value(trial: optuna.Trial) -> float:
        settings = suggest(trial)
        known = [one.judged for one in tried if one.settings == settings]
        judged = known[0] if known else judge(settings)
        found = worth(judged, tried[0].judged if tried else judged)
        tried.append(Tried(settings, judged, found))
        return found

    with quiet_optuna():
        sampler = optuna.samplers.TPESampler(n_startup_trials=min(n_blind, n_trials), seed=seed)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        study.enqueue_trial(given)
        study.optimize(value, n_trials=n_trials, catch=())
    return tried


def best_of(tried: list[Tried[S, V]]) -> Tried[S, V]:
    """The best; among equals the first."""
    return max(tried, key=lambda one: one.worth)
