"""Literal catalogues as paths read them."""

from types import SimpleNamespace
from typing import Any

import numpy as np

_Taught = dict[int, tuple[float, float]]


class Listed(SimpleNamespace):
    """A catalogue whose length is that of its courses."""

    def __len__(self) -> int:
        return len(self.weight)


def catalogue(*courses: _Taught, weight: float = 1.0) -> Any:
    """Courses by what they teach: from and to level by competency; three competencies."""
    start = np.full((len(courses), 3), np.nan, dtype=np.float32)
    end = start.copy()
    for course, taught in enumerate(courses):
        for competency, (low, high) in taught.items():
            start[course, competency], end[course, competency] = low, high
    teaches = np.isfinite(start)
    most = max(int(teaches.sum(axis=1).max(initial=0)), 1)
    order = np.argsort(~teaches, axis=1, kind="stable")[:, :most].astype(np.int32)
    return Listed(
        teaches=teaches,
        taught=np.where(np.take_along_axis(teaches, order, axis=1), order, -1).astype(np.int32),
        weight=np.where(teaches, weight, 0).astype(np.float32),
        from_level=start,
        to_level=end,
    )
