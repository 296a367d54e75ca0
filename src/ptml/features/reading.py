"""Make the sorted event logs of a bucket's employees from their rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.ability import ASSESSMENT_SOURCES
from ptml.contracts.ids import IdMap
from ptml.contracts.learning import ASSIGNED_BY, EVIDENCE_KINDS
from ptml.contracts.people import FEEDBACK_KINDS, INCIDENT_KINDS
from ptml.features.arrays import Days, Positions
from ptml.features.columns import codes, days, doubles, floats, places, ranks, texts, whole
from ptml.features.days import NEVER
from ptml.features.logs import (
    AbsenceLog,
    AssessmentLog,
    AssignmentLog,
    EnrolmentLog,
    EvidenceLog,
    FeedbackLog,
    GoalLog,
    IncidentLog,
    PerformanceLog,
)
from ptml.features.ordering import order_by, packed
from ptml.features.organisation import IdMaps
from ptml.features.scores import attainment, weighted_scores
from ptml.features.tables import CodedTables, code_of, day, number

Columns = dict[str, NDArray[Any]]


def read_logs(
    tables: Mapping[str, pa.Table],
    maps: IdMaps,
    periods: tuple[Days, Days],
    has_started_on: bool,
) -> dict[str, Any]:
    """Read all logs of people; the keys are the fields of `History`.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        The people's rows with the contract's columns, in any order, and `kpis`.
    maps : IdMaps
        With the people of `tables` as employees.
    periods : (n_periods,) int32 each
        First and last days of all performance periods, sorted by end, then start.
    """
    enrolments = _enrolments(tables["enrolments"], maps, has_started_on)
    return {
        **_people(tables["employees"], maps),
        "enrolments": enrolments,
        "performance": _performance(tables["performance"], tables["kpis"], maps, periods),
        "assessments": _assessments(tables["assessments"], maps),
        "feedback": _feedback(tables["feedback"], maps),
        "assignments": _assignments(tables["assignments"], maps),
        "absences": _absences(tables["absences"], maps),
        "evidence": _evidence(tables["transfer_evidence"], enrolments),
        "goals": _goals(tables["personal_goals"], maps),
    }


def _taken(columns: Columns, order: NDArray[Any]) -> Columns:
    return {name: values[order] for name, values in columns.items()}


def _known(columns: Columns, *names: str) -> Columns:
    """Leave out rows that name what no map knows."""
    is_known = np.logical_and.reduce([columns[name] >= 0 for name in names])
    return columns if is_known.all() else _taken(columns, is_known)


def _people(rows: pa.Table, maps: IdMaps) -> Columns:
    order = np.argsort(codes(rows["employee_id"], maps.employees), kind="stable")
    columns = {
        "hired": days(rows["hired_on"]),
        "left": days(rows["left_on"]),
        "languages": texts(rows["languages"]),
    }
    return _taken(columns, order)


def _enrolments(rows: pa.Table, maps: IdMaps, has_started_on: bool) -> EnrolmentLog:
    columns: Columns = {
        "employee": codes(rows["employee_id"], maps.employees),
        "course": codes(rows["course_id"], maps.courses),
        "enrolment_id": texts(rows["enrolment_id"]),
        "assigned_by": places(rows["assigned_by"], ASSIGNED_BY),
        "enrolled": days(rows["enrolled_on"]),
        "completed": days(rows["completed_on"]),
        "dropped": days(rows["dropped_on"]),
        **{name: floats(rows[name]) for name in _ENROLMENT_NUMBERS},
        **_starts(rows, has_started_on),
    }
    columns = _known(columns, "employee", "course")
    key = packed(columns["employee"], columns["enrolled"], columns["course"])
    order = order_by(columns["employee"], columns["enrolled"], columns["course"])
    if key is None or (key[order][1:] == key[order][:-1]).any():
        ids = ranks(pa.chunked_array([pa.array(columns["enrolment_id"], pa.string())]))
        order = order_by(columns["employee"], columns["enrolled"], columns["course"], ids)
    return EnrolmentLog(**_taken(columns, order))


_ENROLMENT_NUMBERS = ("progress", "exam_score", "exam_attempts", "minutes", "satisfaction")


def _starts(rows: pa.Table, has_started_on: bool) -> Columns:
    """When a start was known, as `ptml.features.starts` says in SQL, and when it took place.

    A start that only a later row shows took place some time after the enrolment.
    """
    enrolled = days(rows["enrolled_on"])
    if not has_started_on:
        return {"started": enrolled, "began": enrolled}
    said, completed = days(rows["started_on"]), days(rows["completed_on"])
    worked = (doubles(rows["progress"], 0) > 0) | (doubles(rows["minutes"], 0) > 0)
    shown = np.where(worked, days(rows["dropped_on"]), NEVER)
    shown = np.where(completed != NEVER, completed, shown)
    began = np.where(worked | (completed != NEVER), enrolled, NEVER)
    return {
        "started": np.where(said != NEVER, said, shown),
        "began": np.where(said != NEVER, said, began),
    }


def _performance(
    rows: pa.Table, kpis: pa.Table, maps: IdMaps, periods: tuple[Days, Days]
) -> PerformanceLog:
    columns: Columns = {
        "employee": codes(rows["employee_id"], maps.employees),
        "start": days(rows["period_start"]),
        "end": days(rows["period_end"]),
        "reached": attainment(
            doubles(rows["value"]), doubles(rows["target"]), _higher_is_better(rows, kpis)
        ),
        "weight": doubles(rows["weight"], 1),
    }
    columns = _known(columns, "employee")
    keys = (columns["employee"], columns["end"], columns["start"])
    columns = _taken(columns, order_by(*keys))
    first = _changes(columns["employee"], columns["end"], columns["start"])
    score = weighted_scores(columns["reached"], columns["weight"], first)
    found = _taken({name: columns[name] for name in ("employee", "start", "end")}, first)
    found = _taken({**found, "score": score.astype(np.float32)}, np.isfinite(score))
    known = _ordered(periods[1], periods[0])
    period = np.searchsorted(known, _ordered(found["end"], found["start"])).astype(np.int32)
    return PerformanceLog(period=period, **found)


def _higher_is_better(rows: pa.Table, kpis: pa.Table) -> NDArray[np.bool_]:
    """True for a KPI that the source does not describe."""
    lower = kpis.filter(pc.equal(kpis["higher_is_better"], False))["kpi_id"]
    return codes(rows["kpi_id"], IdMap.of(lower.to_pylist())) < 0


def _changes(*columns: NDArray[Any]) -> Positions:
    """Where rows that are sorted begin to differ from the row before."""
    differs = np.ones(len(columns[0]), dtype=np.bool_)
    differs[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.flatnonzero(differs)


def _ordered(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.int64]:
    """One number by which pairs of days sort."""
    return (first.astype(np.int64) << 32) + second.astype(np.int64)


def _assessments(rows: pa.Table, maps: IdMaps) -> AssessmentLog:
    columns: Columns = {
        "employee": codes(rows["employee_id"], maps.employees),
        "day": days(rows["assessed_on"]),
        "competency": codes(rows["competency_id"], maps.competencies),
        "source": places(rows["source"], ASSESSMENT_SOURCES),
        "level": floats(rows["level"]),
    }
    columns = _known(columns, "employee", "competency")
    names = ("employee", "day", "competency", "source")
    order = order_by(*(columns[name] for name in names), last=columns["level"])
    return AssessmentLog(**_taken(columns, order))


def _feedback(rows: pa.Table, maps: IdMaps) -> FeedbackLog:
    columns: Columns = {
        "employee": codes(rows["employee_id"], maps.employees),
        "day": days(rows["asked_on"]),
        "kind": places(rows["kind"], FEEDBACK_KINDS),
        "subject_course": codes(rows["subject_id"], maps.courses),
        "subject_competency": codes(rows["subject_id"], maps.competencies),
        "value": floats(rows["value"]),
    }
    columns = _known(columns, "employee")
    names = ("employee", "day", "kind", "subject_course", "subject_competency")
    order = order_by(*(columns[name] for name in names), last=columns["value"])
    return FeedbackLog(**_taken(columns, order))


def _assignments(rows: pa.Table, maps: IdMaps) -> AssignmentLog:
    columns: Columns = {
        "employee": codes(rows["employee_id"], maps.employees),
        "valid_from": days(rows["valid_from"]),
        "valid_to": days(rows["valid_to"]),
        "unit": codes(rows["org_unit_id"], maps.units),
        "role": codes(rows["role_id"], maps.roles),
        "grade": whole(rows["grade"], -1),
        "manager": codes(rows["manager_id"], maps.managers),
    }
    columns = _known(columns, "employee", "unit", "role")
    return AssignmentLog(**_taken(columns, order_by(columns["employee"], columns["valid_from"])))


def _absences(rows: pa.Table, maps: IdMaps) -> AbsenceLog:
    columns: Columns = {
        "employee": codes(rows["employee_id"], maps.employees),
        "from_day": days(rows["from_day"]),
        "to_day": days(rows["to_day"]),
        "kind": texts(rows["kind"]),
        "rank": ranks(pc.fill_null(rows["kind"], "")),
    }
    columns = _known(columns, "employee")
    rank = columns.pop("rank")
    order = order_by(columns["employee"], columns["from_day"], columns["to_day"], rank)
    return AbsenceLog(**_taken(columns, order))


def _evidence(rows: pa.Table, enrolments: EnrolmentLog) -> EvidenceLog:
    """Read evidence with the position of its enrolment in the enrolment log."""
    columns: Columns = {
        "enrolment": places(rows["enrolment_id"], enrolments.enrolment_id),
        "kind": places(rows["kind"], EVIDENCE_KINDS),
        "due": days(rows["due_on"]),
        "done": days(rows["done_on"]),
        "score": floats(rows["score"]),
    }
    columns = _known(columns, "enrolment")
    names = ("enrolment", "due", "done", "kind")
    order = order_by(*(columns[name] for name in names), last=columns["score"])
    columns = _taken(columns, order)
    return EvidenceLog(employee=enrolments.employee[columns["enrolment"]], **columns)


def _goals(rows: pa.Table, maps: IdMaps) -> GoalLog:
    columns: Columns = {
        "employee": codes(rows["employee_id"], maps.employees),
        "competency": codes(rows["competency_id"], maps.competencies),
        "target_level": floats(rows["target_level"]),
        "by_day": days(rows["by_date"]),
        "set_day": days(rows["set_on"]),
    }
    columns = _known(columns, "employee", "competency")
    names = ("employee", "competency", "by_day", "set_day")
    order = order_by(*(columns[name] for name in names), last=columns["target_level"])
    return GoalLog(**_taken(columns, order))


def load_incidents(tables: CodedTables) -> IncidentLog:
    """Read the trouble of all units."""
    return IncidentLog(
        **tables.arrays(
            f"""SELECT u.code AS unit, {day("t.occurred_on")} AS day,
                {code_of("t.kind", INCIDENT_KINDS)} AS kind,
                {number("t.hours_lost")} AS hours_lost
            FROM incidents AS t JOIN coded_unit AS u ON u.id = t.org_unit_id ORDER BY 1, 2, 3, 4"""
        )
    )
