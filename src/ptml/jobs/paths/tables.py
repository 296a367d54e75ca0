"""`paths` and `path_plans`: the steps of a bucket's people, and each path as a whole."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.paths import PARTS, PATH_STATUSES
from ptml.decide.path.config import PathConfig
from ptml.decide.path.later import AFTER, ON_DATE, READY, SEATS
from ptml.decide.path.overlap import lift_together
from ptml.decide.path.plan import Plans
from ptml.decide.path.problem import REQUIRED_POINTS
from ptml.decide.path.steps import PRACTICE, ROUNDING_WEEKS, Steps
from ptml.decide.path.totals import gap_closed_share, gaps_closed, totals_of
from ptml.explain.gap_closing import leading_gap
from ptml.explain.paths import PlanFacts, StepFacts, plan_obstacles, step_reasons
from ptml.explain.words import Words
from ptml.features.eligibility import EXCLUSIONS
from ptml.features.fit import course_fit
from ptml.features.history import History
from ptml.jobs.listing import Known
from ptml.jobs.paths.offered import Laid
from ptml.jobs.tables import ids_at, words_at

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StepLifts:
    """What each step adds in its turn with its interval, and by itself, (k,); NaN = unknown."""

    lift: Doubles
    low: Doubles
    high: Doubles
    alone: Doubles


def lifts_of(laid: Laid) -> StepLifts:
    """Lifts of all steps."""
    steps = laid.plans.steps
    made = steps.offer >= 0
    found = []
    for part in (laid.lift, laid.low, laid.high):
        of_steps = np.full(len(steps), np.nan)
        of_steps[made] = part[steps.offer[made]]
        found.append(of_steps)
    alone, low, high = found
    # One factor for all three, so that the interval goes with the estimate.
    share = np.where(alone > 0, steps.left, 1.0)
    return StepLifts(lift_together(alone, steps.left), low * share, high * share, alone)


def path_tables(
    laid: Laid, known: Known, config: PathConfig, names: list[str], words: Words
) -> dict[str, pa.Table]:
    """`paths` and `path_plans` of everybody who is known.

    Parameters
    ----------
    names : list of str
        Names of the competencies by code.
    words : Words
        In the language that is to be said.
    """
    lifts = lifts_of(laid)
    return {
        "paths": _steps_table(laid, lifts, known, config, names, words),
        "path_plans": _plans_table(laid, lifts, known, config, names, words),
    }


def _steps_table(
    laid: Laid, lifts: StepLifts, known: Known, config: PathConfig, names: list[str], words: Words
) -> pa.Table:
    steps, history, rows = laid.plans.steps, known.asked.history, known.asked.rows
    fit = course_fit(history.catalogue, known.asked.portraits, steps.row, steps.course)
    closed = gaps_closed(steps, fit.gap_closed.astype(np.float64))
    facts = _step_facts(laid, lifts, known, config)
    return pa.table(
        {
            "employee_id": ids_at(history.employees, rows.employee[steps.row]),
            "step": steps.step,
            "course_id": ids_at(history.courses, steps.course),
            "starts_in_week": pa.array(steps.first_week.astype(np.int32)),
            "weeks": steps.weeks,
            "lift": lifts.lift,
            "ends_in_week": _last_week(steps),
            "part": words_at(PARTS, steps.part.astype(np.int64)),
            "running": steps.running,
            "lift_low": lifts.low,
            "lift_high": lifts.high,
            "lift_alone": lifts.alone,
            "gap_closed": closed,
            "reasons": step_reasons(facts, names, course_names(history), words),
        }
    )


def _plans_table(
    laid: Laid, lifts: StepLifts, known: Known, config: PathConfig, names: list[str], words: Words
) -> pa.Table:
    plans, history, rows = laid.plans, known.asked.history, known.asked.rows
    n = len(rows)
    totals = totals_of(plans.steps, lifts.lift, lifts.low, lifts.high, n, config)
    solution = plans.solution
    gap = np.maximum(solution.bound - solution.value, 0)
    # Points of what is required are a means of the search, and nobody's gain.
    required = REQUIRED_POINTS * plans.worked_on.sum(axis=1)
    value = solution.value - required
    whole = np.maximum(np.abs(value + gap), ROUNDING_WEEKS)
    return pa.table(
        {
            "employee_id": ids_at(history.employees, rows.employee),
            "status": words_at(PATH_STATUSES, plans.status),
            "steps": totals.steps.astype(np.int32),
            "required_steps": totals.required.astype(np.int32),
            "weeks": totals.weeks,
            "hours": totals.hours,
            "lift": totals.lift,
            "lift_low": totals.low,
            "lift_high": totals.high,
            "steps_without_lift": totals.without_lift.astype(np.int32),
            "gap_closed_share": gap_closed_share(
                plans.steps, plans.people, history.catalogue, config
            ),
            "value": value,
            "bound": value + gap,
            "optimality_gap": np.where(gap > 0, gap / whole, 0.0),
            "candidates": (plans.problem.offer >= 0).sum(axis=1).astype(np.int32),
            "library_value": plans.library - required,
            "in_the_way": plan_obstacles(_plan_facts(laid, known, config), names, words),
        }
    )


def course_names(history: History) -> list[str]:
    """Title of each course by code; its id where it has none."""
    ids, titles = history.courses.ids.tolist(), history.catalogue.title.tolist()
    return [str(title) or str(name) for title, name in zip(titles, ids, strict=True)]


def _last_week(steps: Steps) -> pa.Array:
    """The last week that each step takes any of; that of its start where it takes none."""
    last = np.ceil(steps.ends - ROUNDING_WEEKS) - 1
    return pa.array(np.maximum(last, steps.first_week).astype(np.int32))


def _step_facts(laid: Laid, lifts: StepLifts, known: Known, config: PathConfig) -> StepFacts:
    plans, history = laid.plans, known.asked.history
    steps, catalogue = plans.steps, history.catalogue
    why = _of_offer(plans.offers.why, steps, 0)
    opens = _of_offer(plans.offers.opens, steps, 0.0)
    gap = leading_gap(catalogue, known.asked.portraits, steps.row, steps.course)
    factor = np.ones(len(steps))
    weights = plans.people.weights
    if weights is not None:
        factor = weights[steps.row, np.maximum(gap.competency, 0)]
    far, levels = _far_of(plans, steps, known)
    after, unlocks = _links(plans, steps, why)
    is_practice = steps.part == PRACTICE
    task = (steps.offer >= 0) & ~is_practice
    return StepFacts(
        running=steps.running,
        mandatory=catalogue.mandatory[steps.course],
        practice=is_practice,
        weeks=steps.weeks,
        due=steps.due,
        far=far,
        far_levels=levels,
        lift=lifts.lift,
        low=lifts.low,
        high=lifts.high,
        alone=lifts.alone,
        left=steps.left,
        gap=gap,
        goal_factor=factor,
        after=after,
        unlocks=unlocks,
        opens=np.where((opens > 0) & np.isin(why, (ON_DATE, AFTER, READY)), opens, np.nan),
        waits_for_seats=(why == SEATS) | _of_offer(plans.offers.waits, steps, False),
        seats=catalogue.seats[steps.course],
        task_weeks=np.where(task, float(config.spacing_weeks), 0.0),
    )


def _of_offer(values: NDArray, steps: Steps, without: float | bool) -> NDArray:  # type: ignore[type-arg]
    found = np.full(len(steps), without, dtype=values.dtype)
    made = steps.offer >= 0
    found[made] = values[steps.offer[made]]
    return found


def _far_of(plans: Plans, steps: Steps, known: Known) -> tuple[NDArray[np.int64], Doubles]:
    """The first competency far below the role that each step works on, and by how much it is."""
    covers = np.zeros(len(plans.offers) + 1, dtype=np.int64)
    own = plans.problem.offer >= 0
    covers[plans.problem.offer[own]] = plans.problem.covers[own]
    bits = covers[steps.offer]
    far = np.full(len(steps), -1, dtype=np.int64)
    for bit in range(plans.far.shape[1] - 1, -1, -1):
        far = np.where(bits >> bit & 1 > 0, plans.far[steps.row, bit], far)
    levels = np.full(len(steps), np.nan)
    at = np.flatnonzero(far >= 0)
    levels[at] = known.asked.portraits.gap[steps.row[at], far[at]]
    return far, levels


def _links(
    plans: Plans, steps: Steps, why: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The step of the path that each step comes after of need, and the one that needs it."""
    after = np.full(len(steps), -1, dtype=np.int64)
    unlocks = after.copy()
    offer, problem = steps.offer, plans.problem
    slot = np.full(len(plans.offers) + 1, -1, dtype=np.int64)
    row, place = np.nonzero(problem.offer >= 0)
    slot[problem.offer[row, place]] = place
    at = np.flatnonzero((why == AFTER) | (why == READY))
    own = slot[offer[at]]
    needs = problem.needs_all[steps.row[at], own] | problem.needs_any[steps.row[at], own]
    for back in range(1, 16):
        before = at - back
        same = (before >= 0) & (steps.row[np.maximum(before, 0)] == steps.row[at])
        if not same.any():
            break
        bit = slot[offer[np.maximum(before, 0)]]
        links = same & (bit >= 0) & (needs >> np.maximum(bit, 0) & 1 > 0)
        after[at[links]] = steps.course[before[links]]
        unlocks[before[links]] = steps.course[at[links]]
    return after, unlocks


def _plan_facts(laid: Laid, known: Known, config: PathConfig) -> PlanFacts:
    plans, reason = laid.plans, known.reason
    open_far = np.where(plans.worked_on, -1, plans.far)
    gap = np.take_along_axis(known.asked.portraits.gap, np.maximum(plans.far, 0), axis=1)
    covered = np.bitwise_or.reduce(plans.problem.covers, axis=1, initial=0)
    has_course = (covered[:, None] >> np.arange(plans.far.shape[1]) & 1) > 0
    hours = known.asked.history.catalogue.hours
    stopped = np.maximum(plans.solution.bound - plans.solution.value, 0)
    return PlanFacts(
        trainable=plans.people.trainable,
        far=open_far,
        far_levels=gap.astype(np.float64),
        far_has_course=has_course,
        begins=plans.people.begins,
        horizon=float(config.horizon_weeks),
        unknown_hours=(reason[:, np.isnan(hours)] == 0).sum(axis=1),
        full=(reason == EXCLUSIONS.index("seats")).sum(axis=1),
        has_offers=np.asarray((plans.problem.offer >= 0).any(axis=1)),
        stopped_points=stopped,
    )
