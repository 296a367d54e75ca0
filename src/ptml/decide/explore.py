"""What is really shown: ranked lists, some with another course in their last place, to learn from.

A log of what a fixed ranking showed says nothing of what it never shows. So a small share of lists
shows in its last place a course drawn at random, and every course that is shown carries the
probability with which the policy shows it to that person: its propensity (Horvitz and Thompson
1952; Strehl et al. 2010, "Learning from logged implicit exploration data").
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ptml.config import FrozenConfig
from ptml.decide.rank import Candidates, Ranking

Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]
Doubles = NDArray[np.float64]

# A list of one course would lose its best one.
SHORTEST_LIST = 2
_UNIT = 2.0**-53


class ExploreConfig(FrozenConfig):
    """How much is shown in order to learn something."""

    share: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Share of full lists whose last place is drawn at random from all that is left; 0 = none."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is shown: a ranking and how it came about, (r,) each.

    Attributes
    ----------
    ranking : Ranking
        Ranks above the last place are those that were chosen; the score is that of the course that
        is shown.
    explored : bool
        Whether chance put another course there than the ranking had.
    propensity : float64
        Probability, over the draw, that this person is shown this course in this list: 1 for the
        places that are never drawn, above 0 for all.
    """

    ranking: Ranking
    explored: Bools
    propensity: Doubles


def explore(
    ranking: Ranking, candidates: Candidates, score: Doubles, draws: Doubles, config: ExploreConfig
) -> Shown:
    """Draw the last place of some full lists from everything with something to gain that is left.

    The last place is the ranking's own with probability ``1 - share``, and otherwise drawn from the
    m courses left below the places above it (the ranking's own among them), each alike:
    ``share / m`` for any, ``1 - share + share / m`` for the ranking's own. A list that shows all
    there is, or a single course, is left as it is.

    Parameters
    ----------
    score : (m,) float64
        Of the candidates.
    draws : (n, 2) float64
        By row, uniform in [0, 1): whether a list explores, and which course it then shows.
    """
    explored = np.zeros(len(ranking), dtype=np.bool_)
    propensity = np.ones(len(ranking))
    last = np.flatnonzero(np.append(ranking.row[1:] != ranking.row[:-1], len(ranking) > 0))
    n_left = _left_below(ranking, candidates, last)
    may = (n_left > 1) & (ranking.rank[last] >= SHORTEST_LIST)
    last, n_left = last[may], n_left[may]
    row = ranking.row[last]
    does = draws[row, 0] < config.share
    own = config.share / n_left
    propensity[last] = 1 - config.share + own
    pair = ranking.pair.copy()
    pair[last[does]] = _drawn(ranking, candidates, last[does], draws[row[does], 1] * n_left[does])
    explored[last] = pair[last] != ranking.pair[last]
    propensity[explored] = own[explored[last]]
    shown = Ranking(pair, ranking.row, candidates.course[pair], ranking.rank, score[pair])
    return Shown(shown, explored, propensity)


def employee_draws(seed: int, day: int, employee_ids: Sequence[str]) -> Doubles:
    """Two numbers in [0, 1) a person, (n, 2) float64, the same in whatever order people come.

    They depend on the seed, the day and the id alone, so that neither buckets nor other people
    change what a person is shown.
    """
    digests = b"".join(
        hashlib.blake2b(f"{seed}:{day}:{employee}".encode(), digest_size=16).digest()
        for employee in employee_ids
    )
    words = np.frombuffer(digests, dtype="<u8").reshape(-1, 2)
    return (words >> np.uint64(11)).astype(np.float64) * _UNIT


def _left_below(ranking: Ranking, candidates: Candidates, last: Counts) -> Counts:
    """Courses with something to gain below the places above the last, by list."""
    possible = np.bincount(candidates.row[~candidates.has_no_gain], minlength=1)
    return np.asarray(possible[ranking.row[last]] - (ranking.rank[last] - 1), dtype=np.int64)


def _drawn(ranking: Ranking, candidates: Candidates, last: Counts, place: Doubles) -> Counts:
    """The candidate at a place among those left of each list, in the order of their courses."""
    exploring = ranking.row[last]
    listed = np.zeros(len(candidates), dtype=np.bool_)
    listed[ranking.pair] = True
    listed[ranking.pair[last]] = False
    is_left = ~listed & ~candidates.has_no_gain & np.isin(candidates.row, exploring)
    left = np.flatnonzero(is_left)
    left = left[np.lexsort((candidates.course[left], candidates.row[left]))]
    start = np.searchsorted(candidates.row[left], exploring)
    return np.asarray(left[start + place.astype(np.int64)], dtype=np.int64)
