"""The best path of one person by HiGHS, as a mixed integer program: what the search is held to.

Positions of a path are filled from the first on: ``x[c, p]`` says whether course *c* is the p-th
step. What earlier courses leave less of a course is held up by one line for each pair of courses
that teach a competency in common, each position and competency; weeks are continuous.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from ptml.decide.path.config import PathConfig
from ptml.decide.path.content import Content
from ptml.decide.path.problem import REQUIRED_POINTS, Problem, Solution
from ptml.quiet import quiet_output

Doubles = NDArray[np.float64]

_HALF = 0.5


class _Program:
    """Variables in blocks and the lines that hold between them, collected one by one."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.integer: list[int] = []
        self._cells: list[tuple[int, int, float]] = []
        self._above: list[float] = []

    def variables(self, n: int, cost: Doubles | float, upper: float, integer: bool) -> int:
        """Add n variables from 0 to `upper`; gives the position of the first."""
        first = len(self.cost)
        self.cost += np.broadcast_to(np.asarray(cost, dtype=np.float64), n).tolist()
        self.upper += [upper] * n
        self.integer += [int(integer)] * n
        return first

    def at_most(self, bound: float, *terms: tuple[int, float]) -> None:
        """The sum of terms (variable, factor) may not exceed a bound."""
        self._cells += [(len(self._above), variable, factor) for variable, factor in terms]
        self._above.append(bound)

    def best(self) -> tuple[float, Doubles]:
        """The largest value that HiGHS proves, and the variables that have it."""
        line, variable, factor = zip(*self._cells, strict=True)
        shape = (len(self._above), len(self.cost))
        matrix = coo_array((factor, (line, variable)), shape=shape).tocsr()
        with quiet_output():
            found = milp(
                -np.array(self.cost),
                integrality=np.array(self.integer),
                bounds=Bounds(0, np.array(self.upper)),
                constraints=LinearConstraint(matrix, ub=np.array(self._above)),
                options={"mip_rel_gap": 0.0},
            )
        if found.status != 0:
            raise RuntimeError(f"HiGHS did not solve a path: {found.message}")
        return -float(found.fun), found.x


@dataclass(frozen=True)
class _Person:
    """One person's courses, as columns, with where their variables stand."""

    points: Doubles
    weeks: Doubles
    opens: Doubles
    until: Doubles
    spacing: float
    begins: float
    latest: float
    steps: int

    def x(self, course: int, step: int) -> int:
        """Variable of a course as a step."""
        return course * self.steps + step

    def before(self, course: int, step: int, factor: float) -> list[tuple[int, float]]:
        """Terms of a course as any step before one."""
        return [(self.x(course, k), factor) for k in range(step)]


def library_paths(problem: Problem, config: PathConfig) -> Solution:
    """Find the best path of each person by the library's solver.

    Raises
    ------
    RuntimeError
        When HiGHS ends without a proof.
    """
    n, steps = len(problem), max(int(problem.most_steps.max(initial=0)), 1)
    order = np.full((n, steps), -1, dtype=np.int64)
    starts, value = np.zeros((n, steps)), np.zeros(n)
    for i in range(n):
        value[i], path = _best_of(problem.take(np.array([i])), config)
        order[i, : len(path)] = path
        _begin(problem, i, path, config, starts[i])
    return Solution(order, starts, value, value.copy(), np.zeros(n, dtype=np.int64))


def _begin(
    problem: Problem, person: int, path: list[int], config: PathConfig, starts: Doubles
) -> None:
    """Fill the week in which each step begins: as early as it may."""
    free = float(problem.begins[person])
    for place, c in enumerate(path):
        starts[place] = max(free, float(problem.opens[person, c]))
        free = starts[place] + float(problem.weeks[person, c]) + config.spacing_weeks


def _best_of(one: Problem, config: PathConfig) -> tuple[float, list[int]]:
    n = int((one.offer[0] >= 0).sum())
    steps = min(int(one.most_steps[0]), n)
    if steps == 0:
        return 0.0, []
    begins, spacing = float(one.begins[0]), float(config.spacing_weeks)
    own = _Person(
        points=one.points[0, :n],
        weeks=one.weeks[0, :n],
        opens=one.opens[0, :n],
        until=np.minimum(one.closes[0, :n], config.horizon_weeks),
        spacing=spacing,
        begins=begins,
        latest=max(config.horizon_weeks, begins) + spacing,
        steps=steps,
    )
    program = _Program()
    left = 1 - one.lost[0, :n].sum(axis=1) / np.where(one.worth[0, :n] > 0, one.worth[0, :n], 1)
    gain = own.points * left - config.least_points
    program.variables(n * steps, np.repeat(gain, steps), 1, True)
    _in_turn(program, own)
    _in_time(program, own, config.waiting_share)
    _after(program, own, one)
    _covered(program, own, one.covers[0, :n])
    _once(program, own, one)
    value, found = program.best()
    taken = found[: n * steps].reshape(n, steps) > _HALF
    return value, [int(np.flatnonzero(taken[:, p])[0]) for p in range(steps) if taken[:, p].any()]


