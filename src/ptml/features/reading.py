"""Read the event logs of a bucket's employees, each in one sorted query."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.ability import ASSESSMENT_SOURCES
from ptml.contracts.learning import ASSIGNED_BY, EVIDENCE_KINDS
from ptml.contracts.people import FEEDBACK_KINDS, INCIDENT_KINDS
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
from ptml.features.organisation import Organisation
from ptml.features.scores import period_scores_sql
from ptml.features.starts import began_on, start_known_on
from ptml.features.tables import CodedTables, code_of, day, number

_EMPLOYEE = "JOIN coded_employee AS e ON e.id = t.employee_id"


def read_logs(
    tables: CodedTables, has_started_on: bool, organisation: Organisation
) -> dict[str, Any]:
    """Read all logs of people; the keys are the fields of `History`."""
    enrolments = _enrolments(tables, has_started_on)
    return {
        **_people(tables),
        "enrolments": enrolments,
        "performance": _performance(tables, organisation),
        "assessments": _assessments(tables),
        "feedback": _feedback(tables),
        "assignments": _assignments(tables),
        "absences": _absences(tables),
        "evidence": _evidence(tables, enrolments),
        "goals": _goals(tables),
    }


def _people(tables: CodedTables) -> dict[str, NDArray[Any]]:
    return tables.arrays(
        f"""SELECT {day("t.hired_on")} AS hired, {day("t.left_on")} AS left,
            coalesce(t.languages, '') AS languages
        FROM employees AS t {_EMPLOYEE} ORDER BY e.code"""
    )


def _enrolments(tables: CodedTables, has_started_on: bool) -> EnrolmentLog:
    return EnrolmentLog(
        **tables.arrays(
            f"""SELECT e.code AS employee, c.code AS course, t.enrolment_id,
                {code_of("t.assigned_by", ASSIGNED_BY)} AS assigned_by,
                {day("t.enrolled_on")} AS enrolled,
                {day(start_known_on(has_started_on))} AS started,
                {day(began_on(has_started_on))} AS began, {day("t.completed_on")} AS completed,
                {day("t.dropped_on")} AS dropped, {number("t.progress")} AS progress,
                {number("t.exam_score")} AS exam_score,
                {number("t.exam_attempts")} AS exam_attempts, {number("t.minutes")} AS minutes,
                {number("t.satisfaction")} AS satisfaction
            FROM enrolments AS t {_EMPLOYEE} JOIN coded_course AS c ON c.id = t.course_id
            ORDER BY e.code, t.enrolled_on, c.code, t.enrolment_id"""
        )
    )


def _performance(tables: CodedTables, organisation: Organisation) -> PerformanceLog:
    scores = period_scores_sql("e.code", "JOIN coded_employee AS e ON e.id = p.employee_id")
    found = tables.arrays(
        f"""SELECT person AS employee, {day("period_start")} AS start,
            {day("period_end")} AS "end", {number("score")} AS score
        FROM ({scores}) ORDER BY person, period_end, period_start"""
    )
    periods = _ordered(organisation.period_end, organisation.period_start)
    period = np.searchsorted(periods, _ordered(found["end"], found["start"])).astype(np.int32)
    return PerformanceLog(period=period, **found)


def _ordered(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.int64]:
    """One number by which pairs of days sort."""
    return (first.astype(np.int64) << 32) + second.astype(np.int64)


def _assessments(tables: CodedTables) -> AssessmentLog:
    return AssessmentLog(
        **tables.arrays(
            f"""SELECT e.code AS employee, {day("t.assessed_on")} AS day, k.code AS competency,
                {code_of("t.source", ASSESSMENT_SOURCES)} AS source, {number("t.level")} AS level
            FROM assessments AS t {_EMPLOYEE} JOIN coded_competency AS k ON k.id = t.competency_id
            ORDER BY 1, 2, 3, 4, 5"""
        )
    )


def _feedback(tables: CodedTables) -> FeedbackLog:
    return FeedbackLog(
        **tables.arrays(
            f"""SELECT e.code AS employee, {day("t.asked_on")} AS day,
                {code_of("t.kind", FEEDBACK_KINDS)} AS kind,
                coalesce(c.code, -1)::INTEGER AS subject_course,
                coalesce(k.code, -1)::INTEGER AS subject_competency, {number("t.value")} AS value
            FROM feedback AS t {_EMPLOYEE} LEFT JOIN coded_course AS c ON c.id = t.subject_id
            LEFT JOIN coded_competency AS k ON k.id = t.subject_id ORDER BY 1, 2, 3, 4, 5, 6"""
        )
    )


def _assignments(tables: CodedTables) -> AssignmentLog:
    return AssignmentLog(
        **tables.arrays(
            f"""SELECT e.code AS employee, {day("t.valid_from")} AS valid_from,
                {day("t.valid_to")} AS valid_to, u.code AS unit, r.code AS role,
                coalesce(t.grade, -1)::INTEGER AS grade, coalesce(m.code, -1)::INTEGER AS manager
            FROM assignments AS t {_EMPLOYEE} JOIN coded_unit AS u ON u.id = t.org_unit_id
            JOIN coded_role AS r ON r.id = t.role_id
            LEFT JOIN coded_manager AS m ON m.id = t.manager_id ORDER BY 1, 2"""
        )
    )


def _absences(tables: CodedTables) -> AbsenceLog:
    return AbsenceLog(
        **tables.arrays(
            f"""SELECT e.code AS employee, {day("t.from_day")} AS from_day,
                {day("t.to_day")} AS to_day, coalesce(t.kind, '') AS kind
            FROM absences AS t {_EMPLOYEE} ORDER BY 1, 2, 3, 4"""
        )
    )


def _evidence(tables: CodedTables, enrolments: EnrolmentLog) -> EvidenceLog:
    """Read evidence with the position of its enrolment in the enrolment log."""
    positions = np.arange(len(enrolments), dtype=np.int32)
    ids = pa.array(enrolments.enrolment_id, pa.string())
    tables.cursor.register("coded_enrolment", pa.table({"id": ids, "code": positions}))
    found = tables.arrays(
        f"""SELECT n.code AS enrolment, {code_of("t.kind", EVIDENCE_KINDS)} AS kind,
            {day("t.due_on")} AS due, {day("t.done_on")} AS done,
            {number("t.score")} AS score
        FROM transfer_evidence AS t JOIN coded_enrolment AS n ON n.id = t.enrolment_id
        ORDER BY 1, 3, 4, 2, 5"""
    )
    return EvidenceLog(employee=enrolments.employee[found["enrolment"]], **found)


def _goals(tables: CodedTables) -> GoalLog:
    return GoalLog(
        **tables.arrays(
            f"""SELECT e.code AS employee, k.code AS competency,
                {number("t.target_level")} AS target_level, {day("t.by_date")} AS by_day
            FROM personal_goals AS t {_EMPLOYEE}
            JOIN coded_competency AS k ON k.id = t.competency_id ORDER BY 1, 2, 4, 3"""
        )
    )


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
