r"""How far a person is on the way to an own goal, and whether that is in time.

The plan's line leads from the level as it was known when the goal was set, :math:`l_0`, straight to
the target :math:`t` on its date. With the level now, :math:`l`, its standard error :math:`s`, and
the part :math:`a` of the time that is over, somebody is behind where
:math:`P(\text{level} < l_0 + a (t - l_0)) = \Phi((l_0 + a (t - l_0) - l) / s)` is at least `sure`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from ptml.contracts.development import PLAN_STATUSES
from ptml.decide.development.config import DevelopmentConfig
from ptml.decide.development.own_goals import OwnGoals
from ptml.features.arrays import Bools, Days, Doubles, Floats
from ptml.features.days import NEVER

REACHED, ON_TRACK, BEHIND, OVERDUE, UNKNOWN, NO_DATE = range(len(PLAN_STATUSES))


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels of the goals' people in the goals' competencies, (n,) each; NaN = unknown.

    Attributes
    ----------
    start : float32
        As it was known on the day on which the goal was set.
    now, se : float32
        Level, and its standard error.
    last_assessed : int32
        Day of the last assessment; `NEVER` = none.
    """

    start: Floats
    now: Floats
    se: Floats
    last_assessed: Days


@dataclass(frozen=True, eq=False)
class Progress:
    """Progress of goals, (n,) each; NaN = unknown.

    Attributes
    ----------
    way : float64
        Share of the way from the start to the target that is behind the person, -1 to 1; unknown
        where nothing was assessed since, for a level also moves as others' do.
    time : float64
        Share of the time that is over, 0-1.
    p_reached : float64
        Probability that the level is at the target.
    status : int64
        Position in ``PLAN_STATUSES``.
    """

    way: Doubles
    time: Doubles
    p_reached: Doubles
    status: NDArray[np.int64]


def progress(goals: OwnGoals, levels: Levels, day: int, config: DevelopmentConfig) -> Progress:
    """Hold levels against the plan's line as of a day."""
    target = goals.target.astype(np.float64)
    start, now, se = (v.astype(np.float64) for v in (levels.start, levels.now, levels.se))
    whole = target - start
    seen = _seen_since(goals, levels)
    has_way = seen & (whole > 0)
    way = np.where(has_way, np.clip((now - start) / np.where(has_way, whole, 1), -1, 1), np.nan)
    time = _time(goals, day)
    p_reached = _at_least(now, target, se)
    status = _status(goals, levels, seen, time, p_reached, day, config)
    return Progress(way, time, p_reached, status)


def _time(goals: OwnGoals, day: int) -> Doubles:
    started, by_day = goals.started.astype(np.float64), goals.by_day.astype(np.float64)
    dated = (goals.by_day != NEVER) & (goals.started != NEVER)
    span = np.where(dated, np.maximum(by_day - started, 1), np.nan)
    return np.clip((day - started) / span, 0, 1)


def _at_least(level: Doubles, bar: Doubles, se: Doubles) -> Doubles:
    """Probability that a level is not below a bar."""
    return np.asarray(norm.cdf((level - bar) / np.maximum(se, 1e-9)), dtype=np.float64)


def _seen_since(goals: OwnGoals, levels: Levels) -> Bools:
    """Whether an assessment was made since the goal was set."""
    last = levels.last_assessed
    return (last != NEVER) & ((last >= goals.started) | (goals.started == NEVER))


def _status(
    goals: OwnGoals,
    levels: Levels,
    was_seen: Bools,
    time: Doubles,
    p_reached: Doubles,
    day: int,
    config: DevelopmentConfig,
) -> NDArray[np.int64]:
    whole = goals.target.astype(np.float64) - levels.start
    was_there = whole <= 0
    line = levels.start + np.nan_to_num(time) * whole
    now, se = levels.now.astype(np.float64), levels.se.astype(np.float64)
    is_behind = 1 - _at_least(now, line, se) >= config.sure
    # Where the error is as large as the whole way, a level tells nothing of how far it is.
    cannot_tell = ~was_seen | ~np.isfinite(line) | ~np.isfinite(now) | (se >= whole)
    return np.select(
        [
            (p_reached >= config.reached) & (was_seen | was_there),
            (goals.by_day != NEVER) & (goals.by_day < day),
            goals.by_day == NEVER,
            cannot_tell,
            is_behind,
        ],
        [REACHED, OVERDUE, NO_DATE, UNKNOWN, BEHIND],
        default=ON_TRACK,
    ).astype(np.int64)
