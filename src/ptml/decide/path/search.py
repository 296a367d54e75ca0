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
    net, most_more = np.zeros((steps + 1, m)), np.zeros(steps + 1)
    rank = np.zeros((steps + 1, m), dtype=np.int64)
    tried = np.zeros(steps + 1, dtype=np.int64)
    path = np.zeros(steps + 1, dtype=np.int64)
    begun = np.zeros(steps + 1)
    free, gained = np.zeros(steps + 1), np.zeros(steps + 1)
    used, covered = np.zeros(steps + 1, dtype=np.int64), np.zeros(steps + 1, dtype=np.int64)
    may, meets = np.zeros(steps + 1, dtype=np.int64), np.zeros(m, dtype=np.int64)
    for i in range(len(points)):
        n = n_courses[i]
        most = min(most_steps[i], n)
        _find_meetings(n, competency[i], meets)
        lost_at[0, :n] = lost[i, :n]
        free[0], gained[0], used[0], covered[0] = begins[i], 0.0, 0, 0
        shortest = _least(weeks[i], n) + rules[0]
        best, depth, enters = 0.0, 0, True
        while depth >= 0:
            if enters:
                may[depth] = _weigh(
                    *(n, points[i], weeks[i], opens[i], closes[i], worth[i], covers[i]),
                    *(lost_at[depth], used[depth], free[depth], rules, net[depth], rank[depth]),
                )
                may[depth] &= ~covered[depth]
                most_more[depth] = _rest(
                    *(n, net[depth], rank[depth], -1, most - depth - 1, opens[i], free[depth]),
                    *(shortest, shortest, rules),
                ) + REQUIRED_POINTS * _bits(may[depth])
                tried[depth], enters = 0, False
            if tried[depth] == n or depth == most or nodes[i] >= most_nodes:
                depth -= 1
                continue
            c = rank[depth, tried[depth]]
            tried[depth] += 1
            if gained[depth] + net[depth, c] + most_more[depth] <= best + _CLOSE:
                # Those after it bring less still.
                tried[depth] = n
                continue
            nodes[i] += 1
            here = covered[depth] | covers[i, c]
            now = gained[depth] + net[depth, c]
            now += REQUIRED_POINTS * (_bits(here) - _bits(covered[depth]))
            rest = _rest(
                *(n, net[depth], rank[depth], c, most - depth - 1, opens[i], free[depth]),
                *(weeks[i, c] + rules[0], shortest, rules),
            ) + REQUIRED_POINTS * _bits(may[depth] & ~here)
            if now + rest <= best + _CLOSE:
                continue
            if not _may_follow(
                *(c, depth, path, used, free, points[i], weeks[i], opens[i], closes[i]),
                *(needs_all[i], needs_any[i], meets, rules[0]),
            ):
                continue
            path[depth], begun[depth] = c, max(free[depth], opens[i, c])
            if now > best + _CLOSE:
                best = now
                _note(path, begun, depth, order[i], starts[i])
            depth += 1
            used[depth] = used[depth - 1] | (1 << c)
            gained[depth], covered[depth], tried[depth] = now, here, 0
            free[depth] = begun[depth - 1] + weeks[i, c] + rules[0]
            enters = depth < most
            if enters:
                _lose(
                    *(n, c, meets[c], lost_at[depth - 1], competency[i], start[i], end[i]),
                    *(wanted[i], reached[i], new[i], needed[i], hold[i, c], lost_at[depth]),
                )
        value[i] = best
        # What was left at the root holds for whatever was not looked at.
        whole = gained[0] + most_more[0] + net[0, rank[0, 0]] if most else 0.0
        bound[i] = max(best, whole) if nodes[i] >= most_nodes else best


