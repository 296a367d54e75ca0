"""From prices to a plan that keeps every limit: people in the order of what they gain.

Who gains most at the prices chooses first, among what is left. First come those whom a group still
needs; what is left at the end goes to whoever makes the most of it.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.budget.best_set import (
    Left,
    Offered,
    Priced,
    Work,
    best_set,
    bonus_of,
    book,
    lost_beside,
    offered,
    work_for,
)
from ptml.decide.budget.problem import Counts, Doubles, Problem
from ptml.decide.budget.response import Prices, priced

_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Rounded:
    """A plan that keeps every limit, whether or not all groups get what they must.

    Attributes
    ----------
    chosen : (k,) int64
        Positions of the offers, sorted.
    points : float
        What it brings, overlaps counted once.
    """

    chosen: Counts
    points: float


def rounded(problem: Problem, prices: Prices) -> Rounded:
    """Make a plan at prices."""
    limits, n = problem.limits, problem.n_people
    left = Left(
        limits.seats.copy(),
        np.array([limits.money]),
        limits.unit_hours.copy(),
        limits.people.astype(np.float64),
        limits.group_money.astype(np.float64),
    )
    offers, at, work = offered(problem), priced(problem, prices), work_for(problem)
    picked, gain = np.full((n, problem.most), -1, dtype=np.int64), np.empty(n)
    _gains(offers, at, work, gain)
    order = np.argsort(-gain, kind="stable")
    if limits.people.any() or limits.group_money.any():
        _give(offers, at, work, left, order, gain, True, picked)
    _give(offers, at, work, left, order, gain, False, picked)
    while _fill(offers, at, left, picked):
        pass
    chosen = np.sort(picked[picked >= 0])
    return Rounded(chosen, points_of(problem, chosen))


def points_of(problem: Problem, chosen: Counts) -> float:
    """What chosen offers bring together, overlaps of a person counted once."""
    person = problem.person_of(chosen)
    total = float(problem.value[chosen].astype(np.float64).sum())
    for apart in range(1, min(problem.most, len(chosen))):
        one = np.flatnonzero(person[apart:] == person[:-apart])
        total -= float(problem.lost(chosen[one], chosen[one + apart]).sum())
    return total


def _fill(offers: Offered, prices: Priced, left: Left, picked: Counts) -> bool:
    """Add a course to people with room for one, best first; False where none fitted."""
    n = len(picked)
    added, gain = np.full(n, -1, dtype=np.int64), np.full(n, -np.inf)
    _best_more(offers, prices, left, picked, added, gain)
    order = np.flatnonzero(added >= 0)
    order = order[np.argsort(-gain[order], kind="stable")]
    return bool(_add(offers, left, order, added, picked))


@njit(cache=True)  # type: ignore[untyped-decorator]
def _gains(offers: Offered, prices: Priced, work: Work, gains: Doubles) -> None:
    """What each person gains at the prices, whether or not it is worth them."""
    free = np.full(len(offers.cost), np.inf)
    for i in range(len(gains)):
        bonus, of_money = bonus_of(offers, prices, i)
        won, n = best_set(offers, prices, i, of_money, free, np.inf, offers.room[i], True, work)
        gains[i] = won + bonus if n else -np.inf


@njit(cache=True)  # type: ignore[untyped-decorator]
def _give(
    offers: Offered,
    prices: Priced,
    work: Work,
    left: Left,
    order: Counts,
    gains: Doubles,
    only_needed: bool,
    picked: Counts,
) -> None:
    """Let people choose in order; with `only_needed` those a group still needs, at any gain."""
    for i in order:
        if picked[i, 0] >= 0:
            continue
        if only_needed and not _is_needed(offers, left, i):
            continue
        if not only_needed and gains[i] <= 0:
            continue
        bonus, of_money = bonus_of(offers, prices, i)
        room = _room(offers, left, i)
        won, n = best_set(
            offers, prices, i, of_money, left.seats, left.purse[0], room, only_needed, work
        )
        if n and (only_needed or won + bonus > 0):
            for q in range(n):
                picked[i, q] = work.found[q]
            book(offers, i, n, work, left, -1.0)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _is_needed(offers: Offered, left: Left, i: int) -> bool:
    for q in range(offers.groups.shape[1]):
        g = offers.groups[i, q]
        if g >= 0 and (left.people[g] > 0 or left.money[g] > 0):
            return True
    return False


@njit(cache=True)  # type: ignore[untyped-decorator]
def _room(offers: Offered, left: Left, i: int) -> float:
    u = offers.unit[i]
    return float(min(offers.room[i], left.hours[u]) if u >= 0 else offers.room[i])


@njit(cache=True)  # type: ignore[untyped-decorator]
def _best_more(
    offers: Offered,
    prices: Priced,
    left: Left,
    picked: Counts,
    added: Counts,
    gains: NDArray[np.float64],
) -> None:
    """The course that adds most to each person's set after prices, of those that still fit."""
    for i in range(len(picked)):
        if picked[i, picked.shape[1] - 1] >= 0:
            continue
        used = 0.0
        for k in picked[i]:
            if k >= 0:
                used += offers.hours[offers.course[k]]
        room = min(offers.room[i] - used, _room(offers, left, i))
        hour = prices.hour[offers.unit[i]] if offers.unit[i] >= 0 else 0.0
        for k in range(offers.start[i], offers.start[i + 1]):
            c = offers.course[k]
            if left.seats[c] < 1 or offers.cost[c] > left.purse[0] or offers.hours[c] > room:
                continue
            worth = _worth_beside(offers, k, picked[i])
            r = worth - prices.seat[c] - hour * offers.hours[c]
            if worth > _NOTHING and r > gains[i]:
                gains[i], added[i] = r, k


@njit(cache=True)  # type: ignore[untyped-decorator]
def _worth_beside(offers: Offered, k: int, picked: Counts) -> float:
    """What an offer adds to those that a person has; 0 for one of them."""
    worth = float(offers.value[k])
    for other in picked:
        if other == k:
            return 0.0
        if other >= 0:
            worth -= lost_beside(offers, k, other)
    return worth


@njit(cache=True)  # type: ignore[untyped-decorator]
def _add(offers: Offered, left: Left, order: Counts, added: Counts, picked: Counts) -> int:
    """Add what was found, in order, as long as it fits; how many fitted."""
    n = 0
    for i in order:
        c, u = offers.course[added[i]], offers.unit[i]
        if left.seats[c] < 1 or offers.cost[c] > left.purse[0]:
            continue
        if u >= 0 and offers.hours[c] > left.hours[u]:
            continue
        q = 0
        while picked[i, q] >= 0:
            q += 1
        picked[i, q] = added[i]
        left.seats[c] -= 1
        left.purse[0] -= offers.cost[c]
        if u >= 0:
            left.hours[u] -= offers.hours[c]
        n += 1
    return n
