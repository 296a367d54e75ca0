"""Personal goals as of a day: those of the plan that runs.

Where the source does not say when a goal was set, it is taken to be known from a year before the
day by which it is to be reached, for a development plan runs for a year; one without either day is
never seen.
"""

from dataclasses import dataclass

import numpy as np

from ptml.features.arrays import Doubles, Floats, Positions
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.windows import Window, expand

PLAN_DAYS = 365


@dataclass(frozen=True, eq=False)
class OpenGoals:
    """Goals of each row's person that are open.

    Attributes
    ----------
    count : (n,) int64
    levels : (n,) float64
        Levels between the person and the goals, summed; 0 without a goal.
    target : (n, n_competencies) float32
        The highest of the goals' levels; NaN without one.
    """

    count: Positions
    levels: Doubles
    target: Floats


def open_goals(history: History, rows: Rows, level: Floats) -> OpenGoals:
    """Find the goals due within a year of each row's day, that day included.

    Parameters
    ----------
    level : (n, n_competencies) float32
        `Capability.level`; a goal for an unknown level counts with 0 levels.
    """
    log = history.timelines.goals
    window: Window = log.window(
        rows.employee, rows.day, (rows.day.astype(np.int64) + PLAN_DAYS).astype(np.int32)
    )
    query, event = expand(window)
    goal = log.source[event]
    set_day = history.goals.set_day[goal]
    is_known = (set_day == NEVER) | (set_day < rows.day[query])
    query, goal = query[is_known], goal[is_known]
    competency = history.goals.competency[goal]
    away = history.goals.target_level[goal] - level[query, competency]
    missing = np.maximum(np.nan_to_num(away.astype(np.float64)), 0.0)
    target = np.full(level.shape, -np.inf, dtype=np.float32)
    np.maximum.at(target, (query, competency), history.goals.target_level[goal])
    return OpenGoals(
        np.bincount(query, minlength=len(rows)),
        np.bincount(query, weights=missing, minlength=len(rows)).astype(np.float64),
        np.where(np.isfinite(target), target, np.float32(np.nan)),
    )