@njit(cache=True)  # type: ignore[untyped-decorator]
def _may_follow(
    c: int,
    depth: int,
    path: Positions,
    used: Positions,
    free: Doubles,
    points: Doubles,
    weeks: Doubles,
    opens: Doubles,
    closes: Doubles,
    needs_all: Positions,
    needs_any: Positions,
    meets: Positions,
    spacing: float,
) -> bool:
    """Whether a course may be the next step, and would not better stand before the last one.

    Of two courses that have nothing to do with one another, that comes first which brings more for
    its weeks; whatever follows is the same, and that order is tried elsewhere. Nothing is said of
    courses that share a matter, wait for one another or a date, or may close too early.

    Parameters
    ----------
    used : (most steps,) int64
        Bits of the steps before each place.
    free : (most steps,) float64
        Week in which the step at each place may begin.
    """
    if not _is_ready(needs_all[c], needs_any[c], used[depth]):
        return False
    last, begins = path[depth - 1], free[depth - 1]
    if depth == 0 or meets[c] & (1 << last):
        return True
    if not _is_ready(needs_all[c], needs_any[c], used[depth - 1]):
        return True
    if opens[c] > begins or opens[last] > begins:
        return True
    if begins + weeks[c] + spacing + weeks[last] > closes[last]:
        return True
    more = points[c] * (weeks[last] + spacing) - points[last] * (weeks[c] + spacing)
    return more <= _CLOSE


@njit(cache=True)  # type: ignore[untyped-decorator]
def _find_meetings(n: int, competency: Codes, meets: Positions) -> None:
    """Bits of the courses that teach a competency in common with each course."""
    for c in range(n):
        meets[c] = 0
        for d in range(n):
            for a in range(competency.shape[1]):
                for b in range(competency.shape[1]):
                    if competency[c, a] >= 0 and competency[c, a] == competency[d, b]:
                        meets[c] |= 1 << d


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
    covers: Positions,
    lost: Doubles,
    used: int,
    free: float,
    rules: Doubles,
    net: Doubles,
    rank: Positions,
) -> int:
    """What each course would add as the next step, and the courses in the order of that.

    Gives the bits of the required competencies that any of them works on.
    """
    may = 0
    for c in range(n):
        net[c] = _NEVER
        ends = max(free, opens[c]) + weeks[c]
        if not used & (1 << c) and ends <= min(closes[c], rules[1]) + _CLOSE:
            left, gone = 1.0, 0.0
            for a in range(lost.shape[1]):
                gone += lost[c, a]
            if gone > 0:
                left = max(1.0 - gone / worth[c], 0.0)
            net[c] = points[c] * (left - rules[2] * ends) - rules[3]
            may |= covers[c]
        k = c
        while k > 0 and net[rank[k - 1]] < net[c]:
            rank[k] = rank[k - 1]
            k -= 1
        rank[k] = c
    return may


@njit(cache=True)  # type: ignore[untyped-decorator]
def _rest(
    n: int,
    net: Doubles,
    rank: Positions,
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
    but : int
        A course that is not among them; -1 = none.
    free, later : float
        Week for which `net` holds, and weeks from it until the first of the places begins.
    shortest : float
        Weeks from one begin to the next at the least.
    """
    total = 0.0
    for k in range(n):
        c = rank[k]
        if places <= 0 or net[c] <= 0:
            break
        if c == but:
            continue
        places -= 1
        if opens[c] > free:
            # It begins no later for what comes before it.
            total += net[c]
        else:
            # Waiting costs a share of the points, which are more than what is left of them.
            total += net[c] * max(1.0 - rules[2] * later, 0.0)
            later += shortest
    return total


@njit(cache=True)  # type: ignore[untyped-decorator]
def _lose(
    n: int,
    taken: int,
    meets: int,
    before: Doubles,
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
    slots = range(competency.shape[1])
    for c in range(n):
        for a in slots:
            lost[c, a] = before[c, a]
        if not meets & (1 << c):
            continue
        for b in slots:
            k, level = competency[taken, b], reached[taken, b]
            for a in slots:
                if k >= 0 and competency[c, a] == k and level > start[c, a]:
                    terms = (end[c, a], wanted[c, a], new[c, a], needed[c, a])
                    share = slot_worth(start[c, a], *terms) - slot_worth(level, *terms)
                    lost[c, a] = max(lost[c, a], hold * share)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _least(values: Doubles, n: int) -> float:
    least = np.inf
    for k in range(n):
        least = min(least, values[k])
    return least


@njit(cache=True)  # type: ignore[untyped-decorator]
def _bits(mask: int) -> int:
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count
