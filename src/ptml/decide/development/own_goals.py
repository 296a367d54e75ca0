"""Goals that people have set themselves, as of a day: one a person and competency."""

from dataclasses import dataclass

import numpy as np

from ptml.decide.development.config import DevelopmentConfig
from ptml.features.arrays import Codes, Days, Floats, Positions
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows


@dataclass(frozen=True, eq=False)
class OwnGoals:
    """Goals in the plans of rows, sorted by row and competency, (n,) each.

    Attributes
    ----------
    row : int64
        Position of the person among the rows.
    competency : int32
    target : float32
        0-5.
    by_day : int32
        `NEVER` = no date.
    started : int32
        Day on which it was set, or is taken to be; `NEVER` = not known.
    """

    row: Positions
    competency: Codes
    target: Floats
    by_day: Days
    started: Days

    def __len__(self) -> int:
        return len(self.row)


def own_goals(history: History, rows: Rows, day: int, config: DevelopmentConfig) -> OwnGoals:
    """Find the goals that stand in the plan on a day.

    Those that were set before the day and are due, or were due not too long ago. Of several for one
    competency the next that is due, then the last that was, then one without a date.

    Parameters
    ----------
    rows : Rows
        People, each once, all as of the day.
    """
    log = history.goals
    row = np.full(history.n_employees, -1, dtype=np.int64)
    row[rows.employee] = np.arange(len(rows))
    has_date = log.by_day != NEVER
    guessed = np.where(has_date, log.by_day.astype(np.int64) - config.plan_days, NEVER)
    started = np.where(log.set_day != NEVER, log.set_day, guessed).astype(np.int32)
    # A goal without any day is taken as a table without days is: it stands as the source has it.
    is_known = (started < day) | (started == NEVER)
    is_current = log.by_day.astype(np.int64) >= day - config.overdue_days
    goal = np.flatnonzero((row[log.employee] >= 0) & is_known & is_current)
    keys = -log.target_level[goal], _away(log.by_day[goal], day)
    goal = goal[np.lexsort((*keys, log.competency[goal], log.employee[goal]))]
    owner, competency = row[log.employee[goal]], log.competency[goal]
    first = np.ones(len(goal), dtype=np.bool_)
    first[1:] = (owner[1:] != owner[:-1]) | (competency[1:] != competency[:-1])
    goal = goal[first]
    goal = goal[np.lexsort((log.competency[goal], row[log.employee[goal]]))]
    return OwnGoals(
        row[log.employee[goal]],
        log.competency[goal],
        log.target_level[goal],
        log.by_day[goal],
        started[goal],
    )


def _away(by_day: Days, day: int) -> Positions:
    """The smaller, the rather it is the one that counts."""
    ahead = by_day.astype(np.int64) - day
    far = np.int64(2) * abs(int(NEVER))
    undated = by_day == NEVER
    return np.select([undated, ahead >= 0], [2 * far, ahead], default=far - ahead)
