"""The kernel: the set of courses that is best for one person at given prices, exactly.

Kernels of other modules take these in when they are compiled, and numba's cache does not see that
they changed: after a change here, delete ``__pycache__/*.nb?`` beside this file.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.budget.problem import Codes, Counts, Doubles, Floats, Problem

# Gains smaller than this are rounding.
_NOTHING = 1e-9


class Offered(NamedTuple):
    """A program as the kernels read it; names as in `Problem`."""

    start: Counts
    course: Codes
    value: Floats
    room: Doubles
    unit: Codes
    groups: Codes
    cost: Doubles
    hours: Doubles
    overlap: Floats
    most: int


class Priced(NamedTuple):
    """Prices as the kernels read them.

    Attributes
    ----------
    seat : (n_courses,) float64
        Of a seat and its cost.
    hour : (n_units,) float64
    people, money : (n_minima,) float64
        What serving one of a group, and spending on it, is worth.
    """

    seat: Doubles
    hour: Doubles
    people: Doubles
    money: Doubles


class Work(NamedTuple):
    """Room to work in, as long as the longest list."""

    item: Counts
    gain: Doubles
    before: Doubles
    sums: Doubles
    pick: Counts
    found: Counts


class Left(NamedTuple):
    """What is left of all limits while a plan is made; `purse` is (1,)."""

    seats: Doubles
    purse: Doubles
    hours: Doubles
    people: Doubles
    money: Doubles


def offered(problem: Problem) -> Offered:
    """The program for the kernels."""
    return Offered(*(getattr(problem, name) for name in Offered._fields))


def work_for(problem: Problem) -> Work:
    """Room for any of the program's people."""
    n, most = int(np.diff(problem.start).max(initial=0)) + 2, problem.most + 1
    whole = (np.zeros(most, np.int64) for _ in range(2))
    return Work(np.zeros(n, np.int64), np.zeros(n), np.zeros(n), np.zeros((most, 3)), *whole)


@njit(cache=True)  # type: ignore[untyped-decorator]
def bonus_of(offers: Offered, prices: Priced, i: int) -> tuple[float, float]:
    """What serving person i, and spending on them, is worth to the groups that they are in."""
    people, money = 0.0, 0.0
    for q in range(offers.groups.shape[1]):
        g = offers.groups[i, q]
        if g >= 0:
            people += prices.people[g]
            money += prices.money[g]
    return people, money


@njit(cache=True)  # type: ignore[untyped-decorator]
def best_set(
    offers: Offered,
    prices: Priced,
    i: int,
    money_bonus: float,
    free: NDArray[np.float64],
    purse: float,
    room: float,
    must: bool,
    work: Work,
) -> tuple[float, int]:
    """Find the set of most gain after prices; its positions go to `work.found`.

    Items stand in the order of their gain, so that the sum of the next few bounds what a set can
    still come to: whole branches are cut off, and what is left is looked at item by item.

    Parameters
    ----------
    i : int
        The person.
    money_bonus : float
        What money spent on the person is worth to a minimum.
    free : (n_courses,) float64
        Seats left.
    purse, room : float
        Money and hours left for the person.
    must : bool
        Whether a set is wanted even where it costs more than it brings.

    Returns
    -------
    gain, n : float, int
        Of the set; 0 and 0 where nothing is worth its prices.
    """
    hour = prices.hour[offers.unit[i]] if offers.unit[i] >= 0 else 0.0
    n, only, only_gain = 0, -1, -np.inf
    for k in range(offers.start[i], offers.start[i + 1]):
        c = offers.course[k]
        if free[c] < 1 or offers.cost[c] > purse or offers.hours[c] > room:
            continue
        r = offers.value[k] - prices.seat[c] - hour * offers.hours[c] + money_bonus * offers.cost[c]
        if r > only_gain:
            only, only_gain = k, r
        if r > _NOTHING:
            _put(work, n, k, r)
            n += 1
    if n == 0:
        if must and only >= 0:
            work.found[0] = only
            return only_gain, 1
        return 0.0, 0
    work.found[0] = work.item[0]
    if offers.most == 1 or n == 1:
        return work.gain[0], 1
    return _search(offers, n, purse, room, work)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _put(work: Work, n: int, k: int, gain: float) -> None:
    """Put an item among the n before it, of most gain first."""
    place = n
    while place > 0 and work.gain[place - 1] < gain:
        work.gain[place] = work.gain[place - 1]
        work.item[place] = work.item[place - 1]
        place -= 1
    work.gain[place], work.item[place] = gain, k


@njit(cache=True)  # type: ignore[untyped-decorator]
def lost_beside(offers: Offered, k: int, other: int) -> float:
    """Points that two offers of a person bring both, and that count once."""
    c, d = offers.course[k], offers.course[other]
    return float(
        min(offers.overlap[c, d] * offers.value[k], offers.overlap[d, c] * offers.value[other])
    )


@njit(cache=True)  # type: ignore[untyped-decorator]
def _search(offers: Offered, n: int, purse: float, room: float, work: Work) -> tuple[float, int]:
    work.before[0] = 0.0
    for t in range(n):
        work.before[t + 1] = work.before[t] + work.gain[t]
    best, n_best = work.gain[0], 1
    depth, t = 0, 0
    work.sums[0] = 0.0
    while True:
        last = min(t + offers.most - depth, n)
        most = work.sums[depth, 0] + work.before[last] - work.before[t]
        if depth < offers.most and t < n and most > best + _NOTHING:
            if _goes_in(offers, depth, t, purse, room, work):
                depth += 1
                if work.sums[depth, 0] > best + _NOTHING:
                    best, n_best = work.sums[depth, 0], depth
                    for q in range(depth):
                        work.found[q] = work.item[work.pick[q]]
            t += 1
            continue
        if depth == 0:
            return best, n_best
        depth -= 1
        t = work.pick[depth] + 1


@njit(cache=True)  # type: ignore[untyped-decorator]
def _goes_in(offers: Offered, depth: int, t: int, purse: float, room: float, work: Work) -> bool:
    """Put item t into the set of `depth` items, if it fits and brings something beside them."""
    k = work.item[t]
    c = offers.course[k]
    spent, busy = work.sums[depth, 1] + offers.cost[c], work.sums[depth, 2] + offers.hours[c]
    if spent > purse or busy > room:
        return False
    more = work.gain[t]
    for q in range(depth):
        more -= lost_beside(offers, k, work.item[work.pick[q]])
    if more <= _NOTHING:
        return False
    work.pick[depth] = t
    work.sums[depth + 1, 0] = work.sums[depth, 0] + more
    work.sums[depth + 1, 1], work.sums[depth + 1, 2] = spent, busy
    return True


@njit(cache=True)  # type: ignore[untyped-decorator]
def book(offers: Offered, i: int, n: int, work: Work, ledger: Left, sign: float) -> None:
    """Book the n offers found for person i: added to what is used, or (-1) off what is left."""
    u = offers.unit[i]
    for q in range(n):
        c = offers.course[work.found[q]]
        ledger.seats[c] += sign
        ledger.purse[0] += sign * offers.cost[c]
        if u >= 0:
            ledger.hours[u] += sign * offers.hours[c]
        for p in range(offers.groups.shape[1]):
            if offers.groups[i, p] >= 0:
                ledger.money[offers.groups[i, p]] += sign * offers.cost[c]
    for p in range(offers.groups.shape[1]):
        if offers.groups[i, p] >= 0:
            ledger.people[offers.groups[i, p]] += sign
