"""The same program for an integer solver (HiGHS): exact for a few thousand people.

A variable an offer, one for each person who counts for a minimum of people, and one for each two
offers of a person that overlap.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array

from ptml.decide.budget.problem import Problem
from ptml.decide.budget.response import Prices
from ptml.quiet import quiet_output

Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]

# A number of nodes and not of seconds: the same input ends at the same place on every machine.
_MOST_NODES = 500
_INFEASIBLE = 2


@dataclass(frozen=True, eq=False)
class ExactPlan:
    """What the solver found.

    Attributes
    ----------
    chosen : (k,) int64 or None
        Positions of the offers, sorted; None = it found no plan.
    bound : float
        No plan brings more points.
    is_infeasible : bool
        Whether it proved that there is none.
    """

    chosen: Positions | None
    bound: float
    is_infeasible: bool


def exact_plan(problem: Problem, tolerance: float) -> ExactPlan:
    """Solve to a gap of at most `tolerance` of the bound, or to the last node that is allowed."""
    one, other = _overlapping(problem)
    rows = _Rows(problem, one, other)
    value = problem.value.astype(np.float64)
    lost = problem.lost(one, other)
    gain = np.concatenate([value, np.zeros(rows.n_served), -lost])
    is_whole = np.concatenate([np.ones(len(value)), np.zeros(rows.n_served + len(one))])
    if not len(value):
        needed = problem.limits.people.any() or problem.limits.group_money.any()
        return ExactPlan(None if needed else np.zeros(0, np.int64), 0.0, bool(needed))
    # The solver writes a line of its own when it improves a plan within a node.
    with quiet_output():
        found = milp(
            -gain,
            integrality=is_whole,
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(*rows.matrix()),
            options={"mip_rel_gap": tolerance, "node_limit": _MOST_NODES},
        )
    bound = float("inf") if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    if found.x is None:
        return ExactPlan(None, bound, found.status == _INFEASIBLE)
    return ExactPlan(np.flatnonzero(found.x[: len(value)] > 0.5), bound, False)


def relaxed_prices(problem: Problem) -> Prices | None:
    """Prices of the program with parts of courses allowed; None where it has no solution."""
    one, other = _overlapping(problem)
    rows = _Rows(problem, one, other)
    lost = problem.lost(one, other)
    value = problem.value.astype(np.float64)
    gain = np.concatenate([value, np.zeros(rows.n_served), -lost])
    if not len(gain):
        return None
    matrix, low, high = rows.matrix()
    sign = np.where(np.isfinite(high), 1.0, -1.0)
    found = linprog(
        -gain,
        A_ub=matrix.multiply(sign[:, None]).tocsr(),
        b_ub=np.where(sign > 0, high, -low),
        bounds=(0, 1),
    )
    return rows.prices(-np.asarray(found.ineqlin.marginals)) if found.status == 0 else None


def _overlapping(problem: Problem) -> tuple[Positions, Positions]:
    """Offers of one person that overlap, each two of them once."""
    nothing = np.zeros(0, dtype=np.int64)
    if problem.most == 1:
        return nothing, nothing
    ones, others = [nothing], [nothing]
    person = problem.person
    for apart in range(1, int(np.diff(problem.start).max(initial=1))):
        at = np.flatnonzero(person[apart:] == person[:-apart])
        at = at[problem.lost(at, at + apart) > 0]
        ones.append(at)
        others.append(at + apart)
    return np.concatenate(ones), np.concatenate(others)


class _Rows:
    """Rows of the program, put together part by part."""

    def __init__(self, problem: Problem, one: Positions, other: Positions) -> None:
        self.problem, self._one, self._other = problem, one, other
        limits = problem.limits
        counts = np.append(limits.people, 0)[problem.groups] > 0
        self._counted = np.flatnonzero(counts.any(axis=1))
        self.n_served = len(self._counted)
        self._parts: list[tuple[Positions, Positions, Doubles]] = []
        self._low: list[Doubles] = []
        self._high: list[Doubles] = []
        self._n_rows = 0
        self._priced: dict[str, list[tuple[int, int]]] = {}
        self._of_people()
        self._of_limits()
        self._of_groups()
        self._of_overlaps()

    def matrix(self) -> tuple[Any, Doubles, Doubles]:
        """All rows, and between what their sums must lie."""
        row, column, value = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        n_columns = self.problem.n_pairs + self.n_served + len(self._one)
        matrix = coo_array((value, (row, column)), shape=(self._n_rows, n_columns))
        return matrix.tocsr(), np.concatenate(self._low), np.concatenate(self._high)

    def prices(self, by_row: Doubles) -> Prices:
        """Prices of limits by those of rows."""
        limits = self.problem.limits
        found = {
            "money": np.zeros(1),
            "seats": np.zeros(len(limits.seats)),
            "unit_hours": np.zeros(len(limits.unit_hours) + 1),
            "people": np.zeros(len(limits.people)),
            "group_money": np.zeros(len(limits.group_money)),
        }
        for name, at in self._priced.items():
            for place, row in at:
                found[name][place] = max(float(by_row[row]), 0.0)
        return Prices(
            float(found["money"][0]),
            found["seats"],
            found["unit_hours"][:-1],
            found["people"],
            found["group_money"],
        )

    def _add(
        self, row: Positions, column: Positions, value: Doubles, low: Doubles, high: Doubles
    ) -> None:
        self._parts.append((row + self._n_rows, column, value))
        self._low.append(low)
        self._high.append(high)
        self._n_rows += len(high)

    def _at_most(self, row: Positions, value: Doubles, high: Doubles, priced: str = "") -> None:
        """Rows of offers with a limit; what has none is left out."""
        kept = np.flatnonzero(np.isfinite(high))
        place = np.full(len(high) + 1, -1)
        place[kept] = np.arange(len(kept))
        if priced:
            self._priced[priced] = [(int(k), self._n_rows + n) for n, k in enumerate(kept)]
        at = np.flatnonzero(place[row] >= 0)
        low = np.full(len(kept), -np.inf)
        self._add(place[row[at]], at, value[at], low, high[kept])

    def _of_people(self) -> None:
        problem = self.problem
        person = problem.person.astype(np.int64)
        ones = np.ones(problem.n_pairs)
        self._at_most(person, ones, np.full(problem.n_people, float(problem.most)))
        if problem.most > 1:
            self._at_most(person, problem.hours[problem.course], problem.room)

    def _of_limits(self) -> None:
        problem, limits = self.problem, self.problem.limits
        course = problem.course.astype(np.int64)
        nought = np.zeros(problem.n_pairs, dtype=np.int64)
        self._at_most(nought, problem.cost[course], np.array([limits.money]), "money")
        self._at_most(course, np.ones(problem.n_pairs), limits.seats, "seats")
        unit = problem.unit[problem.person].astype(np.int64)
        hours = np.append(limits.unit_hours, np.inf)
        owner = np.where(unit < 0, len(hours) - 1, unit)
        self._at_most(owner, problem.hours[course], hours, "unit_hours")

    def _of_groups(self) -> None:
        problem, limits = self.problem, self.problem.limits
        of_person = np.full(problem.n_people, -1)
        of_person[self._counted] = np.arange(self.n_served)
        served = of_person[problem.person]
        pair = np.flatnonzero(served >= 0)
        column = problem.n_pairs + np.arange(self.n_served)
        self._add(
            np.concatenate([served[pair], np.arange(self.n_served)]),
            np.concatenate([pair, column]),
            np.concatenate([-np.ones(len(pair)), np.ones(self.n_served)]),
            np.full(self.n_served, -np.inf),
            np.zeros(self.n_served),
        )
        for g in np.flatnonzero(limits.people):
            at = np.flatnonzero((problem.groups[self._counted] == g).any(axis=1))
            self._priced.setdefault("people", []).append((int(g), self._n_rows))
            self._at_least(problem.n_pairs + at, np.ones(len(at)), limits.people[g])
        for g in np.flatnonzero(limits.group_money):
            at = np.flatnonzero((problem.groups == g).any(axis=1)[problem.person])
            self._priced.setdefault("group_money", []).append((int(g), self._n_rows))
            self._at_least(at, problem.cost[problem.course[at]], limits.group_money[g])

    def _at_least(self, column: Positions, value: Doubles, low: float) -> None:
        row = np.zeros(len(column), dtype=np.int64)
        self._add(row, column, value, np.array([low]), np.array([np.inf]))

    def _of_overlaps(self) -> None:
        n, problem = len(self._one), self.problem
        row = np.arange(n)
        self._add(
            np.concatenate([row, row, row]),
            np.concatenate([self._one, self._other, problem.n_pairs + self.n_served + row]),
            np.concatenate([np.ones(n), np.ones(n), -np.ones(n)]),
            np.full(n, -np.inf),
            np.ones(n),
        )
