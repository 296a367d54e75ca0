"""Rank the courses that a person may take by what they are expected to gain.

    expected gain = lift                                    where the lift is known
                  = points_per_level x gap_closed x trust   where it is not
                  + preference_points x preference

The first line is points of performance; the second turns the gap that a course closes into points
at the rate that known lifts show, with a discount for not knowing; the third is small, so that it
decides between courses of like gain, and alone where neither lift nor gap is known.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig

Codes = NDArray[np.int32]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]
Bools = NDArray[np.bool_]


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
    diversity: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Weight of being unlike the courses above in a list, against expected gain; 0 = gain alone."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Eligible pairs of one bucket, (m,) each, in any order, no pair twice; NaN = not known.

    Attributes
    ----------
    row, course : int32
        Position of the person among the rows asked for, and code of the course.
    lift, low : float32
        Points; the lower end of the 90 % interval.
    preference : float32
        0-1.
    gap_closed : float32
        Weighted levels.
    """

    row: Codes
    course: Codes
    lift: Floats
    low: Floats
    preference: Floats
    gap_closed: Floats

    def __len__(self) -> int:
        return len(self.row)

    @property
    def has_no_gain(self) -> Bools:
        """Whether the lift is known to be nothing or harm, (m,) bool: never recommended."""
        return self.lift <= 0


@dataclass(frozen=True, eq=False)
class Ranking:
    """Chosen pairs, sorted by row and rank, (r,) each.

    Attributes
    ----------
    pair : int64
        Position among the candidates.
    row, course : int32
    rank : int32
        1 = best of the row.
    score : float64
        Expected gain, points.
    """

    pair: Positions
    row: Codes
    course: Codes
    rank: Codes
    score: Doubles

    def __len__(self) -> int:
        return len(self.pair)


def expected_gain(candidates: Candidates, points_per_level: float, config: RankConfig) -> Doubles:
    """Expected gain of each pair in points, (m,) float64.

    Parameters
    ----------
    points_per_level : float
        Points of lift per weighted level of gap closed, among pairs whose lift is known; 0 where
        that is not known. A gap that is closed never counts against a course: below 0 is 0.

    Examples
    --------
    >>> one = lambda value: np.array([value], dtype=np.float32)
    >>> pair = Candidates(one(0), one(0), one(2.0), one(1.0), one(1.0), one(0.5))
    >>> float(expected_gain(pair, 1.0, RankConfig())[0])
    2.25
    """
    lift = (candidates.low if config.by_lower_bound else candidates.lift).astype(np.float64)
    gap_closed = np.nan_to_num(candidates.gap_closed.astype(np.float64))
    preference = np.nan_to_num(candidates.preference.astype(np.float64))
    from_gap = max(points_per_level, 0.0) * config.trust_in_gap * gap_closed
    return np.where(np.isnan(lift), from_gap, lift) + config.preference_points * preference


def rank_courses(candidates: Candidates, points_per_level: float, config: RankConfig) -> Ranking:
    """Choose the best courses of each row; none whose lift is known to be nothing or harm.

    A list is as long as there are courses to recommend: it is never filled up. Courses of the same
    expected gain stand in the order of their ids.

    Raises
    ------
    ValueError
        When a pair is there twice.
    """
    score = expected_gain(candidates, points_per_level, config)
    at = np.flatnonzero(~candidates.has_no_gain)
    row = candidates.row[at]
    if np.any(row[1:] < row[:-1]):
        at = at[np.argsort(row, kind="stable")]
    pair = np.empty(len(at), dtype=np.int64)
    rank = np.empty(len(at), dtype=np.int32)
    n = _choose(at, candidates.row, candidates.course, score, config.top_k, pair, rank)
    if n < 0:
        raise ValueError("a pair of person and course is among the candidates twice")
    pair, rank = pair[:n], rank[:n]
    return Ranking(pair, candidates.row[pair], candidates.course[pair], rank, score[pair])


@njit(cache=True)  # type: ignore[untyped-decorator]
def _choose(
    at: Positions,
    row: Codes,
    course: Codes,
    score: Doubles,
    top_k: int,
    pair: Positions,
    rank: Codes,
) -> int:
    """Keep the best few of each row, in order, while its pairs go by; -1 = a pair is there twice.

    Parameters
    ----------
    at : (m,) int64
        Positions of the pairs, rows one after the other.
    """
    seen_in = np.full(course.max() + 1 if len(course) else 0, -1, dtype=np.int64)
    first, end = 0, 0
    for k in range(len(at)):
        i = at[k]
        if k > 0 and row[i] != row[at[k - 1]]:
            first = end
        if seen_in[course[i]] == row[i]:
            return -1
        seen_in[course[i]] = row[i]
        place = end
        while place > first and _is_better(score, course, i, pair[place - 1]):
            place -= 1
        if place - first >= top_k:
            continue
        if end - first < top_k:
            end += 1
            rank[end - 1] = end - first
        for j in range(end - 1, place, -1):
            pair[j] = pair[j - 1]
        pair[place] = i
    return end


@njit(cache=True)  # type: ignore[untyped-decorator]
def _is_better(score: Doubles, course: Codes, one: int, other: int) -> bool:
    if score[one] != score[other]:
        return score[one] > score[other]
    return course[one] < course[other]
