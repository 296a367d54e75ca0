"""Output tables about goals: what they make of competencies, how far they are, what is missing."""

import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.goals import ALIGNMENT_KINDS, ALIGNMENT_REASONS, GOAL_PHASES
from ptml.contracts.results import PERSPECTIVES
from ptml.decide.goals.alignment import alignment, serving_courses
from ptml.decide.goals.attainment import AttainmentTotals, attainment_points
from ptml.decide.goals.priorities import priorities
from ptml.decide.goals.shares import NOT_IN_FORCE
from ptml.decide.goals.weights import GoalWeights
from ptml.features.columns import codes, doubles, whole
from ptml.features.history import History
from ptml.features.kpi_results import KpiResults, kpi_results, lower_is_better
from ptml.jobs.directory import dates
from ptml.jobs.run_shared import RunShared
from ptml.jobs.tables import ids_at, words_at

_SHARE_DIGITS = 4


def results_of(rows: pa.Table, history: History, shared: RunShared) -> KpiResults:
    """What the bucket's people reached in KPIs of goals that run, period by period.

    Parameters
    ----------
    rows : pyarrow.Table
        `performance` of the bucket.
    """
    goals = shared.goals
    begins = goals.tables.start[goals.shares.phase != NOT_IN_FORCE]
    since = int(begins.min()) if len(begins) else shared.epoch_day
    lower = lower_is_better(shared.company.tables["kpis"])
    return kpi_results(rows, lower, history, goals.tables.kpis, since, shared.epoch_day)


def with_goals(needs: pa.Table, shared: RunShared) -> pa.Table:
    """`needs` with what goals make of each gap, and its place among the unit's."""
    maps = shared.company.maps
    found = priorities(
        codes(needs["org_unit_id"], maps.units),
        codes(needs["competency_id"], maps.competencies),
        doubles(needs["gap"]),
        whole(needs["people"], 0),
        shared.goals.weight,
    )
    place = found.priority.astype(np.int32)
    columns = {
        "goal_weight": pa.array(found.weight, mask=np.isnan(found.weight)),
        "gap_by_goal": pa.array(found.gap, mask=np.isnan(found.gap)),
        "priority": pa.array(place, mask=place == 0),
    }
    for name, column in columns.items():
        needs = needs.append_column(name, column)
    return needs


def weights_table(shared: RunShared) -> pa.Table:
    """`competency_weights`: a row for each competency that a unit's roles ask for."""
    maps, goals = shared.company.maps, shared.goals
    unit, competency = np.nonzero(goals.asked & shared.staffed[:, None])
    return pa.table(
        {
            "org_unit_id": ids_at(maps.units, unit),
            "competency_id": ids_at(maps.competencies, competency),
            "weight": goals.weight[unit, competency],
            "sources": pa.array(_sources(goals, unit, competency, shared), pa.string()),
        }
    )


def _sources(
    goals: GoalWeights, unit: NDArray[np.int64], competency: NDArray[np.int64], shared: RunShared
) -> Iterator[str]:
    """Which goals of which units a weight comes from, as parts of what the competency serves."""
    driven = [
        {kpi: float(goals.drives[kpi, c]) for kpi in np.flatnonzero(goals.drives[:, c]).tolist()}
        for c in range(goals.drives.shape[1])
    ]
    texts = _kpi_texts(goals)
    unit_ids = [json.dumps(name, ensure_ascii=False) for name in shared.company.maps.units.ids]
    at, steering = -1, list[tuple[int, float, str]]()
    for u, c in zip(unit.tolist(), competency.tolist(), strict=True):
        if u != at:
            at, steering = u, list(_steering(goals, u, texts, unit_ids))
        parts = [(share * driven[c][k], text) for k, share, text in steering if k in driven[c]]
        whole_part = sum(part for part, _ in parts)
        told = sorted(((part / whole_part, text) for part, text in parts), reverse=True)
        rounded = (f'{text}, "share": {round(part, _SHARE_DIGITS)!r}}}' for part, text in told)
        yield f"[{', '.join(rounded)}]"


def _kpi_texts(goals: GoalWeights) -> list[str]:
    known = [*PERSPECTIVES, None]
    return [
        json.dumps({"kpi_id": str(kpi), "perspective": known[position]}, ensure_ascii=False)[:-1]
        for kpi, position in zip(
            goals.tables.kpis.ids, goals.tables.perspective.tolist(), strict=True
        )
    ]


def _steering(
    goals: GoalWeights, unit: int, kpis: list[str], units: list[str]
) -> Iterator[tuple[int, float, str]]:
    """KPIs of the unit's goals and of those above: code, share, and whose it is as JSON."""
    for above, of_level in zip(goals.shares.above, goals.shares.parts, strict=True):
        for kpi in np.flatnonzero(of_level[unit]).tolist():
            text = f'{kpis[kpi]}, "org_unit_id": {units[above[unit]]}'
            yield kpi, float(of_level[unit, kpi]), text


def attainment_table(totals: AttainmentTotals, shared: RunShared) -> pa.Table:
    """`goal_attainment`: every goal in force, with what was reached so far."""
    goals, maps = shared.goals, shared.company.maps
    tables, shares = goals.tables, goals.shares
    points, shown = attainment_points(totals, tables, shares)
    at = np.flatnonzero(shares.phase != NOT_IN_FORCE)
    at = at[np.lexsort((tables.start[at], tables.kpi[at], tables.unit[at]))]
    kpi, hidden = tables.kpi[at], ~shown[at]
    serving = serving_courses(goals, shared.company.catalogue, shared.epoch_day)
    driving = (goals.drives > 0).sum(axis=1)
    return pa.table(
        {
            "org_unit_id": ids_at(maps.units, tables.unit[at]),
            "kpi_id": ids_at(tables.kpis, kpi),
            "period_start": dates(tables.start[at]),
            "period_end": dates(tables.end[at]),
            "phase": words_at(GOAL_PHASES, shares.phase[at]),
            "perspective": words_at(PERSPECTIVES, tables.perspective[kpi]),
            "share": np.minimum(shares.share[at], 1),
            "attainment": pa.array(points[at], mask=hidden),
            "people": pa.array(totals.people[at].astype(np.int32), mask=hidden),
            "competencies": driving[kpi].astype(np.int32),
            "courses": serving[kpi].astype(np.int32),
        }
    )


def alignment_table(shared: RunShared) -> pa.Table:
    """`alignment`: courses that serve no goal, and goals that no course serves."""
    goals, maps, catalogue = shared.goals, shared.company.maps, shared.company.catalogue
    found = alignment(goals, catalogue, shared.staffed, shared.epoch_day)
    n_courses, n_goals = len(found.course), len(found.unit)
    ids = maps.competencies.ids
    cells = [*catalogue.teaches[found.course], *(goals.drives[found.kpi] > 0)]
    course = np.append(found.course, np.full(n_goals, -1))
    unit, kpi = (np.append(np.full(n_courses, -1), of) for of in (found.unit, found.kpi))
    kinds = np.repeat([0, 1], [n_courses, n_goals])
    reasons = np.append(found.course_reason, found.goal_reason)
    return pa.table(
        {
            "kind": words_at(ALIGNMENT_KINDS, kinds),
            "course_id": ids_at(maps.courses, course),
            "org_unit_id": ids_at(maps.units, unit),
            "kpi_id": ids_at(goals.tables.kpis, kpi),
            "reason": words_at(ALIGNMENT_REASONS, reasons),
            "competencies": pa.array([json.dumps(ids[of].tolist()) for of in cells], pa.string()),
        }
    )
