"""Everybody's answer to prices: what is used, and what the prices prove.

At prices p the sum over people of the best that each can do for itself, plus what all limits are
worth at p, is never less than the best plan (weak duality): a bound, whatever the prices.
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
    offered,
    work_for,
)
from ptml.decide.budget.problem import Limits, Problem, Usage

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prices:
    """Points for one unit more of each limit, 0 or more; money and hours by the hundredth.

    Attributes
    ----------
    money : float
    seats : (n_courses,) float64
    unit_hours : (n_units,) float64
    people, group_money : (n_minima,) float64
        Points that one more of what a group must get takes.
    """

    money: float
    seats: Doubles
    unit_hours: Doubles
    people: Doubles
    group_money: Doubles

    def worth(self, limits: Limits) -> float:
        """What all limits are worth."""
        used = (
            (self.money, limits.money),
            *((self.seats[k], limits.seats[k]) for k in np.flatnonzero(self.seats)),
            *((self.unit_hours[k], limits.unit_hours[k]) for k in np.flatnonzero(self.unit_hours)),
        )
        has = float(sum(float(price) * float(limit) for price, limit in used if price))
        return has - float(self.people @ limits.people + self.group_money @ limits.group_money)


@dataclass(frozen=True, eq=False)
class Response:
    """What everybody would take.

    Attributes
    ----------
    gain : float
        Sum of what the sets bring after prices.
    usage : Usage
    """

    gain: float
    usage: Usage


def respond(problem: Problem, prices: Prices) -> Response:
    """Let everybody take what is best at the prices."""
    n_minima = len(prices.people)
    used = Left(
        seats=np.zeros(len(problem.cost)),
        purse=np.zeros(1),
        hours=np.zeros(len(prices.unit_hours)),
        people=np.zeros(n_minima),
        money=np.zeros(n_minima),
    )
    gain = _respond(offered(problem), priced(problem, prices), used, work_for(problem))
    money = float(used.seats @ problem.cost)
    return Response(float(gain), Usage(money, used.seats, used.hours, used.people, used.money))


def priced(problem: Problem, prices: Prices) -> Priced:
    """The prices for the kernels."""
    seat = prices.seats + prices.money * problem.cost
    return Priced(seat, prices.unit_hours, prices.people, prices.group_money)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _respond(offers: Offered, prices: Priced, used: Left, work: Work) -> float:
    free = np.full(len(offers.cost), np.inf)
    total = 0.0
    for i in range(len(offers.start) - 1):
        bonus, of_money = bonus_of(offers, prices, i)
        won, n = best_set(
            offers, prices, i, of_money, free, np.inf, offers.room[i], bonus > 0, work
        )
        if n and won + bonus > 0:
            total += won + bonus
            book(offers, i, n, work, used, 1.0)
    return total
