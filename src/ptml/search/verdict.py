"""Judge winner and default again on what the search did not see: the best of many flatters."""

from collections.abc import Callable
from dataclasses import dataclass

from ptml.search.gain import Gain, mean_gain, repeated_gain
from ptml.search.objective import Objective, Settings


@dataclass(frozen=True)
class Rejudged:
    """Winner against default, on other time and with other seeds.

    Attributes
    ----------
    gain : Gain or None
        None where nothing was left to judge on.
    by_seed : tuple of float
        The gain with each seed.
    winner_levels, default_levels : tuple of float
        How good each is by itself, with each seed.
    judged_on : tuple of str
        In words.
    """

    gain: Gain | None
    by_seed: tuple[float, ...]
    winner_levels: tuple[float, ...]
    default_levels: tuple[float, ...]
    judged_on: tuple[str, ...]


def rejudge(
    objective: Objective,
    winner: Settings,
    default: Settings,
    seeds: tuple[int, ...],
    step: Callable[[int, int], None],
) -> Rejudged:
    """Learn both again with each seed, and compare them pair by pair on the unseen folds.

    The interval counts cases once, however many seeds there are, and adds what seeds differ by.
    """
    best, given = objective.own(winner), objective.own(default)
    gains: list[Gain] = []
    levels: list[tuple[float, float]] = []
    for k, seed in enumerate(seeds if objective.unseen else ()):
        step(k, len(seeds))
        folds, pairs = [], []
        for judge in objective.unseen:
            theirs = judge.judge(given, seed)
            ours = theirs if best == given else judge.judge(best, seed)
            folds.append(judge.gain(ours, theirs))
            pairs.append((judge.level(ours), judge.level(theirs)))
        gains.append(mean_gain(folds))
        levels.append((_mean([a for a, _ in pairs]), _mean([b for _, b in pairs])))
    return Rejudged(
        gain=repeated_gain(gains) if gains else None,
        by_seed=tuple(gain.value for gain in gains),
        winner_levels=tuple(a for a, _ in levels),
        default_levels=tuple(b for _, b in levels),
        judged_on=tuple(judge.name for judge in objective.unseen),
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
