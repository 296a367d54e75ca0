"""Which of all courses that a person may start, now or later, the search holds together."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.decide.path.content import content_of
from ptml.decide.path.done import lost_to_done
from ptml.decide.path.goal_factor import goal_factor
from ptml.decide.path.later import AFTER, READY
from ptml.decide.path.offers import Offers, People
from ptml.decide.path.overlap import holding
from ptml.decide.path.problem import REQUIRED_POINTS, Problem
from ptml.decide.path.standing import pair_keys
from ptml.features.catalogue import Catalogue
from ptml.features.eligibility import EligibilityConfig

Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Positions = NDArray[np.int64]

_WEEK_DAYS = 7
# Courses for a required competency that are looked at whatever they bring otherwise.
_FOR_EACH_REQUIRED = 3
# Whom a course cannot help gets what is required; what it brings only decides between two.
_ASIDE = 1e-3


def problem_of(
    offers: Offers,
    people: People,
    far: Positions,
    catalogue: Catalogue,
    eligibility: EligibilityConfig,
    day: int,
    config: PathConfig,
) -> Problem:
    """Put together what each person's path is chosen from.

    Parameters
    ----------
    far : (n, most) int64
        `far_below`.
    day : int
        Days since 1970-01-01.
    """
    n, m = len(people.begins), config.candidates
    weeks = catalogue.hours[offers.course].astype(np.float64) / config.hours_per_week
    points = offers.points * goal_factor(offers, people, catalogue, config)
    covers = _covers(offers, people, far, catalogue, config)
    parents = _parents(offers, people, catalogue)
    chance = _chance(offers, parents, people)
    points = np.where(people.trainable[offers.row], points * chance, points * _ASIDE)
    is_there = np.isfinite(weeks) & (points >= 0) & _is_reachable(offers, parents)
    is_there &= people.trainable[offers.row] | (covers > 0)
    score = points * (1 - config.waiting_share * np.nan_to_num(weeks))
    score = np.where(is_there, score, -np.inf)
    score[_first_for_required(offers, covers, score)] += REQUIRED_POINTS
    for _ in range(2):
        for parent in parents.T:
            child = np.flatnonzero((parent >= 0) & is_there)
            np.maximum.at(
                score, parent[child], np.where(is_there[parent[child]], score[child], -np.inf)
            )
    chosen = np.full((n, m), -1, dtype=np.int64)
    _choose(np.searchsorted(offers.row, np.arange(n + 1)), score, chosen)
    return _dense(
        offers,
        people,
        catalogue,
        chosen,
        parents,
        eligibility,
        config,
        points,
        weeks,
        covers,
        chance,
        day,
        far,
    )


def _dense(
    offers: Offers,
    people: People,
    catalogue: Catalogue,
    chosen: Positions,
    parents: Positions,
    eligibility: EligibilityConfig,
    config: PathConfig,
    points: Doubles,
    weeks: Doubles,
    covers: Positions,
    chance: Doubles,
    day: int,
    far: Positions,
) -> Problem:
    n, m = chosen.shape
    is_there, at = chosen >= 0, np.maximum(chosen, 0)
    if not len(offers):
        at = np.zeros_like(chosen)
        offers = Offers(*(np.zeros(1, dtype=values.dtype) for values in vars(offers).values()))
        points, weeks, chance = np.zeros(1), np.zeros(1), np.ones(1)
        covers = np.zeros(1, dtype=np.int64)
        parents = np.full((1, parents.shape[1]), -1)
    flat = at.reshape(-1)
    course = offers.course[flat]
    row = np.repeat(np.arange(n), m)
    content = content_of(catalogue, people.portraits, row, course, config.overlap, people.weights)
    shape = (n, m, content.competency.shape[1])
    retired = catalogue.retired[course].astype(np.float64).reshape(n, m)
    closes = np.where(retired >= np.iinfo(np.int32).max, np.inf, (retired - day) / _WEEK_DAYS)
    hold = holding(offers.p_complete[flat], config.overlap.holds).reshape(n, m)
    slot = np.full(len(offers) + 1, -1, dtype=np.int64)
    slot[chosen[is_there]] = np.nonzero(is_there)[1]
    needs_all = np.zeros((n, m), dtype=np.int64)
    for parent in parents.T:
        own = parent[at]
        place = slot[own]
        needs = is_there & (own >= 0)
        needs_all |= np.where(needs, np.int64(1) << np.maximum(place, 0), 0)
        closes[needs & (place < 0)] = -1.0
    needs_any = np.zeros((n, m), dtype=np.int64)
    low = is_there & (offers.why[at] == READY)
    _ready_after(
        np.flatnonzero(low.any(axis=1)),
        low,
        is_there,
        content.competency.reshape(shape),
        content.reached.reshape(shape),
        course.reshape(n, m),
        people.portraits.level,
        catalogue.from_level,
        catalogue.weight,
        eligibility.largest_entry_gap_levels,
        needs_any,
    )
    closes[low & (needs_any == 0)] = -1.0
    lost = lost_to_done(content, np.arange(n + 1) * m, people, catalogue, config.overlap.holds)
    open_places = np.where(people.trainable, config.max_steps, (far >= 0).sum(axis=1))
    return Problem(
        offer=chosen,
        points=points[at],
        weeks=weeks[at],
        opens=offers.opens[at],
        closes=closes,
        needs_all=needs_all,
        needs_any=needs_any,
        covers=covers[at],
        hold=hold,
        chance=chance[at],
        content=content,
        lost=lost.reshape(shape),
        begins=people.begins,
        most_steps=np.minimum(open_places, config.max_steps).astype(np.int64),
    )


def _covers(
    offers: Offers, people: People, far: Positions, catalogue: Catalogue, config: PathConfig
) -> Positions:
    """Bits of the required competencies that each offer works on, (k,)."""
    covers = np.zeros(len(offers), dtype=np.int64)
    for bit, wanted in enumerate(far.T):
        k = wanted[offers.row]
        at = np.flatnonzero(k >= 0)
        row, course, taught = offers.row[at], offers.course[at], k[at]
        level = people.portraits.level[row, taught]
        start = np.maximum(level, catalogue.from_level[course, taught])
        reached = np.minimum(
            catalogue.to_level[course, taught], people.portraits.required[row, taught]
        )
        closes = catalogue.teaches[course, taught] & (
            reached - start >= config.required.closes_levels
        )
        covers[at[closes]] |= 1 << bit
    return covers


def _parents(offers: Offers, people: People, catalogue: Catalogue) -> Positions:
    """Offers that have to come before each offer, (k, most); -1 = none, -2 = out of reach."""
    parents = np.full((len(offers), catalogue.required.shape[1]), -1, dtype=np.int64)
    waiting = np.flatnonzero(offers.why == AFTER)
    if not len(waiting):
        return parents
    row, needed = offers.row[waiting][:, None], catalogue.required[offers.course[waiting]]
    pair = pair_keys(offers.row, offers.course, len(catalogue))
    wanted = pair_keys(row, needed, len(catalogue))
    place = np.searchsorted(pair, wanted)
    is_offered = pair[np.minimum(place, len(pair) - 1)] == wanted
    has_it = people.under_way[row, needed]
    has_it |= np.isin(wanted, pair_keys(people.done.row, people.done.course, len(catalogue)))
    place = np.where(has_it, -1, np.where(is_offered, place, -2))
    parents[waiting] = np.where(needed >= 0, place, -1)
    return parents


def _chance(offers: Offers, parents: Positions, people: People) -> Doubles:
    """Chance that each offer may be started at all: that what it requires is completed."""
    own = np.where(np.isnan(offers.p_complete), 1.0, offers.p_complete)
    chance = np.ones(len(offers))
    for _ in range(2):
        found = np.ones(len(offers))
        for parent in parents.T:
            known = parent >= 0
            found[known] *= (own * chance)[parent[known]]
        chance = found
    return chance


def _is_reachable(offers: Offers, parents: Positions) -> Bools:
    return np.asarray(~(parents == -2).any(axis=1), dtype=np.bool_)


def _first_for_required(offers: Offers, covers: Positions, score: Doubles) -> Positions:
    """The best few offers for each required competency of each person."""
    kept = []
    for bit in range(int(covers.max(initial=0)).bit_length()):
        at = np.flatnonzero((covers >> bit & 1 > 0) & np.isfinite(score))
        order = at[np.lexsort((offers.course[at], -score[at], offers.row[at]))]
        row = offers.row[order]
        nth = np.arange(len(order)) - np.searchsorted(row, row)
        kept.append(order[nth < _FOR_EACH_REQUIRED])
    return np.unique(np.concatenate(kept)) if kept else np.zeros(0, dtype=np.int64)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _choose(first: Positions, score: Doubles, chosen: Positions) -> None:
    """Positions of each row's best offers, best first; of equal ones the lower courses'."""
    most = chosen.shape[1]
    for i in range(len(chosen)):
        n = 0
        for k in range(first[i], first[i + 1]):
            if score[k] == -np.inf or (n == most and score[k] <= score[chosen[i, n - 1]]):
                continue
            n = min(n + 1, most)
            place = n - 1
            while place > 0 and score[chosen[i, place - 1]] < score[k]:
                chosen[i, place] = chosen[i, place - 1]
                place -= 1
            chosen[i, place] = k


@njit(cache=True)  # type: ignore[untyped-decorator]
def _ready_after(
    people: Positions,
    low: Bools,
    is_there: Bools,
    competency: Codes,
    reached: Doubles,
    course: Codes,
    level: Floats,
    from_level: Floats,
    weight: Floats,
    largest: float,
    needs_any: Positions,
) -> None:
    """Bits of the courses each of which makes a person ready for a course that is too high."""
    for i in people:
        for c in np.flatnonzero(low[i]):
            code = course[i, c]
            for d in range(low.shape[1]):
                if d == c or not is_there[i, d] or low[i, d]:
                    continue
                below = _below_entry(
                    competency[i, c],
                    competency[i, d],
                    reached[i, d],
                    level[i],
                    from_level[code],
                    weight[code],
                )
                if below <= largest:
                    needs_any[i, c] |= 1 << d


@njit(cache=True)  # type: ignore[untyped-decorator]
def _below_entry(
    taught: Codes, before: Codes, reached: Doubles, level: Floats, entry: Floats, weight: Floats
) -> float:
    """Levels below the entry of a course, mean by weight, of who has another one in use."""
    below, total = 0.0, 0.0
    for k in taught:
        if k < 0:
            break
        own = level[k]
        for b in range(len(before)):
            if before[b] == k and reached[b] > own:
                own = reached[b]
        below += weight[k] * max(entry[k] - own, 0.0)
        total += weight[k]
    return below / total if total > 0 else 0.0
