"""The output table of personal development plans."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.development import ASKED_BY, NO_COURSE, PLAN_STATUSES
from ptml.decide.development.own_goals import OwnGoals, own_goals
from ptml.decide.development.plan import NO_GOAL, Plan, lay_plan, serving, without_course
from ptml.decide.development.progress import Levels, Progress, progress
from ptml.explain.json_text import escaped, joined, number_text, taken, without_nulls
from ptml.features.capability import Capability, capability
from ptml.features.columns import codes, places, whole
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.jobs.directory import dates
from ptml.jobs.run_shared import RunShared
from ptml.jobs.tables import ids_at, words_at

_NO_RANK = 2**31 - 1


@dataclass(frozen=True, eq=False)
class PlannedPeople:
    """Whose plans are made: n people, each once, as of the day of the run."""

    history: History
    rows: Rows
    portraits: Capability


def plans_table(
    people: PlannedPeople, shared: RunShared, found: Mapping[str, pa.Table | None]
) -> pa.Table:
    """`development_plans`: own goals beside gaps to the role, with the courses that serve them.

    Parameters
    ----------
    found : mapping of str to pyarrow.Table
        `paths` and `recommendations` of the same people, where there are any.
    """
    config, day = shared.settings.development, shared.epoch_day
    history, portraits = people.history, people.portraits
    goals = own_goals(history, people.rows, day, config)
    levels = _levels(people, shared, goals)
    made = progress(goals, levels, day, config)
    far_below = shared.settings.path.required.far_below_levels
    plan = lay_plan(portraits, goals, made, _weights(people, shared), config, far_below)
    cell = (plan.row, plan.competency)
    return pa.table(
        {
            "employee_id": ids_at(history.employees, people.rows.employee[plan.row]),
            "place": plan.place.astype(np.int32),
            "competency_id": ids_at(history.competencies, plan.competency),
            "asked_by": words_at(ASKED_BY, plan.asked_by),
            "level": portraits.level[cell],
            "level_se": portraits.se[cell],
            "required": portraits.required[cell],
            "gap": np.where(np.isnan(portraits.required[cell]), np.nan, portraits.gap[cell]),
            **_of_goals(plan, goals, levels, made),
            **_courses(people, plan, found, shared),
        }
    )


def _weights(people: PlannedPeople, shared: RunShared) -> NDArray[np.float64]:
    unit = standing(people.history, people.rows).unit
    if not len(shared.goals.weight):
        return np.ones((len(unit), people.history.n_competencies))
    return np.where(unit[:, None] >= 0, shared.goals.weight[unit], 1.0)


def _levels(people: PlannedPeople, shared: RunShared, goals: OwnGoals) -> Levels:
    """Levels in the goals' competencies: now, and as they were known when the goals were set."""
    employee = people.rows.employee[goals.row]
    then = Rows(employee, np.where(goals.started == NEVER, shared.epoch_day, goals.started))
    start = capability(people.history, shared.sums, then).level
    portraits, cell = people.portraits, (goals.row, goals.competency)
    at_start = start[np.arange(len(goals)), goals.competency]
    return Levels(
        start=np.where(goals.started == NEVER, np.float32(np.nan), at_start),
        now=portraits.level[cell],
        se=portraits.se[cell],
        last_assessed=portraits.last_assessed[cell],
    )


def _of_goals(plan: Plan, goals: OwnGoals, levels: Levels, made: Progress) -> dict[str, pa.Array]:
    """Columns about own goals; empty where only the role asks."""
    is_own = plan.goal != NO_GOAL
    goal = np.where(is_own, plan.goal, 0)

    def told(values: NDArray[np.generic]) -> NDArray[np.float64]:
        column = np.full(len(plan), np.nan)
        column[is_own] = values[goal[is_own]]
        return column

    def day(values: NDArray[np.int32]) -> pa.Array:
        column = np.full(len(plan), NEVER, dtype=np.int32)
        column[is_own] = values[goal[is_own]]
        return dates(column)

    status = np.full(len(plan), -1, dtype=np.int64)
    status[is_own] = made.status[goal[is_own]]
    return {
        "own_target": told(goals.target),
        "by_date": day(goals.by_day),
        "started_on": day(goals.started),
        "level_at_start": told(levels.start),
        "share_of_way": told(made.way),
        "share_of_time": told(made.time),
        "p_reached": told(made.p_reached),
        "status": words_at(PLAN_STATUSES, status),
    }


def _courses(
    people: PlannedPeople, plan: Plan, found: Mapping[str, pa.Table | None], shared: RunShared
) -> dict[str, pa.Array]:
    """Courses of the path in their order, then other recommendations; or why there are none."""
    level, catalogue = people.portraits.level, people.history.catalogue
    row, course, step, rank = _offered(people, found)
    most = shared.settings.development.most_courses
    entry, listed = serving(plan, level, catalogue.to_level, row, course, most)
    is_open = catalogue.open_on(shared.epoch_day)
    why_none = without_course(plan, level, catalogue.to_level, is_open, entry)
    ids = taken(escaped(people.history.courses.ids.tolist()), course)
    parts = ['{"course_id": "', ids, '", "step": ', _number(step), ', "rank": ', _number(rank), "}"]
    texts = joined(parts, len(course)).take(pa.array(listed))
    offsets = np.searchsorted(entry, np.arange(len(plan) + 1)).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), texts)
    return {
        "courses": pc.binary_join_element_wise("[", pc.binary_join(lists, ", "), "]", ""),
        "no_course": words_at(NO_COURSE, why_none),
    }


def _number(values: NDArray[np.int64]) -> pa.Array:
    return without_nulls(number_text(np.where(values == _NO_RANK, np.nan, values)))


def _offered(
    people: PlannedPeople, found: Mapping[str, pa.Table | None]
) -> tuple[NDArray[np.int64], ...]:
    """Each course of a person's path and list once: row, course, step and rank, in their order."""
    ids = ids_at(people.history.employees, people.rows.employee)
    n_courses = people.history.n_courses
    keys, numbers = [], []
    for name, column in (("paths", "step"), ("recommendations", "rank")):
        table = found.get(name)
        if table is None:
            continue
        row = places(table["employee_id"], ids).astype(np.int64)
        keys.append(row * n_courses + codes(table["course_id"], people.history.courses))
        numbers.append((column == "step", whole(table[column], 0).astype(np.int64)))
    every = np.unique(np.concatenate([np.zeros(0, np.int64), *keys]))
    step, rank = np.full((2, len(every)), _NO_RANK, dtype=np.int64)
    for key, (is_step, number) in zip(keys, numbers, strict=True):
        (step if is_step else rank)[np.searchsorted(every, key)] = number
    row, course = np.divmod(every, max(n_courses, 1))
    order = np.lexsort((course, rank, step, row))
    return row[order], course[order], step[order], rank[order]
