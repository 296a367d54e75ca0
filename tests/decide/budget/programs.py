"""Small programs, and the best plan found by trying all."""

from itertools import combinations, product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ptml.decide.budget.problem import Limits, Problem
from ptml.decide.budget.rounding import points_of
from ptml.decide.budget.solve import usage_of

INF = float("inf")


def program(
    offers: list[list[tuple[int, float]]],
    cost: list[float],
    money: float = INF,
    hours: list[float] | None = None,
    seats: dict[int, float] | None = None,
    room: float = INF,
    unit: list[int] | None = None,
    unit_hours: list[float] | None = None,
    groups: list[list[int]] | None = None,
    people: list[float] | None = None,
    group_money: list[float] | None = None,
    overlap: dict[tuple[int, int], float] | None = None,
    most: int = 1,
) -> Problem:
    """A program of offers by person: course and value; money and hours as they are counted."""
    n, n_courses = len(offers), len(cost)
    flat = [offer for person in offers for offer in sorted(person)]
    of_courses = np.full(n_courses, INF)
    for course, number in (seats or {}).items():
        of_courses[course] = number
    lost = np.zeros((n_courses, n_courses), dtype=np.float32)
    for (one, other), part in (overlap or {}).items():
        lost[one, other] = lost[other, one] = part
    needed = np.array(people or [], dtype=np.float64)
    return Problem(
        start=np.concatenate([[0], np.cumsum([len(p) for p in offers])]).astype(np.int64),
        course=np.array([course for course, _ in flat], dtype=np.int32),
        value=np.array([value for _, value in flat], dtype=np.float32),
        room=np.full(n, room),
        unit=np.array(unit or [-1] * n, dtype=np.int32),
        groups=np.array(groups or [[]] * n, dtype=np.int32).reshape(n, -1),
        cost=np.array(cost, dtype=np.float64),
        hours=np.array(hours or [0.0] * n_courses, dtype=np.float64),
        overlap=lost,
        limits=Limits(
            money,
            of_courses,
            np.array(unit_hours or [], dtype=np.float64),
            needed,
            np.array(group_money or [0.0] * len(needed), dtype=np.float64),
        ),
        most=most,
    )


def keeps(problem: Problem, chosen: np.ndarray) -> bool:
    """Whether a plan keeps every limit and meets every minimum, counted by hand."""
    limits, used = problem.limits, usage_of(problem, chosen)
    person = problem.person[chosen]
    counts = np.bincount(person, minlength=problem.n_people)
    busy = np.bincount(person, problem.hours[problem.course[chosen]], problem.n_people)
    return bool(
        counts.max(initial=0) <= problem.most
        and (busy <= problem.room).all()
        and used.money <= limits.money
        and (used.seats <= limits.seats).all()
        and (used.unit_hours <= limits.unit_hours).all()
        and (used.people >= limits.people).all()
        and (used.group_money >= limits.group_money).all()
    )


def best_by_trying(problem: Problem) -> float | None:
    """Points of the best plan; None where there is none."""
    sets = []
    for i in range(problem.n_people):
        own = range(int(problem.start[i]), int(problem.start[i + 1]))
        sets.append([c for n in range(problem.most + 1) for c in combinations(own, n)])
    best = None
    for picked in product(*sets):
        chosen = np.array([k for own in picked for k in own], dtype=np.int64)
        if keeps(problem, chosen):
            points = points_of(problem, chosen)
            best = points if best is None or points > best else best
    return best


@st.composite
def programs(draw: Any, minima: bool = True) -> Problem:
    """Up to four people, three courses, and limits that bind."""
    n = draw(st.integers(1, 4))
    value = st.sampled_from([0.5, 1.0, 1.5, 2.0, 4.0])
    offers = [
        list(draw(st.dictionaries(st.integers(0, 2), value, max_size=3)).items()) for _ in range(n)
    ]
    whole = st.integers(0, 4).map(float)
    groups = [[draw(st.integers(-1, 1))] for _ in range(n)]
    return program(
        offers,
        cost=[draw(whole) for _ in range(3)],
        money=draw(st.integers(0, 12)) * 1.0,
        hours=[draw(whole) for _ in range(3)],
        seats={0: float(draw(st.integers(0, 2)))},
        room=draw(st.sampled_from([INF, 4.0])),
        unit=[k % 2 for k in range(n)],
        unit_hours=[draw(st.sampled_from([INF, 5.0])), INF],
        groups=groups if minima else None,
        people=[float(draw(st.integers(0, 1))), 0.0] if minima else None,
        group_money=[0.0, float(draw(st.integers(0, 2)))] if minima else None,
        overlap={(0, 1): draw(st.sampled_from([0.0, 0.5, 1.0]))},
        most=draw(st.integers(1, 3)),
    )
