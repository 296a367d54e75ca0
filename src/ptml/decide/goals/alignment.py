"""What does not hang together: courses that serve no goal, and goals that no course serves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.goals import ALIGNMENT_REASONS
from ptml.decide.goals.weights import GoalWeights
from ptml.features.arrays import Bools, Positions
from ptml.features.catalogue import Catalogue

_TEACHES_NOTHING, _SERVES_NO_GOAL, _NO_COMPETENCY, _NO_COURSE, _NO_OPEN_COURSE = range(
    len(ALIGNMENT_REASONS)
)


@dataclass(frozen=True, eq=False)
class Alignment:
    """What was found.

    Attributes
    ----------
    course, course_reason : (n,) int64
        Open courses that nobody has to take and that serve no goal; position in
        ``ALIGNMENT_REASONS``.
    unit, kpi, goal_reason : (m,) int64
        KPIs of goals in force, by the unit whose goal it is, that no open course serves.
    """

    course: Positions
    course_reason: Positions
    unit: Positions
    kpi: Positions
    goal_reason: Positions


def alignment(goals: GoalWeights, catalogue: Catalogue, staffed: Bools, day: int) -> Alignment:
    """Hold what courses teach against what drives the goals of units with people.

    Parameters
    ----------
    staffed : (n_units,) bool
        Units with people; a goal of a unit above theirs is theirs too.
    day : int
        Days since 1970-01-01.
    """
    is_open = catalogue.open_on(day)
    course, course_reason = _courses(goals, catalogue, staffed, is_open & ~catalogue.mandatory)
    reason = _kpi_reasons(goals, catalogue, is_open)
    has_people = np.zeros(len(staffed), dtype=np.bool_)
    for above in goals.shares.above:
        has_people[above[staffed & (above >= 0)]] = True
    unit, kpi = np.nonzero((goals.shares.own > 0) & has_people[:, None] & (reason >= 0))
    return Alignment(course, course_reason, unit, kpi, reason[kpi])


def _courses(
    goals: GoalWeights, catalogue: Catalogue, staffed: Bools, looked_at: Bools
) -> tuple[Positions, Positions]:
    wanted = goals.shares.all[staffed].sum(axis=0) > 0
    if not wanted.any():
        # Without any goal there is nothing to be aligned with.
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    needed = (goals.drives[wanted] > 0).any(axis=0)
    serves = (catalogue.teaches & needed).any(axis=1)
    course = np.flatnonzero(looked_at & ~serves)
    teaches = catalogue.teaches_something[course]
    return course, np.where(teaches, _SERVES_NO_GOAL, _TEACHES_NOTHING)


def _kpi_reasons(goals: GoalWeights, catalogue: Catalogue, is_open: Bools) -> NDArray[np.int64]:
    """Why no course serves each KPI, (n_kpis,); -1 = one does."""
    drives = goals.drives > 0
    taught, taught_now = (
        (drives & np.any(catalogue.teaches[courses], axis=0)).any(axis=1)
        for courses in (slice(None), is_open)
    )
    return np.select(
        [taught_now, taught, drives.any(axis=1)],
        [-1, _NO_OPEN_COURSE, _NO_COURSE],
        default=_NO_COMPETENCY,
    ).astype(np.int64)


def serving_courses(goals: GoalWeights, catalogue: Catalogue, day: int) -> Positions:
    """How many courses that are open serve each KPI, (n_kpis,) int64."""
    taught = catalogue.teaches[catalogue.open_on(day)]
    serves = (goals.drives > 0).astype(np.float32) @ taught.T.astype(np.float32) > 0
    return np.asarray(serves.sum(axis=1), dtype=np.int64)
