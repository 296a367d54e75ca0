"""A person's first recommendations one after the other: what a path is held against."""

import numpy as np
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ROUNDING_WEEKS = 1e-9


def lay_path(
    row: NDArray[np.integer], rank: NDArray[np.integer], hours: FloatArray, config: PathConfig
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Put each person's first recommendations one after the other.

    A course is recommended only once its prerequisites are completed (`ptml.features.eligibility`),
    so the order of ranks may stand. A step begins in the week in which the one before it ends. A
    course whose hours are not known has no length and ends the path before it.

    Parameters
    ----------
    row, rank, hours : (m,)
        Recommendations; ranks of a row without a hole. Hours are NaN where unknown.

    Returns
    -------
    chosen, step, starts_in_week, weeks : (k,)
        Position among the recommendations, step from 1, week of the start from 0, weeks of work.
    """
    pair = np.flatnonzero(rank <= config.max_steps)
    person, step = np.unique(row[pair], return_inverse=True)[1], rank[pair] - 1
    weeks = np.zeros((int(person.max(initial=-1)) + 1, config.max_steps))
    weeks[person, step] = hours[pair] / config.hours_per_week
    # A sum with an unknown part is unknown: that course and all after it have no place in time.
    before = np.cumsum(weeks, axis=1) - weeks
    kept = np.isfinite(before[person, step])
    cell = (person[kept], step[kept])
    # What fills its weeks up to a rounding error has filled them.
    starts = np.floor(before[cell] + _ROUNDING_WEEKS).astype(np.int64)
    return pair[kept], rank[pair[kept]].astype(np.int64), starts, weeks[cell]
