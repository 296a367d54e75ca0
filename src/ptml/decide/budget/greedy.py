"""The rule that plans are held against: most lift per money first, one course a person."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.budget.best_set import Left, Offered, offered
from ptml.decide.budget.problem import Codes, Problem

Positions = NDArray[np.int64]
Bools = NDArray[np.bool_]


def most_lift_per_money(problem: Problem) -> Positions:
    """Buy the offers of most value per money while they fit, minima of groups not looked at.

    What does not fit any more is passed over, and the next is looked at. Equals are taken by the
    larger value, then by person, then by course.

    Returns
    -------
    (k,) int64
        Positions of the offers, sorted.
    """
    with np.errstate(divide="ignore"):
        rate = problem.value / problem.cost[problem.course]
    order = np.lexsort((-problem.value, -rate))
    return bought_in_order(problem, order)


def bought_in_order(problem: Problem, order: Positions) -> Positions:
    """Buy offers in an order while they fit, one course a person.

    Parameters
    ----------
    order : (j,) int64
        Positions of offers.
    """
    limits, served = problem.limits, np.zeros(problem.n_people, dtype=np.bool_)
    taken, nothing = np.zeros(problem.n_pairs, dtype=np.bool_), np.zeros(0)
    purse = np.array([limits.money])
    left = Left(limits.seats.copy(), purse, limits.unit_hours.copy(), nothing, nothing)
    _buy(order, problem.person, offered(problem), left, served, taken)
    return np.flatnonzero(taken)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _buy(
    order: Positions, person: Codes, offers: Offered, left: Left, served: Bools, taken: Bools
) -> None:
    for k in order:
        i, c = person[k], offers.course[k]
        if served[i] or left.seats[c] < 1 or offers.cost[c] > left.purse[0]:
            continue
        u = offers.unit[i]
        if offers.hours[c] > offers.room[i] or (u >= 0 and offers.hours[c] > left.hours[u]):
            continue
        served[i], taken[k] = True, True
        left.seats[c] -= 1
        left.purse[0] -= offers.cost[c]
        if u >= 0:
            left.hours[u] -= offers.hours[c]
