"""One contestant on a number of sets: tuned on the first split of each, judged on the others."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ptml.evaluate.recommenders.contestants import OWN, Contestant
from ptml.evaluate.recommenders.lists import LENGTH
from ptml.evaluate.recommenders.split import Split
from ptml.recommend.peers import Past, Scorer
from ptml.recommend.peers.peer import Float32Array, IntArray, Settings
from ptml.recommend.top import top_courses
from ptml.recommend.tuning import tune

Clock = Callable[[], float]
VALIDATION = "validation.npz"
_KNOWS_THE_ROLE = ("popularity", "popularity_in_role", "ptml")


@dataclass(frozen=True, eq=False)
class WithPopularity:
    """A scorer that recommends what is popular to those who have chosen nothing."""

    scorer: Scorer
    fallback: Scorer

    def score(self, past: Past, people: IntArray) -> Float32Array:
        """Scores of people."""
        found = self.scorer.score(past, people)
        new = np.diff(past.weights()[people].indptr) == 0
        if not new.any():
            return found
        found = np.array(found)
        found[new] = self.fallback.score(past, people[new])
        return found


def compete(
    folder: Path, contestant: Contestant, n_trials: int, tuned_on: int, out: Path, clock: Clock
) -> None:
    """Run one of ptml's contestants on every set under a folder.

    Parameters
    ----------
    folder : Path
        One subfolder a set: ``validation.npz`` and any number of other splits.
    tuned_on : int
        People whose figures choose the settings, at the most.
    out : Path
        Folder for ``SPLIT-SEED.npy`` (lists) and ``times.json``.
    clock : callable
        Seconds.
    """
    told: list[dict[str, Any]] = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        settings = _settings(place, contestant, n_trials, tuned_on)
        for path in sorted(place.glob("*.npz")):
            if path.name != VALIDATION:
                told += _judge(path, contestant, settings, out, clock)
    (out / "times.json").write_text(json.dumps(told), encoding="utf-8")


def _settings(place: Path, contestant: Contestant, n_trials: int, tuned_on: int) -> Settings:
    split = Split.load(place / VALIDATION)
    seed = min(split.draws)
    found = tune(OWN[contestant.key], [split.fold(seed)], n_trials, seed, tuned_on)
    return found.settings


def _judge(
    path: Path, contestant: Contestant, settings: Settings, out: Path, clock: Clock
) -> list[dict[str, Any]]:
    split = Split.load(path)
    if split.is_folded_in and not contestant.folds_in:
        return []
    split.past.weights()
    told: list[dict[str, Any]] = []
    fitted: tuple[Scorer, float] | None = None
    for seed, people in split.draws.items():
        if fitted is None or contestant.is_seeded:
            begun = clock()
            scorer = _fitted(split, contestant, settings, seed)
            fitted = scorer, clock() - begun
        scorer, fit_seconds = fitted
        begun = clock()
        lists = top_courses(
            partial(scorer.score, split.past),
            people,
            split.excluded,
            split.closed,
            LENGTH,
        )
        seconds = clock() - begun
        np.save(out / f"{path.stem}-{seed}.npy", lists)
        told.append(timed(path.stem, seed, settings, fit_seconds, len(people) / seconds))
    return told


def timed(
    split: str, seed: int, settings: Mapping[str, float], fit_seconds: float, users_per_s: float
) -> dict[str, Any]:
    """What is told of one fit, beside its lists."""
    return {
        "split": split,
        "seed": seed,
        "settings": dict(settings),
        "fit_seconds": fit_seconds,
        "users_per_second": users_per_s,
    }


def _fitted(split: Split, contestant: Contestant, settings: Settings, seed: int) -> Scorer:
    scorer = OWN[contestant.key].fit(split.to_learn_from, settings, seed)
    if contestant.key in _KNOWS_THE_ROLE:
        return scorer
    popularity = OWN["popularity"]
    fallback = popularity.fit(split.to_learn_from, popularity.defaults, seed)
    return WithPopularity(scorer, fallback)
