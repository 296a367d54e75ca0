"""Rank the courses that a person may take by what they are expected to gain.

    expected gain = lift                                    where the lift is known
                  = points_per_level x gap_closed x trust   where it is not
                  + preference_points x preference

The first line is points of performance; the second turns the gap that a course closes into points
at the rate that known lifts show, with a discount for not knowing; the third is small, so that it
decides between courses of like gain, and alone where neither lift nor gap is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig

Codes = NDArray[np.int32]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]
Bools = NDArray[np.bool_]

# People are worked through in blocks of this many people x courses, to bound the memory.
BLOCK_CELLS = 4_000_000


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
    chosen = [
        _best(candidates.row[pair], candidates.course[pair], score[pair], pair, config.top_k)
        for pair in _blocks(candidates)
    ]
    pair = np.concatenate([np.zeros(0, dtype=np.int64), *(part for part, _ in chosen)])
    rank = np.concatenate([np.zeros(0, dtype=np.int32), *(part for _, part in chosen)])
    return Ranking(pair, candidates.row[pair], candidates.course[pair], rank, score[pair])


def _blocks(candidates: Candidates) -> Iterator[Positions]:
    """Positions of the pairs with something to gain, some rows at a time, rows ascending."""
    pair = np.flatnonzero(~candidates.has_no_gain)
    row = candidates.row[pair]
    if np.any(row[1:] < row[:-1]):
        order = np.argsort(row, kind="stable")
        pair, row = pair[order], row[order]
    n_courses = int(candidates.course.max(initial=0)) + 1
    step = max(BLOCK_CELLS // n_courses, 1)
    starts = np.arange(0, int(row.max(initial=-1)) + 1, step)
    bounds = np.searchsorted(row, np.append(starts, np.iinfo(np.int32).max))
    for first, end in pairwise(bounds.tolist()):
        if end > first:
            yield pair[first:end]


def _best(
    row: Codes, course: Codes, score: Doubles, pair: Positions, top_k: int
) -> tuple[Positions, Codes]:
    """The best pairs of a block with their ranks, sorted by row and rank."""
    cell = (row - row[0], course)
    shape = (int(row[-1] - row[0]) + 1, int(course.max()) + 1)
    table = np.full(shape, -np.inf)
    table[cell] = score
    if np.count_nonzero(table > -np.inf) < len(pair):
        raise ValueError("a pair of person and course is among the candidates twice")
    if shape[1] > top_k:
        # Partitioning finds each row's k-th best without sorting the rest; equals all stay in.
        kth = np.partition(table, shape[1] - top_k, axis=1)[:, shape[1] - top_k]
        kept = np.flatnonzero(score >= kth[cell[0]])
        row, course, score, pair = row[kept], course[kept], score[kept], pair[kept]
    order = np.lexsort((course, -score, row))
    rank = np.arange(len(row)) - np.searchsorted(row, row) + 1
    within = rank <= top_k
    return pair[order][within], rank[within].astype(np.int32)
