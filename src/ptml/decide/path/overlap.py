r"""What courses bring a person together: what two of them teach is counted once.

A course of lift :math:`\tau` is worth :math:`\sum_k v_k(l)` to a person at levels :math:`l`, over
the competencies that it teaches (`ptml.decide.path.content`). Once course *d* is in use, the levels
that it leads to are the person's, so that of the course

.. math:: s = 1 - \frac{\sum_k \max_d p_d \, (v_k(l) - v_k(l \vee to_d))}{\sum_k v_k(l)}

is left, and it adds :math:`s\tau`. :math:`p_d` is the chance that *d* is completed, where it is
known, times the share of it that holds. The first course taken keeps its whole lift; lifts below 0
are not made smaller: harm is no less for having been taught before.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.path.content import Content
from ptml.features.catalogue import Catalogue

Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Integers = NDArray[np.integer]


def shares_left(
    content: Content, row: Integers, hold: Doubles, lost: Doubles | None = None
) -> Doubles:
    """Share of each course that is new once those before it were taken, (m,), 0-1.

    Parameters
    ----------
    content : Content
        Of m pairs: the courses of a person stand one after the other, in the order of taking them.
    row : (m,) int
        Whose course it is; those of one person side by side.
    hold : (m,) float64
        Chance that what the course teaches is in use when the next one begins, 0-1: of completing
        it, times `OverlapConfig.holds`.
    lost : (m, most competencies of a course) float64, optional
        What each competency of a course is worth less to begin with.
    """
    left = np.ones(len(content))
    lost = np.zeros(content.competency.shape) if lost is None else lost.copy()
    _take_in_turn(
        np.ascontiguousarray(row, dtype=np.int64),
        np.ascontiguousarray(content.competency),
        *(content.start, content.end, content.wanted, content.reached),
        *(content.new, content.needed),
        np.ascontiguousarray(hold, dtype=np.float64),
        lost,
    )
    worth = content.worth
    known = worth > 0
    left[known] -= lost.sum(axis=1)[known] / worth[known]
    return np.clip(left, 0, 1)


def holding(p_complete: NDArray[np.floating], holds: float) -> Doubles:
    """Chance that a course is completed and in use, (m,); one that is not known counts as 1."""
    chance = np.where(np.isnan(p_complete), 1.0, p_complete).astype(np.float64)
    return np.asarray(chance * holds)


def lift_together(lift: NDArray[np.floating], left: Doubles) -> Doubles:
    """Points that each course adds in its turn, (m,); NaN where its lift is not known."""
    return np.where(lift > 0, lift * left, lift).astype(np.float64)


def course_overlap(catalogue: Catalogue) -> Doubles:
    """Share of what the row's course teaches that the column's teaches too, (n, n), 0-1.

    To somebody who has just the levels at which each begins; 0 for courses that teach nothing. A
    course covers itself whole.
    """
    n = len(catalogue)
    covered, whole = np.zeros((n, n)), np.zeros((n, 1))
    for k in np.flatnonzero(catalogue.teaches.any(axis=0)):
        some = np.flatnonzero(catalogue.teaches[:, k])
        low, high, weight = (
            part[some, k].astype(np.float64)
            for part in (catalogue.from_level, catalogue.to_level, catalogue.weight)
        )
        climb = np.maximum(high - low, 0) * weight
        shared = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
        covered[np.ix_(some, some)] += np.maximum(shared, 0) * weight[:, None]
        whole[some, 0] += climb
    return np.divide(covered, whole, out=np.zeros_like(covered), where=whole > 0)


@njit(cache=True)  # type: ignore[untyped-decorator]
def slot_worth(start: float, end: float, wanted: float, new: float, needed: float) -> float:
    """Worth of one competency of a course to somebody at a level."""
    worth = new * (end - start) if end > start else 0.0
    return worth + (needed * (wanted - start) if wanted > start else 0.0)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _take_in_turn(
    row: NDArray[np.int64],
    competency: Codes,
    start: Doubles,
    end: Doubles,
    wanted: Doubles,
    reached: Doubles,
    new: Doubles,
    needed: Doubles,
    hold: Doubles,
    lost: Doubles,
) -> None:
    """Fill what of each competency of a course those before it have brought already."""
    first = 0
    for i in range(len(row)):
        if i > 0 and row[i] != row[i - 1]:
            first = i
        for j in range(first, i):
            for a in range(competency.shape[1]):
                for b in range(competency.shape[1]):
                    k = competency[i, a]
                    if k < 0 or competency[j, b] != k or reached[j, b] <= start[i, a]:
                        continue
                    terms = (end[i, a], wanted[i, a], new[i, a], needed[i, a])
                    share = slot_worth(start[i, a], *terms) - slot_worth(reached[j, b], *terms)
                    lost[i, a] = max(lost[i, a], hold[j] * share)
