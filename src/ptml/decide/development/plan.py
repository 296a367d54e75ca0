"""The plan: what both the person and the role ask for first, then what either asks for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.development import ASKED_BY, NO_COURSE
from ptml.decide.development.config import DevelopmentConfig
from ptml.decide.development.own_goals import OwnGoals
from ptml.decide.development.progress import REACHED, Progress
from ptml.features.arrays import Codes, Doubles, Positions
from ptml.features.capability import Capability

BOTH, OWN, ROLE = range(len(ASKED_BY))
NOT_TAUGHT, NOT_LISTED = range(len(NO_COURSE))
NO_GOAL = -1


@dataclass(frozen=True, eq=False)
class Plan:
    """Rows of plans, sorted by person and place, (n,) each.

    Attributes
    ----------
    row : int64
        Position of the person.
    competency : int64
    place : int64
        1 = first.
    asked_by : int64
        Position in ``ASKED_BY``.
    goal : int64
        Position in `OwnGoals`; -1 = only the role asks.
    """

    row: Positions
    competency: Positions
    place: Positions
    asked_by: Positions
    goal: Positions

    def __len__(self) -> int:
        return len(self.row)


def lay_plan(
    portraits: Capability,
    goals: OwnGoals,
    progress: Progress,
    weight: NDArray[np.floating],
    config: DevelopmentConfig,
    far_below_levels: float,
) -> Plan:
    """Put own goals and gaps to the role in one order.

    What both ask for comes first, what is reached last, and all else by what is missing: gap x
    importance x weight of the role's, levels to the target x `own_importance` of the own.

    Parameters
    ----------
    portraits : Capability
        Of n people.
    goals, progress
        Of the same people.
    weight : (n, n_competencies) float
        What the goals of each person's unit make of a gap; 1 = as any other.
    far_below_levels : float
        Gap from which on a learning path calls work on it required: never left out.
    """
    gap, importance = portraits.gap.astype(np.float64), portraits.importance
    is_far = gap >= far_below_levels
    asks = (importance > 0) & ((gap >= config.least_gap) | is_far)
    role_misses = np.where(asks, gap * importance * weight, 0).astype(np.float64)
    cell = (goals.row, goals.competency)
    short = np.nan_to_num(goals.target - portraits.level[cell]).astype(np.float64)
    own_misses = np.maximum(short, 0) * config.own_importance
    is_both = asks[cell] & (progress.status != REACHED)
    misses = np.where(is_both, np.maximum(own_misses, role_misses[cell]), own_misses)
    only = _role_only(role_misses, is_far, goals, config.most_role_gaps)
    n_goals = len(goals)
    row = np.concatenate([goals.row, only[0]])
    competency = np.concatenate([goals.competency.astype(np.int64), only[1]])
    asked_by = np.concatenate([np.where(asks[cell], BOTH, OWN), np.full(len(only[0]), ROLE)])
    is_done = (progress.status == REACHED) & ~asks[cell]
    group = np.concatenate([_group(is_both, is_done), np.ones(len(only[0]))])
    goal = np.concatenate([np.arange(n_goals), np.full(len(only[0]), NO_GOAL)])
    size = np.concatenate([misses, role_misses[only]])
    order = np.lexsort((competency, -size, group, row))
    return Plan(row[order], competency[order], _places(row[order]), asked_by[order], goal[order])


def _group(is_both: NDArray[np.bool_], is_reached: NDArray[np.bool_]) -> Doubles:
    return np.select([is_both, is_reached], [0.0, 2.0], default=1.0)


def _role_only(
    misses: Doubles, is_far: NDArray[np.bool_], goals: OwnGoals, most: int
) -> tuple[Positions, Positions]:
    """Gaps to the role for which there is no own goal, by person: `most` of them and all far."""
    left = misses.copy()
    left[goals.row, goals.competency] = 0
    row, competency = np.nonzero(left > 0)
    order = np.lexsort((competency, -left[row, competency], row))
    row, competency = row[order], competency[order]
    kept = (_places(row) <= most) | is_far[row, competency]
    return row[kept], competency[kept]


def _places(row: Positions) -> Positions:
    """Place of each entry among those of its person, from 1; rows are sorted."""
    first = np.searchsorted(row, row)
    return np.arange(len(row)) - first + 1


def without_course(
    plan: Plan,
    level: NDArray[np.floating],
    teaches_to: NDArray[np.floating],
    is_open: NDArray[np.bool_],
    entry: Positions,
) -> Positions:
    """Why a row of the plan has no course, position in ``NO_COURSE``, (n,); -1 = it has one.

    Parameters
    ----------
    teaches_to : (n_courses, n_competencies) float
        As for `serving`.
    is_open : (n_courses,) bool
    entry : (k,) int64
        As `serving` gives.
    """
    highest = np.nan_to_num(teaches_to[is_open], nan=-np.inf).max(axis=0, initial=-np.inf)
    is_taught = highest[plan.competency] > _known_level(plan, level)
    has_one = np.bincount(entry, minlength=len(plan)) > 0
    return np.select([has_one, ~is_taught], [-1, NOT_TAUGHT], default=NOT_LISTED).astype(np.int64)


def _known_level(
    plan: Plan, level: NDArray[np.floating], entry: Positions | slice = slice(None)
) -> NDArray[np.floating]:
    """Levels of rows of the plan; below all where nothing is known."""
    return np.nan_to_num(level[plan.row[entry], plan.competency[entry]], nan=-1.0)


def serving(
    plan: Plan,
    level: NDArray[np.floating],
    teaches_to: NDArray[np.floating],
    row: Positions,
    course: Codes | Positions,
    most: int,
) -> tuple[Positions, Positions]:
    """Which of a person's courses lead further in what a row of the plan is about.

    Parameters
    ----------
    level : (n_people, n_competencies) float
        NaN = unknown: any level is further.
    teaches_to : (n_courses, n_competencies) float
        Level to which a course leads; NaN = it does not teach the competency.
    row, course : (m,)
        Courses of people, sorted by person, the best first.
    most : int
        Courses a row of the plan at the most.

    Returns
    -------
    entry, listed : (k,) int64
        Position in the plan, sorted, and among the courses.
    """
    first = np.searchsorted(row, plan.row)
    count = np.searchsorted(row, plan.row, side="right") - first
    entry = np.repeat(np.arange(len(plan)), count)
    listed = np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count) + first[entry]
    competency = plan.competency[entry]
    to_level = teaches_to[course[listed], competency]
    leads = to_level > _known_level(plan, level, entry)
    entry, listed = entry[leads], listed[leads]
    kept = _places(entry) <= most
    return entry[kept], listed[kept]
