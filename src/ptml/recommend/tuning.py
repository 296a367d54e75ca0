"""Search a peer's settings on validation alone, with a budget of trials.

The budget is a number and no time, so that the same input and seed choose the same settings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import Z_95
from ptml.recommend.peers.peer import IntArray, Past, Peer, Settings
from ptml.recommend.ranking import ndcg, ranks_of_held_out
from ptml.search.in_memory import best_of, tried_settings

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

K_NDCG = 10
_CHUNK = 1_000
# Trials drawn blindly before the search learns from them; Optuna's own 10 exceeds most budgets.
_BLIND_TRIALS = 4


@dataclass(frozen=True, eq=False)
class Fold:
    """A moment at which peers are judged.

    Attributes
    ----------
    past : Past
    people : (n,) int32
        Who is judged; those without a held-out course that is not excluded do not count.
    excluded : csr_matrix (n_employees, n_courses) or callable
        What is not ranked; a callable gives (n, n_courses) bool of people.
    held_out : csr_matrix (n_employees, n_courses)
        What each person chose next.
    """

    past: Past
    people: IntArray
    excluded: Any
    held_out: Any


@dataclass(frozen=True)
class Tuned:
    """The best settings that were found.

    Attributes
    ----------
    settings : mapping
    value : float
        Mean NDCG@10 over the folds; NaN where nobody could be judged or nothing was tried.
    n_trials : int
        Settings that were judged; the first are the defaults.
    spread : float
        Standard error of `value` over people.
    gain : float
        `value` less that of the defaults, on the same people; never below 0.
    gain_spread : float
        Standard error of `gain`.
    tried : tuple of (settings, value)
        Of each trial.
    """

    settings: Settings
    value: float
    n_trials: int
    spread: float
    gain: float
    gain_spread: float
    tried: tuple[tuple[Settings, float], ...] = ()

    @property
    def is_within_noise(self) -> bool:
        """Whether the best cannot be told from the defaults: gain below 1.96 standard errors."""
        return not self.gain > Z_95 * self.gain_spread


def tune(
    peer: Peer,
    folds: Sequence[Fold],
    n_trials: int,
    seed: int,
    max_people: int | None = None,
) -> Tuned:
    """Find the settings with the highest mean NDCG@10 over folds.

    Parameters
    ----------
    n_trials : int
        The first takes the defaults, so that the result is never worse than they are on validation;
        0 or 1 = the defaults, unjudged.
    max_people : int, optional
        People who are judged in each fold at the most, drawn with the seed.

    Notes
    -----
    Tree-structured Parzen estimator of Optuna (Bergstra et al. 2011). Among equals the first wins.
    """
    if n_trials <= 1 or not folds:
        return Tuned(dict(peer.defaults), np.nan, 0, np.nan, 0.0, np.nan)
    asked = [_with_held_out(fold, max_people, np.random.default_rng(seed)) for fold in folds]
    tried = tried_settings(
        peer.suggest,
        lambda settings: [judge(peer, settings, fold, seed) for fold in asked],
        lambda figures, _: _mean(figures),
        dict(peer.defaults),
        n_trials,
        _BLIND_TRIALS,
        seed,
    )
    found, first = best_of(tried), tried[0].judged
    best = found.judged
    gains = [ours - theirs for ours, theirs in zip(best, first, strict=True)]
    each = tuple((one.settings, _mean(one.judged)) for one in tried)
    return Tuned(
        found.settings, _mean(best), n_trials, _error(best), _mean(gains), _error(gains), each
    )


def judge(peer: Peer, settings: Settings, fold: Fold, seed: int) -> FloatArray:
    """NDCG@10 of each person of a fold, fitted with the settings; NaN without a held-out course."""
    scorer = peer.fit(fold.past, settings, seed)
    found = [np.zeros(0)]
    for start in range(0, len(fold.people), _CHUNK):
        people = fold.people[start : start + _CHUNK]
        excluded, held_out = _cells(fold, people)
        ranks = ranks_of_held_out(scorer.score(fold.past, people), excluded, held_out)
        found.append(ndcg(ranks, K_NDCG))
    return np.concatenate(found)


def _cells(fold: Fold, people: IntArray) -> tuple[BoolArray, BoolArray]:
    given: Callable[[IntArray], BoolArray] | Any = fold.excluded
    excluded = given(people) if callable(given) else given[people].toarray() != 0
    return excluded, (fold.held_out[people].toarray() != 0) & ~excluded


def _with_held_out(fold: Fold, max_people: int | None, rng: np.random.Generator) -> Fold:
    kept = [np.zeros(0, dtype=np.int32)]
    for start in range(0, len(fold.people), _CHUNK):
        people = fold.people[start : start + _CHUNK]
        kept.append(people[_cells(fold, people)[1].any(axis=1)])
    asked = np.concatenate(kept)
    if max_people is not None and len(asked) > max_people:
        asked = np.sort(rng.choice(asked, max_people, replace=False))
    return Fold(fold.past, asked, fold.excluded, fold.held_out)


def _mean(figures: Sequence[FloatArray]) -> float:
    """Mean over the folds in which anybody was judged; 0 where nobody was."""
    means = [each.mean() for each in figures if len(each)]
    return float(np.mean(means)) if means else 0.0


def _error(figures: Sequence[FloatArray]) -> float:
    """Standard error of `_mean`, folds taken as independent."""
    squares = [each.var() / len(each) for each in figures if len(each)]
    return float(np.sqrt(np.sum(squares)) / len(squares)) if squares else float("nan")
