"""What was measured of a contestant, and the means over seeds with their intervals."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student

from ptml.evaluate.recommenders.lists import metrics_of
from ptml.evaluate.recommenders.split import Split

ACCURACY = ("ndcg_at_10", "recall_at_20", "map_at_10")
# A set of the tables is all splits whose names begin alike.
SETS = {
    "prepared": "MOOCCubeX, as prepared",
    "whole": "MOOCCubeX, whole rows",
    "new": "MOOCCubeX, unseen learners folded in",
    "organisation": "Simulated organisations",
}


@dataclass(frozen=True)
class Result:
    """Figures of one contestant on one split with one seed."""

    contestant: str
    set_name: str
    seed: int
    figures: Mapping[str, float]
    settings: Mapping[str, float]


@dataclass(frozen=True)
class Mean:
    """A mean over seeds and half the width of its 95 % interval; NaN with a single seed."""

    value: float
    half_width: float


def read_results(
    out: Path, contestant: str, splits: Mapping[str, Split], peak_gib: float
) -> list[Result]:
    """Judge the lists that a contestant wrote."""
    told: list[dict[str, Any]] = json.loads((out / "times.json").read_text(encoding="utf-8"))
    found = []
    for one in told:
        split, seed = splits[one["split"]], one["seed"]
        lists = np.load(out / f"{one['split']}-{seed}.npy", allow_pickle=False)
        figures = {
            **metrics_of(lists, split.asked(seed), int((~split.closed).sum())),
            "fit_seconds": one["fit_seconds"],
            "users_per_second": one["users_per_second"],
            "peak_gib": peak_gib,
        }
        name = one["split"].partition("_")[0]
        found.append(Result(contestant, name, seed, figures, one["settings"]))
    return found


def mean_over_seeds(values: Sequence[float]) -> Mean:
    """Mean with a 95 % interval of Student's t over seeds.

    Examples
    --------
    >>> mean_over_seeds([1.0, 2.0, 3.0]).value
    2.0
    """
    n = len(values)
    if n < 2:
        return Mean(float(np.mean(values)), float("nan"))
    half = student.ppf(0.975, n - 1) * np.std(values, ddof=1) / np.sqrt(n)
    return Mean(float(np.mean(values)), float(half))


def first_or_tied(results: Iterable[Result], figure: str) -> set[str]:
    """The contestant with the highest mean, and those that cannot be told from it.

    Notes
    -----
    Compared seed by seed on the same people: tied where the 95 % interval of the mean difference
    holds 0. With a single seed the first alone.
    """
    by_seed: dict[str, dict[int, float]] = {}
    for result in results:
        by_seed.setdefault(result.contestant, {})[result.seed] = result.figures[figure]
    if not by_seed:
        return set()
    best = max(by_seed, key=lambda name: float(np.mean(list(by_seed[name].values()))))
    return {name for name, found in by_seed.items() if _tied(by_seed[best], found)} | {best}


def _tied(best: Mapping[int, float], other: Mapping[int, float]) -> bool:
    behind = mean_over_seeds([best[seed] - other[seed] for seed in best if seed in other])
    return bool(behind.value <= behind.half_width)
