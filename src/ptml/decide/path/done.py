"""What is done counts: what completed courses leave less of others, until people are assessed."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.path.content import Content
from ptml.decide.path.offers import People
from ptml.decide.path.overlap import slot_worth
from ptml.features.catalogue import Catalogue
from ptml.features.days import NEVER

Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


def lost_to_done(
    content: Content, first: Positions, people: People, catalogue: Catalogue, holds: float
) -> Doubles:
    """What courses completed since a competency was last assessed leave less of others.

    Parameters
    ----------
    content : Content
        Of pairs, those of one person side by side.
    first : (n + 1,) int64
        Where each person's pairs begin.

    Returns
    -------
    (m, most competencies of a course) float64
    """
    lost = np.zeros(content.competency.shape)
    done = people.done
    _lose_to_done(
        *(done.row, done.course, done.day, holds, catalogue.taught, catalogue.to_level),
        people.portraits.last_assessed,
        *(content.competency, content.start, content.end, content.wanted),
        *(content.new, content.needed, first, lost),
    )
    return lost


@njit(cache=True)  # type: ignore[untyped-decorator]
def _lose_to_done(
    row: Codes,
    done: Codes,
    day: Codes,
    holds: float,
    taught: Codes,
    to_level: Floats,
    last_assessed: Codes,
    competency: Codes,
    start: Doubles,
    end: Doubles,
    wanted: Doubles,
    new: Doubles,
    needed: Doubles,
    first: Positions,
    lost: Doubles,
) -> None:
    """Note what courses completed since the last assessment have brought of others already."""
    for j in range(len(row)):
        i = row[j]
        for b in range(taught.shape[1]):
            k = taught[done[j], b]
            if k < 0:
                break
            if last_assessed[i, k] != NEVER and last_assessed[i, k] >= day[j]:
                continue
            level = to_level[done[j], k]
            for c in range(first[i], first[i + 1]):
                for a in range(competency.shape[1]):
                    if competency[c, a] == k and level > start[c, a]:
                        terms = (end[c, a], wanted[c, a], new[c, a], needed[c, a])
                        gone = slot_worth(start[c, a], *terms) - slot_worth(level, *terms)
                        lost[c, a] = max(lost[c, a], holds * gone)
