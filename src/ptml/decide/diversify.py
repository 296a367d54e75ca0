"""Lists of unlike courses: maximal marginal relevance (Carbonell and Goldstein 1998).

The first place is the best course; each further place has the course with the largest

    (1 - diversity) x gain / gain of the person's best course - diversity x similarity

to the most similar course above it, among the person's best few.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ptml.decide.rank import Candidates, RankConfig, Ranking, rank_courses

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]

# Courses from which a list is made, as a multiple of its length: none of lesser gain gets in.
SHORTLIST = 5


def diversify(
    candidates: Candidates, points_per_level: float, similarity: Floats, config: RankConfig
) -> Ranking:
    """Choose the courses of each row by gain and by being unlike each other.

    With `RankConfig.diversity` 0 this is `ptml.decide.rank.rank_courses`; lists have the same
    length as there, and the score is still the expected gain.

    Parameters
    ----------
    similarity : (n_courses, n_courses) float32
        `ptml.decide.similarity.course_similarity`.
    """
    wide = config.model_copy(update={"top_k": SHORTLIST * config.top_k})
    shortlist = rank_courses(candidates, points_per_level, wide)
    if not len(shortlist):
        return shortlist
    lists, at = np.unique(shortlist.row, return_inverse=True)
    width = int(shortlist.rank.max())
    place = np.full((len(lists), width), -1, dtype=np.int64)
    place[at, shortlist.rank - 1] = np.arange(len(shortlist))
    chosen = _most_marginal(place, shortlist, similarity, config)
    kept = chosen >= 0
    order = chosen[kept]
    rank = np.broadcast_to(np.arange(1, chosen.shape[1] + 1, dtype=np.int32), chosen.shape)[kept]
    return replace(
        shortlist,
        pair=shortlist.pair[order],
        row=shortlist.row[order],
        course=shortlist.course[order],
        rank=rank,
        score=shortlist.score[order],
    )


def _most_marginal(
    place: Positions, shortlist: Ranking, similarity: Floats, config: RankConfig
) -> Positions:
    """Positions in the shortlist by list and place, (n_lists, k); -1 behind the end of a list."""
    course = shortlist.course[place]
    gain = shortlist.score[place]
    best = gain[:, :1]
    relevance = np.divide(gain, best, out=np.zeros_like(gain), where=best > 0)
    worth = np.where(place >= 0, (1 - config.diversity) * relevance, -np.inf)
    likest = np.zeros(place.shape, dtype=np.float32)
    every = np.arange(len(place))
    k = min(config.top_k, place.shape[1])
    chosen = np.full((len(place), k), -1, dtype=np.int64)
    for rank in range(k):
        value = worth - config.diversity * likest
        # Of equals the one of more gain, then of lesser id: they stand in that order.
        pick = np.argmax(value, axis=1)
        is_left = worth[every, pick] > -np.inf
        chosen[is_left, rank] = place[every, pick][is_left]
        worth[every, pick] = -np.inf
        np.maximum(likest, similarity[course[every, pick][:, None], course], out=likest)
    return chosen
