"""Candidates in one pass over each person's eligible courses, without a table of all courses.

What `ptml.recommend.ranker.candidates.propose` gives of `ptml.recommend.ranker.sources.sources_of`,
to the bit: a test holds one against the other. Learning needs the tables, serving does not.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.recommend.parts import CORNER
from ptml.recommend.ranker.places import NOWHERE

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Codes = NDArray[np.int32]
Positions = NDArray[np.int64]

FIRST, IN_ROLE, FOLLOWING, FACTORS, GAP, UNLOCKED, NEW, UNIT = range(8)
N_SOURCES = 8
# By linear bins the best few are found without a sort of all.
_BINS = 256


class Looked(NamedTuple):
    """What the scores of n people's courses are looked up in; tables have a column a course.

    Attributes
    ----------
    place : (n, 4) int64
        Rows of `role`, `unit`, `grade` and `taken`.
    role, unit, grade : (., n_courses) float32
        Expected shares in the role, what unit and grade add.
    known : (n_courses,) bool
        Whether the first stage knows anything of the course.
    edges, factor : (k,), (k + 3,) float32
        Of the gap: `ptml.recommend.gap.GapTilt`, edges rounded up.
    scale : float32
        Makes of a share that over a course like any other.
    following, factors : (n, n_courses) float32
        What own choices add; without columns where nothing is added.
    closed : (n, n_courses) float32
        Gap closed; NaN = not known.
    unlocked_first, unlocked_course, unlocked : (n + 1,), (k,), (k,)
        By person: first position, courses, prerequisites completed lately.
    fresh, any_fresh : (n_courses,) float32, bool
        How lately each course opened, and whether any did.
    taken : (n_units, n_courses) float32
        Started in the unit.
    """

    place: Positions
    role: Floats
    unit: Floats
    grade: Floats
    known: Bools
    edges: Floats
    factor: Floats
    scale: np.float32
    following: Floats
    factors: Floats
    closed: Floats
    unlocked_first: Codes
    unlocked_course: Codes
    unlocked: Floats
    fresh: Floats
    any_fresh: bool
    taken: Floats


class Found(NamedTuple):
    """Pairs by row and course, (m,) each; `scores` and `ranks` have a row a source, (8, m)."""

    row: Codes
    course: Codes
    scores: Floats
    ranks: Floats


def best_of_all(looked: Looked, eligible: Bools, most: int) -> Found:
    """The eligible courses that stand highest in any source, ``most`` a person.

    Parameters
    ----------
    eligible : (n, n_courses) bool
    """
    size = len(eligible) * min(most, eligible.shape[1])
    room = Found(
        *(np.empty(size, dtype=np.int32) for _ in range(2)),
        *(np.empty((N_SOURCES, size), dtype=np.float32) for _ in range(2)),
    )
    n = _choose_all(looked, np.require(eligible, requirements=("C", "W")), most, room)
    return Found(room.row[:n], room.course[:n], room.scores[:, :n], room.ranks[:, :n])


@njit(cache=True)  # type: ignore[untyped-decorator]
def _choose_all(looked: Looked, eligible: Bools, most: int, found: Found) -> int:
    n_courses = eligible.shape[1]
    at = np.empty(n_courses, dtype=np.int64)
    values = np.zeros((N_SOURCES, n_courses), dtype=np.float32)
    all_courses = np.zeros((2, n_courses), dtype=np.float32)
    standing = np.empty(n_courses, dtype=np.int32)
    bins = np.empty(n_courses, dtype=np.int32)
    count = np.empty(max(_BINS, N_SOURCES * (most + 1)), dtype=np.int32)
    best = np.empty(n_courses, dtype=np.float32)
    picked = np.empty(n_courses, dtype=np.int64)
    done = 0
    for i in range(len(eligible)):
        n = 0
        for c in range(n_courses):
            # Written over unless it counts: no branch that is hard to foresee.
            at[n] = c
            n += eligible[i, c]
        _score(looked, i, at[:n], all_courses, values)
        standing[:n] = NOWHERE
        for source in range(N_SOURCES):
            _stand(values[source, :n], source, most, bins, count, best, picked, standing)
        m = _lowest(standing[:n], most, count, picked)
        for k in range(m):
            found.row[done + k] = i
            found.course[done + k] = at[picked[k]]
        for source in range(N_SOURCES):
            of_source = values[source, :n]
            for k in range(m):
                found.scores[source, done + k] = of_source[picked[k]]
                found.ranks[source, done + k] = _rank(of_source, picked[k], source)
        done += m
    return done


@njit(cache=True)  # type: ignore[untyped-decorator]
def _score(looked: Looked, i: int, at: Positions, all_courses: Floats, values: Floats) -> None:
    """Scores of a person's courses ``at`` by every source.

    What every person has is worked out of all courses side by side, and then picked.
    """
    role, taken = looked.role[looked.place[i, 0]], looked.taken[looked.place[i, 3]]
    liked, factor = all_courses
    closed, scale = looked.closed[i], looked.scale
    _tilt(closed, looked.edges, looked.factor, factor)
    _expect(role, looked.unit[looked.place[i, 1]], looked.grade[looked.place[i, 2]], factor, liked)
    _add(looked.following, i, at, scale, liked, values[FOLLOWING])
    _add(looked.factors, i, at, scale, liked, values[FACTORS])
    _prefer(liked, looked.known, scale)
    _pick(liked, at, values[FIRST])
    _pick(taken, at, values[UNIT])
    # The buffers are free again.
    for c in range(len(liked)):
        liked[c] = role[c] * scale
        factor[c] = closed[c] if closed[c] > 0 else np.float32(0)
    _pick(liked, at, values[IN_ROLE])
    _pick(factor, at, values[GAP])
    _unlock(looked, i, at, liked, values[UNLOCKED])
    if looked.any_fresh:
        _pick(looked.fresh, at, values[NEW])


@njit(cache=True)  # type: ignore[untyped-decorator]
def _unlock(looked: Looked, i: int, at: Positions, free: Floats, values: Floats) -> None:
    """What a person has unlocked; few have, and then what the one before had is taken back."""
    first, end = looked.unlocked_first[i], looked.unlocked_first[i + 1]
    if looked.unlocked_first[max(i - 1, 0)] < end:
        values[:] = 0
    if first < end:
        free[:] = 0
        for k in range(first, end):
            free[looked.unlocked_course[k]] = looked.unlocked[k]
        _pick(free, at, values)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _pick(score: Floats, at: Positions, values: Floats) -> None:
    for e in range(len(at)):
        values[e] = score[at[e]]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _tilt(closed: Floats, edges: Floats, of_bin: Floats, factor: Floats) -> None:
    """As `ptml.recommend.gap.GapTilt.of`: not known, nothing closed, then by rising edges."""
    unknown, nothing, some = of_bin[0], of_bin[1], of_bin[2]
    for c in range(len(closed)):
        factor[c] = some if closed[c] > 0 else nothing
    for k in range(len(edges)):
        edge, more = edges[k], of_bin[k + 3]
        for c in range(len(closed)):
            factor[c] = more if closed[c] >= edge else factor[c]
    for c in range(len(closed)):
        factor[c] = unknown if np.isnan(closed[c]) else factor[c]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _expect(role: Floats, unit: Floats, grade: Floats, factor: Floats, liked: Floats) -> None:
    """As `ptml.recommend.cold.Cold.shares`."""
    for c in range(len(liked)):
        placed = role[c] + unit[c] + grade[c]
        placed = placed if placed > 0 else np.float32(0)
        liked[c] = placed * factor[c]


@njit(cache=True)  # type: ignore[untyped-decorator]
def _add(
    own: Floats, i: int, at: Positions, scale: np.float32, liked: Floats, values: Floats
) -> None:
    if own.shape[1] == 0:
        return
    for c in range(len(liked)):
        liked[c] += own[i, c]
    for e in range(len(at)):
        values[e] = own[i, at[e]] * scale


@njit(cache=True)  # type: ignore[untyped-decorator]
def _prefer(liked: Floats, known: Bools, scale: np.float32) -> None:
    """As `ptml.recommend.parts.preference_of`, 0 for a course of which nothing is known."""
    corner = np.float64(np.float32(CORNER)) ** 2
    half, one = np.float32(0.5), np.float32(1)
    for c in range(len(liked)):
        ratio = liked[c] * scale
        # The squares of single precision are exact in double: the hypotenuse of the library.
        far = np.float32(np.sqrt(np.float64(ratio) * np.float64(ratio) + corner))
        rounded = (ratio + far) * half
        liked[c] = rounded / (one + rounded) if known[c] else np.float32(0)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _stand(
    score: Floats,
    source: int,
    most: int,
    bins: Codes,
    count: Codes,
    best: Floats,
    picked: Positions,
    standing: Codes,
) -> None:
    """Lower the standing to ``n_sources`` x place + source, for places of at most ``most``."""
    high = _largest(score)
    # Only the first stage has an order of what it does not speak for.
    if high <= 0 and source != FIRST:
        return
    m = _highest(score, high, most, source == FIRST, bins, count, picked)
    for k in range(m):
        best[k] = score[picked[k]]
    for k in range(m):
        place = _n_above(best, m, best[k]) + 1
        if place <= most:
            e = picked[k]
            standing[e] = min(standing[e], N_SOURCES * place + source)


# The largest is the same in whatever order they are compared.
@njit(cache=True, fastmath={"nnan", "nsz"})  # type: ignore[untyped-decorator]
def _largest(score: Floats) -> np.float32:
    high = np.float32(-np.inf)
    for e in range(len(score)):
        high = max(high, score[e])
    return high


@njit(cache=True)  # type: ignore[untyped-decorator]
def _highest(
    score: Floats,
    high: np.float32,
    most: int,
    with_nothing: bool,
    bins: Codes,
    count: Codes,
    picked: Positions,
) -> int:
    """Positions of all that may be among the ``most`` highest, and few others."""
    width = np.float32((_BINS - 1) / high) if high > 0 else np.float32(0)
    width = width if width < np.inf else np.float32(0)
    for e in range(len(score)):
        value = score[e] * width
        bins[e] = np.int32(value) if value > 0 else 0
    count[:_BINS] = 0
    for e in range(len(score)):
        count[bins[e]] += 1
    least, above = _BINS - 1, count[_BINS - 1]
    while above < most and least > 0:
        least -= 1
        above += count[least]
    m = 0
    for e in range(len(score)):
        picked[m] = e
        m += (bins[e] >= least) & ((score[e] > 0) | with_nothing)
    return m


@njit(cache=True)  # type: ignore[untyped-decorator]
def _lowest(standing: Codes, most: int, count: Codes, picked: Positions) -> int:
    """The ``most`` lowest, in their order; of equals the first."""
    highest = N_SOURCES * (most + 1)
    count[:highest] = 0
    for e in range(len(standing)):
        if standing[e] < highest:
            count[standing[e]] += 1
    last, left = 0, most
    while last < highest - 1 and count[last] <= left:
        left -= count[last]
        last += 1
    m = 0
    for e in range(len(standing)):
        is_last = standing[e] == last and left > 0
        if standing[e] < last or is_last:
            left -= is_last
            picked[m] = e
            m += 1
    return m


@njit(cache=True)  # type: ignore[untyped-decorator]
def _rank(score: Floats, e: int, source: int) -> np.float32:
    """Place of a course in a source; NaN where the source has nothing to say."""
    if score[e] <= 0 and source != FIRST:
        return np.float32(np.nan)
    return np.float32(_n_above(score, len(score), score[e]) + 1)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _n_above(score: Floats, n: int, value: np.float32) -> int:
    above = 0
    for e in range(n):
        above += score[e] > value
    return above
