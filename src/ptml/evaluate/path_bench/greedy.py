"""A path step by step, each time the course that adds most now: what the search is held against."""

import numpy as np
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.decide.path.problem import Problem

Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]


def greedy_paths(problem: Problem, config: PathConfig) -> Positions:
    """Positions of the courses of each person's path, (n, most steps); -1 = no further step.

    The same rules and figures as the search, without a look ahead: a course that adds nothing by
    itself is never taken for what it opens, and none for what is required.
    """
    n = len(problem)
    steps = int(problem.most_steps.max(initial=0))
    order = np.full((n, steps), -1, dtype=np.int64)
    lost, free = problem.lost.copy(), problem.begins.copy()
    used = np.zeros(n, dtype=np.int64)
    people = np.arange(n)
    for step in range(steps):
        net = _net(problem, lost, free, used, config)
        net[step >= problem.most_steps] = -np.inf
        best = np.argmax(net, axis=1)
        on = (net[people, best] > 0) & (order[:, step - 1] >= 0 if step else True)
        order[on, step] = best[on]
        begin = np.maximum(free, problem.opens[people, best])
        free = np.where(on, begin + problem.weeks[people, best] + config.spacing_weeks, free)
        used = np.where(on, used | np.int64(1) << best, used)
        _lose(problem, lost, people[on], best[on])
    return order


def _net(
    problem: Problem, lost: Doubles, free: Doubles, used: Positions, config: PathConfig
) -> Doubles:
    bits = np.int64(1) << np.arange(problem.offer.shape[1])
    taken, own = used[:, None], problem.worth
    ends = np.maximum(free[:, None], problem.opens) + problem.weeks
    left = 1 - np.divide(lost.sum(axis=2), own, out=np.zeros_like(own), where=own > 0)
    net = problem.points * (np.maximum(left, 0) - config.waiting_share * ends)
    may = (problem.offer >= 0) & (taken & bits == 0)
    may &= ends <= np.minimum(problem.closes, config.horizon_weeks) + 1e-9
    may &= problem.needs_all & ~taken == 0
    may &= (problem.needs_any == 0) | (problem.needs_any & taken != 0)
    return np.where(may, net - config.least_points, -np.inf)


def _lose(problem: Problem, lost: Doubles, people: Positions, chosen: Positions) -> None:
    shape, content = problem.lost.shape, problem.content
    competency, start, end, wanted, reached, new, needed = (
        part.reshape(shape)[people]
        for part in (
            *(content.competency, content.start, content.end, content.wanted),
            *(content.reached, content.new, content.needed),
        )
    )
    at = np.arange(len(people))
    before = new * np.maximum(end - start, 0) + needed * np.maximum(wanted - start, 0)
    for slot in range(shape[2]):
        taught = competency[at, chosen, slot][:, None, None]
        level = reached[at, chosen, slot][:, None, None]
        since = np.maximum(start, level)
        after = new * np.maximum(end - since, 0) + needed * np.maximum(wanted - since, 0)
        share = problem.hold[people, chosen][:, None, None] * (before - after)
        meets = (competency == taught) & (taught >= 0)
        lost[people] = np.where(meets, np.maximum(lost[people], share), lost[people])
