"""Rank the courses that a person may take by what they are expected to gain.

    score = lift                                   where the lift is known
          = points_per_level x gap_closed x trust  where it is not
          + preference_points x preference

The first line is points of performance; the second turns the gap that a course closes into points
at the rate that known lifts show, with a discount for not knowing; the third is small, so that it
decides between courses of like gain, and alone where neither lift nor gap is known.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


class RankConfig(FrozenConfig):
    """How recommendations are ranked."""

    top_k: PositiveInt = 10
    """Courses recommended to a person at the most."""
    preference_points: Annotated[float, Field(ge=0)] = 0.25
    """Points that a preference of 1 adds."""
    trust_in_gap: Annotated[float, Field(ge=0, le=1)] = 0.5
    """How much of the points that a gap promises is believed where the lift is not known."""
    by_lower_bound: bool = False
    """Rank by the lower end of the lift's interval: fewer surprises, less gained on average."""


@dataclass(frozen=True)
class Candidates:
    """Eligible pairs of one bucket, (m,) each, sorted by row, then course.

    Attributes
    ----------
    row, course : int32
    lift, low : float32
        NaN = not known.
    preference, gap_closed : float32
        NaN = not known.
    """

    row: IntArray
    course: IntArray
    lift: Float32Array
    low: Float32Array
    preference: Float32Array
    gap_closed: Float32Array


@dataclass(frozen=True)
class Ranking:
    """Chosen pairs, best first within each row: positions among the candidates, rank, score."""

    pair: NDArray[np.int64]
    rank: IntArray
    score: NDArray[np.float64]


def expected_gain(
    candidates: Candidates, points_per_level: float, config: RankConfig
) -> NDArray[np.float64]:
    """Expected gain of each pair in points, (m,) float64.

    Parameters
    ----------
    points_per_level : float
        Points of lift per weighted level of gap closed, among pairs whose lift is known.

    Examples
    --------
    >>> one = lambda value: np.array([value], dtype=np.float32)
    >>> pair = Candidates(one(0), one(0), one(2.0), one(1.0), one(1.0), one(0.5))
    >>> float(expected_gain(pair, 1.0, RankConfig())[0])
    2.25
    """
    lift = candidates.low if config.by_lower_bound else candidates.lift
    from_gap = points_per_level * config.trust_in_gap * np.nan_to_num(candidates.gap_closed)
    liked = config.preference_points * np.nan_to_num(candidates.preference)
    return np.where(np.isnan(lift), from_gap, lift).astype(np.float64) + liked


def rank_courses(candidates: Candidates, points_per_level: float, config: RankConfig) -> Ranking:
    """Choose the best courses of each row; none whose lift is known to be nothing or harm.

    A list is as long as there are courses to recommend: it is never filled up.
    """
    score = expected_gain(candidates, points_per_level, config)
    pair = np.flatnonzero(~(candidates.lift <= 0))
    order = np.lexsort((candidates.course[pair], -score[pair], candidates.row[pair]))
    pair = pair[order]
    row = candidates.row[pair]
    first = np.searchsorted(row, row)
    rank = np.arange(len(row)) - first + 1
    kept = rank <= config.top_k
    return Ranking(pair[kept], rank[kept].astype(np.int32), score[pair[kept]])
