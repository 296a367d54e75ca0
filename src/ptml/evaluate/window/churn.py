"""Whose lists change when one training takes another's place, and how much."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.intervals import wilson_interval

Bools = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
Labels = NDArray[np.object_]
NOBODY_SAYS = "unknown"


@dataclass(frozen=True, eq=False)
class Tops:
    """The first k courses of the same people by two trainings, in one order.

    Attributes
    ----------
    before, after : (n, k) int
        Codes of courses, best first; -1 = the list is shorter.
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.before)

    @property
    def set_changed(self) -> Bools:
        """Whether a course came or went, (n,)."""
        return np.asarray((np.sort(self.before, axis=1) != np.sort(self.after, axis=1)).any(axis=1))

    @property
    def order_changed(self) -> Bools:
        """Whether any place holds another course, (n,)."""
        return np.asarray((self.before != self.after).any(axis=1))

    @property
    def overlap(self) -> FloatArray:
        """Courses in both over courses in the longer one, (n,); NaN where both are empty."""
        same = (self.before[:, :, None] == self.after[:, None, :]) & (self.before >= 0)[:, :, None]
        longer = np.maximum((self.before >= 0).sum(axis=1), (self.after >= 0).sum(axis=1))
        shared = same.any(axis=2).sum(axis=1)
        return np.where(longer > 0, shared / np.maximum(longer, 1), np.nan)


@dataclass(frozen=True)
class Changed:
    """How many of some people's lists change.

    Attributes
    ----------
    by, group : str
        What people are grouped by, and which group; empty for everybody.
    share, low, high : float
        Of people of whose top a course came or went, with Wilson's 95 % interval.
    reordered : float
        Share of people with any other order.
    overlap : float
        Mean.
    """

    by: str
    group: str
    n_people: int
    share: float
    low: float
    high: float
    reordered: float
    overlap: float


def changed(tops: Tops, groups: Mapping[str, Labels], smallest: int) -> list[Changed]:
    """Count the changes, over everybody and by group; groups below the smallest are left out.

    Parameters
    ----------
    groups : mapping of str to (n,) object
        What people are grouped by: the group of each, None = unknown.
    """
    if len(tops) == 0:
        return []
    everybody = _of(tops, np.ones(len(tops), dtype=np.bool_), "", "")
    return [everybody, *(row for by in groups for row in _by(tops, by, groups[by], smallest))]


def _by(tops: Tops, by: str, labels: Labels, smallest: int) -> Iterator[Changed]:
    named = np.array([NOBODY_SAYS if one is None else str(one) for one in labels], dtype=object)
    for group in sorted(set(named.tolist())):
        rows = np.asarray(named == group)
        if rows.sum() >= smallest:
            yield _of(tops, rows, by, group)


def _of(tops: Tops, rows: Bools, by: str, group: str) -> Changed:
    n = int(rows.sum())
    share = float(tops.set_changed[rows].mean())
    low, high = wilson_interval(np.array([share]), np.array([n]))
    overlap = tops.overlap[rows]
    known = np.isfinite(overlap)
    return Changed(
        by,
        group,
        n,
        share,
        float(low[0]),
        float(high[0]),
        float(tops.order_changed[rows].mean()),
        float(overlap[known].mean()) if known.any() else float("nan"),
    )
