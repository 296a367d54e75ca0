"""What used to happen on a course and in a unit, as it was known on any day: the norms.

They cross employees, so they are learnt once and travel with the model; a bucket of employees is
scored by the same norms as everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ptml.features.windows import FOREVER_AGO, keys

Codes = NDArray[np.int32]
Days = NDArray[np.int32]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

# Sums are kept in steps of this many days: a norm is at most this much older than it could be.
STEP_DAYS = 14
FILE = "past_means.npz"


@dataclass(frozen=True, eq=False)
class Steps:
    """Running count and sum of values by owner and step.

    Attributes
    ----------
    key : (k,) int64
        Owner and the step's day, sorted.
    count, total : (k + 1,) float64
        Sums over all steps before each position.
    """

    key: NDArray[np.int64]
    count: Doubles
    total: Doubles

    @classmethod
    def of(cls, owner: Codes, known: Days, value: Doubles, step_days: int = STEP_DAYS) -> Self:
        """Add up values by owner and step; a step shows no earlier than all of its values."""
        step = -(-known.astype(np.int64) // step_days) * step_days
        key, group = np.unique(keys(owner, step), return_inverse=True)
        count = np.bincount(group, minlength=len(key))
        total = np.bincount(group, value, minlength=len(key))
        return cls(key, *(np.concatenate([[0.0], np.cumsum(x)]) for x in (count, total)))

    def before(self, owner: Codes, day: Days) -> tuple[Doubles, Doubles]:
        """Count and sum of each owner's values known before the day, (n,) float64 each."""
        end = np.searchsorted(self.key, keys(owner, day))
        floor = np.full(len(owner), FOREVER_AGO, dtype=np.int32)
        first = np.searchsorted(self.key, keys(owner, floor))
        return self.count[end] - self.count[first], self.total[end] - self.total[first]


@dataclass(frozen=True, eq=False)
class PastMean:
    """Mean of a value by owner before any day, shrunk towards the mean over all owners.

    Attributes
    ----------
    by_owner, overall : Steps
        All owners together have code 0 in `overall`.
    """

    by_owner: Steps
    overall: Steps

    @classmethod
    def of(cls, owner: Codes, known: Days, value: NDArray[np.floating[Any]]) -> Self:
        """Add up values; unknown owners (-1) and values (NaN) are left out.

        Parameters
        ----------
        owner, known : (n,) int32
            Whose value, and the day on which it was known.
        value : (n,) floats
        """
        kept = (owner >= 0) & np.isfinite(value)
        numbers = value[kept].astype(np.float64)
        everybody = np.zeros(len(numbers), dtype=np.int32)
        return cls(
            Steps.of(owner[kept], known[kept], numbers), Steps.of(everybody, known[kept], numbers)
        )

    def of_all(self, day: Days) -> Doubles:
        """Mean over all owners before each day, (n,) float64; NaN while nothing is known."""
        n, total = self.overall.before(np.zeros(len(day), dtype=np.int32), day)
        return np.where(n > 0, total / np.maximum(n, 1), np.nan)

    def shrunk(self, owner: Codes, day: Days, strength: float) -> Floats:
        """Each owner's mean before the day, shrunk towards that of all, (n,) float32."""
        return shrunk_mean(self.by_owner, owner, day, self.of_all(day), strength)


def shrunk_mean(
    steps: Steps,
    owner: Codes,
    day: Days,
    prior: Doubles,
    strength: float,
    of_late_days: int | None = None,
) -> Floats:
    """``(total + strength x prior) / (n + strength)`` before the day, (n,) float32.

    Parameters
    ----------
    of_late_days : int, optional
        Look back no further than that.
    """
    n, total = steps.before(owner, day)
    if of_late_days is not None:
        earlier = steps.before(owner, (day - of_late_days).astype(np.int32))
        n, total = n - earlier[0], total - earlier[1]
    return ((total + strength * prior) / (n + strength)).astype(np.float32)


def save_means(means: Mapping[str, PastMean], folder: Path) -> None:
    """Write the steps of every mean into one ``.npz``."""
    arrays: dict[str, Any] = {}
    for name, mean in means.items():
        for part, steps in (("by_owner", mean.by_owner), ("overall", mean.overall)):
            for column in ("key", "count", "total"):
                arrays[f"{name}/{part}/{column}"] = getattr(steps, column)
    np.savez_compressed(folder / FILE, **arrays)


def load_means(folder: Path) -> dict[str, PastMean]:
    """Read what `save_means` wrote."""
    with np.load(folder / FILE, allow_pickle=False) as file:

        def steps(of: str) -> Steps:
            return Steps(*(file[f"{of}/{column}"] for column in ("key", "count", "total")))

        names = sorted({key.split("/")[0] for key in file.files})
        return {n: PastMean(steps(f"{n}/by_owner"), steps(f"{n}/overall")) for n in names}
