"""The best path of each person: branch and bound, compiled.

A partial path is gone on with while it, with the best that the places left may bring by
themselves at today's levels and the earliest weeks, would beat the best path found. What is never
cut off cannot be beaten, so that the answer is the optimum; where a person's search reaches
`PathConfig.most_nodes`, the bound that is left is given.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.decide.path.overlap import slot_worth
from ptml.decide.path.problem import REQUIRED_POINTS, Problem, Solution

Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]

# What is equal but for rounding is no better.
_CLOSE = 1e-9
_NEVER = -1e18


def best_paths(problem: Problem, config: PathConfig) -> Solution:
    """Find the best path of each person; of equal ones that of the courses that stand first."""
    n, steps = len(problem), max(int(problem.most_steps.max(initial=0)), 1)
    order = np.full((n, steps), -1, dtype=np.int64)
    starts = np.zeros((n, steps))
    value, bound = np.zeros(n), np.zeros(n)
    nodes = np.zeros(n, dtype=np.int64)
    content, shape = problem.content, problem.lost.shape
    slots = (content.competency, content.start, content.end, content.wanted, content.reached)
    rules = np.array(
        [config.spacing_weeks, config.horizon_weeks, config.waiting_share, config.least_points]
    )
    _search_all(
        (problem.offer >= 0).sum(axis=1),
        *(problem.points, problem.weeks, problem.opens, problem.closes),
        *(problem.needs_all, problem.needs_any, problem.covers, problem.hold),
        *(part.reshape(shape) for part in (*slots, content.new, content.needed)),
        problem.worth,
        problem.lost,
        problem.begins,
        problem.most_steps,
        rules,
        config.most_nodes,
        *(order, starts, value, bound, nodes),
    )
    return Solution(order, starts, value, bound, nodes)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _search_all(
    n_courses: Positions,
    points: Doubles,
    weeks: Doubles,
    opens: Doubles,
    closes: Doubles,
    needs_all: Positions,
    needs_any: Positions,
    covers: Positions,
    hold: Doubles,
    competency: Codes,
    start: Doubles,
    end: Doubles,
    wanted: Doubles,
    reached: Doubles,
    new: Doubles,
    needed: Doubles,
    worth: Doubles,
    lost: Doubles,
    begins: Doubles,
    most_steps: Positions,
    rules: Doubles,
    most_nodes: int,
    order: Positions,
    starts: Doubles,
    value: Doubles,
    bound: Doubles,
    nodes: Positions,
) -> None:
    m, steps = points.shape[1], order.shape[1]
    # Of each depth: what is left of each course, what each would bring next, and what was tried.
    lost_at = np.zeros((steps + 1, *lost.shape[1:]))
    net = np.zeros((steps + 1, m))
    rank = np.zeros((steps + 1, m), dtype=np.int64)
    tried = np.zeros(steps + 1, dtype=np.int64)
    path = np.zeros(steps + 1, dtype=np.int64)
    begun = np.zeros(steps + 1)
    free, gained = np.zeros(steps + 1), np.zeros(steps + 1)
    used, covered = np.zeros(steps + 1, dtype=np.int64), np.zeros(steps + 1, dtype=np.int64)
    for i in range(len(points)):
        n = n_courses[i]
        most = min(most_steps[i], n)
        lost_at[0, :n] = lost[i, :n]
        free[0], gained[0], used[0], covered[0] = begins[i], 0.0, 0, 0
        shortest = weeks[i, :n].min() + rules[0] if n else 0.0
        _weigh(
            n,
            points[i],
            weeks[i],
            opens[i],
            closes[i],
            worth[i],
            lost_at[0],
            used[0],
            free[0],
            rules,
            net[0],
            rank[0],
        )
        bound[i] = _limit(
            n, net[0], rank[0], covers[i], 0, -1, most, opens[i], free[0], 0.0, shortest, rules
        )
        best, depth = 0.0, 0
        tried[0] = 0
        while depth >= 0:
            if depth == most or tried[depth] == n or nodes[i] >= most_nodes:
                depth -= 1
                continue
            c = rank[depth, tried[depth]]
            tried[depth] += 1
            if net[depth, c] == _NEVER:
                tried[depth] = n
                continue
            nodes[i] += 1
            now = gained[depth] + net[depth, c]
            here = covered[depth] | covers[i, c]
            now += REQUIRED_POINTS * (_bits(here) - _bits(covered[depth]))
            places = most - depth - 1
            later = weeks[i, c] + rules[0]
            rest = _limit(
                *(n, net[depth], rank[depth], covers[i], here, c, places),
                *(opens[i], free[depth], later, shortest, rules),
            )
            if now + rest <= best + _CLOSE:
                continue
            if not _is_ready(needs_all[i, c], needs_any[i, c], used[depth]):
                continue
            path[depth], begun[depth] = c, max(free[depth], opens[i, c])
            if now > best + _CLOSE:
                best = now
                _note(path, begun, depth, order[i], starts[i])
            depth += 1
            if depth == most:
                continue
            used[depth] = used[depth - 1] | (1 << c)
            gained[depth], covered[depth], tried[depth] = now, here, 0
            free[depth] = begun[depth - 1] + weeks[i, c] + rules[0]
            lost_at[depth, :n] = lost_at[depth - 1, :n]
            _lose(
                n,
                c,
                competency[i],
                start[i],
                end[i],
                wanted[i],
                reached[i],
                new[i],
                needed[i],
                hold[i, c],
                lost_at[depth],
            )
            _weigh(
                n,
                points[i],
                weeks[i],
                opens[i],
                closes[i],
                worth[i],
                lost_at[depth],
                used[depth],
                free[depth],
                rules,
                net[depth],
                rank[depth],
            )
        value[i] = best
        if nodes[i] < most_nodes:
            bound[i] = best
        bound[i] = max(bound[i], best)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _is_ready(needs_all: int, needs_any: int, used: int) -> bool:
    return not needs_all & ~used and (needs_any == 0 or needs_any & used != 0)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _note(path: Positions, begun: Doubles, depth: int, order: Positions, starts: Doubles) -> None:
    for k in range(len(order)):
        order[k] = path[k] if k <= depth else -1
        starts[k] = begun[k] if k <= depth else 0.0


@njit(cache=True)  # type: ignore[untyped-decorator]
def _weigh(
    n: int,
    points: Doubles,
    weeks: Doubles,
    opens: Doubles,
    closes: Doubles,
    worth: Doubles,
    lost: Doubles,
    used: int,
    free: float,
    rules: Doubles,
    net: Doubles,
    rank: Positions,
) -> None:
    """What each course would add as the next step, and the courses in the order of that."""
    for c in range(n):
        net[c] = _NEVER
        ends = max(free, opens[c]) + weeks[c]
        if not used & (1 << c) and ends <= min(closes[c], rules[1]) + _CLOSE:
            left = 1.0
            if worth[c] > 0:
                left = max(1.0 - lost[c].sum() / worth[c], 0.0)
            net[c] = points[c] * (left - rules[2] * ends) - rules[3]
        k = c
        while k > 0 and net[rank[k - 1]] < net[c]:
            rank[k] = rank[k - 1]
            k -= 1
        rank[k] = c


@njit(cache=True)  # type: ignore[untyped-decorator]
def _limit(
    n: int,
    net: Doubles,
    rank: Positions,
    covers: Positions,
    covered: int,
    but: int,
    places: int,
    opens: Doubles,
    free: float,
    later: float,
    shortest: float,
    rules: Doubles,
) -> float:
    """The most that some places may bring, each course at its best, none before its turn.

    Parameters
    ----------
    free, later : float
        Week for which `net` holds, and weeks from it until the first of the places begins.
    shortest : float
        Weeks from one begin to the next at the least.
    """
    total, may = 0.0, 0
    if places <= 0:
        return 0.0
    for k in range(n):
        c = rank[k]
        if net[c] == _NEVER:
            break
        if c == but:
            continue
        if places > 0 and net[c] > 0:
            places -= 1
            if opens[c] > free:
                # It begins no later for what comes before it.
                total += net[c]
            else:
                # Waiting costs a share of the points, which are more than what is left of them.
                total += net[c] * max(1.0 - rules[2] * later, 0.0)
                later += shortest
        may |= covers[c]
    return total + REQUIRED_POINTS * _bits(may & ~covered)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _lose(
    n: int,
    taken: int,
    competency: Codes,
    start: Doubles,
    end: Doubles,
    wanted: Doubles,
    reached: Doubles,
    new: Doubles,
    needed: Doubles,
    hold: float,
    lost: Doubles,
) -> None:
    """Note what a course that is taken leaves less of all others."""
    for b in range(competency.shape[1]):
        k, level = competency[taken, b], reached[taken, b]
        if k < 0:
            break
        for c in range(n):
            for a in range(competency.shape[1]):
                if competency[c, a] == k and level > start[c, a]:
                    share = slot_worth(
                        start[c, a], end[c, a], wanted[c, a], new[c, a], needed[c, a]
                    ) - slot_worth(level, end[c, a], wanted[c, a], new[c, a], needed[c, a])
                    lost[c, a] = max(lost[c, a], hold * share)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _bits(mask: int) -> int:
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count
