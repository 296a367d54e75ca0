"""What planning costs and how good it is for certain, by size, on made-up offers."""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ptml.decide.budget.problem import Limits, Problem, hundredths
from ptml.decide.budget.solve import Plan, solve
from ptml.jobs.progress import Progress

_CHUNK = 10_000
_UNIT_PEOPLE = 50
_MONEY_A_HEAD, _SEATS_A_HEAD = 60.0, 0.02


@dataclass(frozen=True)
class Size:
    """One program."""

    people: int
    candidates: int
    courses: int
    is_exact_too: bool


def bench_solvers(sizes: Sequence[Size], progress: Progress) -> dict[str, Any]:
    """Seconds, peak memory of the process so far and gap by size, with and without minima."""
    rows = []
    for size in sizes:
        progress.stage(f"{size.people:,} people x {size.candidates} candidates")
        problem = made(size)
        for name, of in (("", problem), ("minima", with_minima(problem))):
            rows.append({**vars(size), "with": name, **_measured(of, "dual")})
            if size.is_exact_too:
                rows.append({**vars(size), "with": name, **_measured(of, "exact")})
    return {"rows": rows, "sentences": [_HEAD, *map(_line, rows)]}


_HEAD = f"{'people':>9} {'offers':>11} {'minima':>7} {'solver':>7} {'s':>8} {'GiB':>6} {'gap':>10}"


def _line(row: dict[str, Any]) -> str:
    offers = row["people"] * row["candidates"]
    return (
        f"{row['people']:>9,} {offers:>11,} {row['with'] or 'none':>7} {row['solver']:>7}"
        f" {row['seconds']:>8.1f} {row['gib']:>6.2f} {100 * row['gap']:>9.4f} %"
    )


def _measured(problem: Problem, solver: str) -> dict[str, Any]:
    # What is compiled, is compiled before.
    solve(problem.every(max(problem.n_people // 100, 1)), "dual")
    begun = time.perf_counter()
    plan: Plan = solve(problem, "exact" if solver == "exact" else "dual", tolerance=1e-4)
    return {
        "solver": solver,
        "seconds": time.perf_counter() - begun,
        "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "gap": plan.gap,
        "found": plan.is_found,
        "points": plan.points,
    }


def made(size: Size, seed: int = 0) -> Problem:
    """Values are of a course, a person and both; half of the courses are short of seats."""
    rng, n, n_courses = np.random.default_rng(seed), size.people, size.courses
    k = min(size.candidates, n_courses)
    effect, able = rng.gamma(2, 1.0, n_courses), rng.gamma(2, 0.5, n)
    cost, hours = np.rint(rng.gamma(3, 100, n_courses)) + 20, np.rint(rng.gamma(3, 4, n_courses))
    course, value = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    for first in range(0, n, _CHUNK):
        some = slice(first, min(first + _CHUNK, n))
        draws = rng.random((some.stop - first, n_courses), dtype=np.float32)
        course[some] = np.sort(np.argpartition(draws, k - 1, axis=1)[:, :k], axis=1)
        fit = rng.gamma(2, 0.5, (some.stop - first, k))
        value[some] = effect[course[some]] * fit * able[some, None] + 0.01
    overlap = np.where(rng.random((n_courses, n_courses)) < 0.05, rng.random((n_courses,) * 2), 0)
    np.fill_diagonal(overlap, 0)
    n_units = max(n // _UNIT_PEOPLE, 1)
    has_seats = rng.random(n_courses) < 0.5
    seats = np.where(has_seats, np.ceil(rng.random(n_courses) * n * _SEATS_A_HEAD), np.inf)
    limits = Limits(
        float(hundredths(n * _MONEY_A_HEAD)),
        seats,
        np.full(n_units, np.inf),
        np.zeros(0),
        np.zeros(0),
    )
    return Problem(
        start=np.arange(n + 1, dtype=np.int64) * k,
        course=course.reshape(-1),
        value=value.reshape(-1),
        room=np.full(n, float(hundredths(30.0))),
        unit=(np.arange(n) % n_units).astype(np.int32),
        groups=np.full((n, 0), -1, dtype=np.int32),
        cost=hundredths(cost),
        hours=hundredths(hours),
        overlap=overlap.astype(np.float32),
        limits=limits,
        most=2,
    )


def with_minima(problem: Problem, n_groups: int = 20, share: float = 0.3) -> Problem:
    """The same with a minimum of people for each of some groups of units."""
    n = min(n_groups, len(problem.limits.unit_hours))
    group = problem.unit % n
    needed = np.ceil(share * np.bincount(group, minlength=n))
    limits = replace(problem.limits, people=needed, group_money=np.zeros(n))
    return replace(problem, groups=group[:, None].astype(np.int32), limits=limits)
