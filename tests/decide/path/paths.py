"""Every path of a small problem, one by one, by the words of the rule."""

from itertools import permutations

import numpy as np

from ptml.decide.path.config import PathConfig
from ptml.decide.path.problem import REQUIRED_POINTS, Problem


def value_of(problem: Problem, person: int, path: tuple[int, ...], config: PathConfig) -> float:
    """Value of one path; minus infinity where it may not be gone."""
    m, content = problem.offer.shape[1], problem.content
    free, value, covered, used = float(problem.begins[person]), 0.0, 0, 0
    lost = problem.lost[person].copy()
    for c in path:
        needs = int(problem.needs_all[person, c]), int(problem.needs_any[person, c])
        begins = max(free, float(problem.opens[person, c]))
        ends = begins + float(problem.weeks[person, c])
        late = ends > min(float(problem.closes[person, c]), config.horizon_weeks) + 1e-9
        if late or needs[0] & ~used or (needs[1] and not needs[1] & used):
            return -np.inf
        whole = float(problem.worth[person, c])
        left = 1 - float(lost[c].sum()) / whole if whole > 0 else 1.0
        points = float(problem.points[person, c])
        value += points * (left - config.waiting_share * ends) - config.least_points
        used, covered = used | 1 << c, covered | int(problem.covers[person, c])
        free = ends + config.spacing_weeks
        for other in range(m):
            for a, k in enumerate(content.competency[person * m + other]):
                for b, taught in enumerate(content.competency[person * m + c]):
                    if k < 0 or taught != k:
                        continue
                    pair = person * m + other
                    level = max(content.reached[person * m + c, b], content.start[pair, a])
                    parts = [
                        content.new[pair, a] * max(content.end[pair, a] - since, 0)
                        + content.needed[pair, a] * max(content.wanted[pair, a] - since, 0)
                        for since in (content.start[pair, a], level)
                    ]
                    share = float(problem.hold[person, c]) * (parts[0] - parts[1])
                    lost[other, a] = max(lost[other, a], share)
    return value + REQUIRED_POINTS * covered.bit_count()


def best_value(problem: Problem, person: int, config: PathConfig) -> float:
    """The largest value of all paths."""
    courses = range(int((problem.offer[person] >= 0).sum()))
    steps = range(int(problem.most_steps[person]) + 1)
    paths = (path for n in steps for path in permutations(courses, n))
    return max(value_of(problem, person, path, config) for path in paths)
