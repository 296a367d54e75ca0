"""What someone can still change about a completed course, and what the model would then say.

It is the model that is asked, not the world: that cases with a practice task turn out better does
not prove that a task makes them so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ptml.features.matrix import FeatureMatrix
from ptml.transfer.classifier import Classifier

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

LEVERS = ("practice_task", "manager_checkin", "mentor_meeting", "less_load")
PROMISES = LEVERS[:3]
# A load that is called high: above the middle of the scale of 1 to 5.
HIGH_LOAD = 3.0
COMPLETION, DAY_30 = 0, 1
# Cases at a time, each with all signs.
_CASES = 256

_COUNTS = tuple(f"{kind}s_{what}" for kind in PROMISES for what in ("due", "done", "missed"))
SIGNS = (
    *_COUNTS,
    *(f"{kind}_score_mean" for kind in PROMISES),
    "tool_uses",
    "tool_use_score_mean",
    "days_to_first_use",
    "days_since_last_use",
    "days_after_completion",
)
"""Features of the thirty days after a completion: unknown on its day."""

# What a lighter load is: nothing else under way, and answers one point lower.
_EASED: Mapping[str, float] = MappingProxyType(
    {"workload_last": 1.0, "workload_mean": 1.0, "workload_level": 1.0}
)
_CLEARED = ("open_courses", "open_hours")


@dataclass(frozen=True, eq=False)
class Background:
    """What thirty days used to bring: signs of past completions, to put in place of the unknown.

    Attributes
    ----------
    signs : (k, n_signs) float32
        In the order of `SIGNS`.
    """

    signs: Floats

    @classmethod
    def of(cls, features: FeatureMatrix, rows: NDArray[np.intp], n: int, seed: int) -> "Background":
        """Draw signs of labelled cases at day 30."""
        rng = np.random.default_rng(seed)
        drawn = rng.choice(rows, min(n, len(rows)), replace=False)
        return cls(features.take(np.sort(drawn)).select(SIGNS))

    @classmethod
    def load(cls, path: Path) -> "Background":
        """Read the signs from a ``.npy`` file."""
        return cls(np.load(path, allow_pickle=False))


def lever_changes(
    classifier: Classifier,
    names: tuple[str, ...],
    x: Floats,
    stage: NDArray[np.uint8],
    background: Background,
    num_threads: int,
) -> Doubles:
    """Change of the log-odds by lever, (n, n_levers) float64; NaN where there is nothing to change.

    After 30 days: the model's answer with one task (talk, meeting) done, less that without. On the
    day of completion nothing is done yet: the model of day 30 is asked, with signs drawn from past
    cases, for the mean difference between the lever done and what was drawn. A lighter load is
    asked of the stage's own model.

    Parameters
    ----------
    names : tuple of str, length p
    x : (n, p) float32
    stage : (n,) uint8
    """
    column = {name: k for k, name in enumerate(names)}
    found = np.full((len(x), len(LEVERS)), np.nan)
    for k, lever in enumerate(LEVERS):
        open_ = _is_open(lever, x, column)
        later = open_ & ((stage == DAY_30) | (lever not in PROMISES))
        found[later, k] = _difference(
            classifier, x[later], _pulled(lever, x[later], column), stage[later], num_threads
        )
        if lever in PROMISES:
            first = open_ & (stage == COMPLETION)
            found[first, k] = _foreseen(
                classifier, lever, x[first], column, background, num_threads
            )
    return found


def _is_open(lever: str, x: Floats, column: Mapping[str, int]) -> Bools:
    if lever in PROMISES:
        return ~(x[:, column[f"{lever}s_done"]] > 0)
    return (x[:, column["open_courses"]] > 0) | (x[:, column["workload_level"]] > HIGH_LOAD)


def _pulled(lever: str, x: Floats, column: Mapping[str, int]) -> Floats:
    """The cases with the lever done."""
    then = x.copy()
    if lever in PROMISES:
        for what, value in (("due", 1.0), ("done", 1.0)):
            k = column[f"{lever}s_{what}"]
            then[:, k] = np.fmax(then[:, k], value)
        due, done = (then[:, column[f"{lever}s_{what}"]] for what in ("due", "done"))
        then[:, column[f"{lever}s_missed"]] = np.maximum(due - done, 0.0)
        return then
    for name in _CLEARED:
        then[:, column[name]] = np.where(np.isnan(then[:, column[name]]), np.nan, 0.0)
    for name, points in _EASED.items():
        then[:, column[name]] = np.maximum(then[:, column[name]] - points, 1.0)
    return then


def _difference(
    classifier: Classifier, now: Floats, then: Floats, stage: NDArray[np.uint8], num_threads: int
) -> Doubles:
    return classifier.log_odds(then, stage, num_threads) - classifier.log_odds(
        now, stage, num_threads
    )


def _foreseen(
    classifier: Classifier,
    lever: str,
    x: Floats,
    column: Mapping[str, int],
    background: Background,
    num_threads: int,
) -> Doubles:
    now = background.signs
    then = _pulled(lever, now, {name: k for k, name in enumerate(SIGNS)})
    places = np.array([column[name] for name in SIGNS])
    found = np.empty(len(x))
    for start in range(0, len(x), _CASES):
        at = slice(start, start + _CASES)
        done, drawn = (
            classifier.crossed_log_odds(x[at], signs, places, DAY_30, num_threads)
            for signs in (then, now)
        )
        # Added up sign by sign: the same bits whatever the number of cases.
        found[at] = np.ascontiguousarray((done - drawn).T).sum(axis=0)
    return found / max(len(now), 1)