def _in_turn(program: _Program, own: _Person) -> None:
    courses = range(len(own.points))
    for c in courses:
        program.at_most(1, *own.before(c, own.steps, 1))
    for p in range(own.steps):
        here = [(own.x(c, p), 1.0) for c in courses]
        program.at_most(1, *here)
        if p:
            program.at_most(0, *here, *((own.x(c, p - 1), -1.0) for c in courses))


def _in_time(program: _Program, own: _Person, waiting_share: float) -> None:
    """Weeks of starts and ends; the end of a course counts only where it is a step."""
    n = len(own.points)
    begin = program.variables(own.steps, 0.0, own.latest, False)
    end = program.variables(n, -waiting_share * own.points, own.latest + own.weeks.max(), False)
    program.at_most(-own.begins, (begin, -1.0))
    for p in range(own.steps):
        if p:
            taken = [(own.x(c, p - 1), own.weeks[c] + own.spacing) for c in range(n)]
            program.at_most(0, (begin + p - 1, 1.0), (begin + p, -1.0), *taken)
        program.at_most(0, (begin + p, -1.0), *((own.x(c, p), own.opens[c]) for c in range(n)))
        for c in range(n):
            room = own.latest - own.until[c] + own.weeks[c]
            program.at_most(own.latest, (begin + p, 1.0), (own.x(c, p), room))
            slack = own.latest + own.weeks[c]
            program.at_most(own.latest, (begin + p, 1.0), (end + c, -1.0), (own.x(c, p), slack))


def _after(program: _Program, own: _Person, one: Problem) -> None:
    """What has to come before a course comes before it."""
    for c in range(len(own.points)):
        groups = [[d] for d in _courses_of(int(one.needs_all[0, c]))]
        if one.needs_any[0, c]:
            groups.append(_courses_of(int(one.needs_any[0, c])))
        for group in groups:
            for p in range(own.steps):
                earlier = [term for d in group for term in own.before(d, p, -1)]
                program.at_most(0, (own.x(c, p), 1.0), *earlier)


def _covered(program: _Program, own: _Person, covers: NDArray[np.int64]) -> None:
    for bit in _courses_of(int(np.bitwise_or.reduce(covers))):
        reached = program.variables(1, REQUIRED_POINTS, 1, False)
        some = np.flatnonzero(covers & (1 << bit))
        terms = [term for c in some for term in own.before(int(c), own.steps, -1)]
        program.at_most(0, (reached, 1.0), *terms)


def _once(program: _Program, own: _Person, one: Problem) -> None:
    """What a course before teaches already is taken off, the largest such part of each matter."""
    content, n = one.content, len(own.points)
    for c in range(n):
        for a in np.flatnonzero(content.competency[c] >= 0):
            parts = [(d, _shared(content, c, int(a), d) * one.hold[0, d]) for d in range(n)]
            more = [(d, part - one.lost[0, c, a]) for d, part in parts if d != c]
            more = [(d, part) for d, part in more if part > 0]
            if not more:
                continue
            price = -own.points[c] / one.worth[0, c]
            off = program.variables(1, price, float(max(part for _, part in more)), False)
            for d, part in more:
                for p in range(1, own.steps):
                    both = [*own.before(d, p, part), (own.x(c, p), part)]
                    program.at_most(part, (off, -1.0), *both)


def _shared(content: Content, course: int, slot: int, before: int) -> float:
    """Worth of one competency of a course that another one has brought already, if it holds."""
    same = content.competency[before] == content.competency[course, slot]
    level = float(content.reached[before][same].max(initial=-1.0))
    at = (course, slot)
    start = float(content.start[at])
    worth = [
        content.new[at] * max(content.end[at] - since, 0)
        + content.needed[at] * max(content.wanted[at] - since, 0)
        for since in (start, max(start, level))
    ]
    return float(worth[0] - worth[1])


def _courses_of(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
