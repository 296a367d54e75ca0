"""The SQL behind `Shared`: events with the place that their person held on the day, added up."""

from typing import Any

import numpy as np

from ptml.contracts.ability import ASSESSMENT_SOURCES
from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.assessed import SOURCE_WEIGHT_PERCENT
from ptml.features.renewal import shows_from
from ptml.features.scores import period_scores_sql
from ptml.features.starts import start_known_on
from ptml.features.tables import CodedTables, code_of, day
from ptml.features.windows import SumLog

_PLACES = """
CREATE OR REPLACE TEMP TABLE places AS
SELECT a.employee_id, a.valid_from,
    least(coalesce(a.valid_to, DATE '9999-12-31'), coalesce(e.left_on, DATE '9999-12-31'))
        AS valid_to,
    u.code AS unit, r.code AS role, coalesce(a.grade, -1) AS grade,
    coalesce(m.code, -1)::INTEGER AS manager
FROM assignments AS a JOIN employees AS e USING (employee_id)
JOIN coded_unit AS u ON u.id = a.org_unit_id JOIN coded_role AS r ON r.id = a.role_id
LEFT JOIN coded_manager AS m ON m.id = a.manager_id
"""


def _at(events: str, day: str) -> str:
    """SQL for events with the place of their person on a day; -1 for a person without one."""
    return f"""SELECT t.*, coalesce(p.unit, -1) AS unit, coalesce(p.role, -1) AS role,
        coalesce(p.grade, -1) AS grade, coalesce(p.manager, -1) AS manager
    FROM ({events}) AS t LEFT JOIN places AS p ON p.employee_id = t.employee_id
        AND p.valid_from <= t.{day} AND t.{day} < p.valid_to"""


def _thousandths(column: str) -> str:
    return f"floor({column} * 1024 + 0.5)::BIGINT"


def _sum_log(tables: CodedTables, sql: str) -> SumLog:
    """A log of a query with the columns `owner`, `day` and whole numbers."""
    found = tables.arrays(sql)
    owner, day = found.pop("owner"), found.pop("day")
    return SumLog.of(owner, day.astype(np.int32), found)


def add_up(tables: CodedTables, has_started_on: bool) -> dict[str, Any]:
    """Add up all sums; the keys are fields of `Shared`."""
    tables.cursor.execute(_PLACES)
    return {
        **_people(tables),
        **_results(tables),
        **_answers(tables),
        **_starts(tables, has_started_on),
        **_ends(tables),
        **_levels(tables),
        **_seats(tables),
    }


def _people(tables: CodedTables) -> dict[str, SumLog]:
    def counted(owner: str, table: str, first: str, end: str, condition: str) -> SumLog:
        return _sum_log(
            tables,
            f"""SELECT owner, {shows_from("day")} AS day, sum(people)::BIGINT AS people FROM (
                SELECT {owner} AS owner, {first} AS day, 1 AS people FROM {table}
                WHERE {condition} AND {first} IS NOT NULL
                UNION ALL
                SELECT {owner}, {end}, -1 FROM {table}
                WHERE {condition} AND {first} IS NOT NULL AND {end} < DATE '9999-12-31'
            ) GROUP BY 1, 2""",
        )

    # A person who has moved or left by the day before the place began was never there.
    stayed = "valid_from < valid_to"
    return {
        "people": counted("0", "employees", "hired_on", "left_on", "true"),
        "unit_people": counted("unit", "places", "valid_from", "valid_to", stayed),
        "role_people": counted("role", "places", "valid_from", "valid_to", stayed),
        "manager_people": counted(
            "manager", "places", "valid_from", "valid_to", f"{stayed} AND manager >= 0"
        ),
        "unit_role_people": counted(
            "(unit::BIGINT * (SELECT count(*) FROM coded_role) + role)",
            *("places", "valid_from", "valid_to", stayed),
        ),
    }


def _results(tables: CodedTables) -> dict[str, SumLog]:
    placed = _at(period_scores_sql(), "period_end")
    return {
        "unit_scores": _sum_log(
            tables,
            f"""SELECT unit AS owner, {shows_from("(period_end + 1)")} AS day, count(*) AS n,
                sum({_thousandths("score::FLOAT::DOUBLE")})::BIGINT AS score
            FROM ({placed}) WHERE unit >= 0 GROUP BY 1, 2""",
        )
    }


def _answers(tables: CodedTables) -> dict[str, SumLog]:
    tables.cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE answers AS
        SELECT unit, manager, {code_of("kind", FEEDBACK_KINDS)} AS kind,
            {shows_from("asked_on")} AS day, {_thousandths("value::FLOAT::DOUBLE")} AS value
        FROM ({_at("SELECT * FROM feedback WHERE value IS NOT NULL", "asked_on")})"""
    )
    return {
        f"{of}_answers": _sum_log(
            tables,
            f"""SELECT {of} * {len(FEEDBACK_KINDS)} + kind AS owner, day, count(*) AS n,
                sum(value)::BIGINT AS value
            FROM answers WHERE {of} >= 0 GROUP BY 1, 2""",
        )
        for of in ("unit", "manager")
    }


def _starts(tables: CodedTables, has_started_on: bool) -> dict[str, SumLog]:
    events = f"""SELECT employee_id, course_id, {start_known_on(has_started_on)} AS known_on
    FROM enrolments JOIN courses USING (course_id)
    WHERE known_on IS NOT NULL AND coalesce(assigned_by, '') <> 'mandatory'
        AND NOT coalesce(mandatory, false)"""
    tables.cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE starts AS
        SELECT unit, role, c.code AS course, {shows_from("known_on")} AS day, count(*) AS n
        FROM ({_at(events, "known_on")}) JOIN coded_course AS c ON c.id = course_id
        GROUP BY ALL"""
    )
    n_courses = "(SELECT count(*) FROM coded_course)"

    def summed(owner: str, condition: str = "true") -> SumLog:
        return _sum_log(
            tables,
            f"""SELECT ({owner})::BIGINT AS owner, day, sum(n)::BIGINT AS started FROM starts
            WHERE {condition} GROUP BY 1, 2""",
        )

    return {
        "unit_starts": summed("unit", "unit >= 0"),
        "unit_course": summed(f"unit * {n_courses} + course", "unit >= 0"),
        "role_course": summed(f"role * {n_courses} + course", "role >= 0"),
        "course_started": summed("course"),
    }


def _seats(tables: CodedTables) -> dict[str, SumLog]:
    """Not by renewal: who was quick this week has taken the seat."""
    return {
        "course_seats": _sum_log(
            tables,
            f"""SELECT c.code AS owner, {day("known_on")} AS day, sum(n)::BIGINT AS seats
            FROM (
                SELECT course_id, enrolled_on AS known_on, 1 AS n FROM enrolments
                UNION ALL
                SELECT course_id, dropped_on, -1 FROM enrolments
                WHERE completed_on IS NULL
                    AND date_trunc('quarter', dropped_on) = date_trunc('quarter', enrolled_on)
            ) JOIN coded_course AS c ON c.id = course_id GROUP BY 1, 2""",
        )
    }


def _ends(tables: CodedTables) -> dict[str, SumLog]:
    ended = """SELECT *, least(completed_on, dropped_on) AS ended_on,
        coalesce(completed_on <= dropped_on, completed_on IS NOT NULL)::INTEGER AS is_completed
    FROM enrolments WHERE ended_on IS NOT NULL"""
    n_courses = "(SELECT count(*) FROM coded_course)"
    tables.cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE ends AS
        SELECT unit, role, c.code AS course, {shows_from("ended_on")} AS day,
            count(*) AS ended, sum(is_completed) AS completed,
            count(exam_score) AS exams,
            coalesce(sum({_thousandths("exam_score")}), 0) AS exam,
            count(satisfaction) AS rated,
            coalesce(sum({_thousandths("satisfaction")}), 0) AS satisfaction,
            count(minutes) AS timed, coalesce(sum(round(minutes)::BIGINT), 0) AS minutes
        FROM ({_at(ended, "ended_on")}) JOIN coded_course AS c ON c.id = course_id
        GROUP BY ALL"""
    )
    enrolled = f"""SELECT c.code AS owner, {shows_from("enrolled_on")} AS day,
        count(*) AS enrolled, count(assigned_by) AS known,
        coalesce(sum((assigned_by = 'self')::INTEGER), 0)::BIGINT AS "self"
    FROM enrolments JOIN coded_course AS c ON c.id = course_id GROUP BY 1, 2"""

    def summed(owner: str, columns: tuple[str, ...], condition: str = "true") -> SumLog:
        sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in columns)
        return _sum_log(
            tables,
            f"""SELECT ({owner})::BIGINT AS owner, day, {sums} FROM ends
            WHERE {condition} GROUP BY 1, 2""",
        )

    rates = ("ended", "completed")
    results = ("exams", "exam", "rated", "satisfaction", "timed", "minutes")
    return {
        "unit_ends": summed("unit", rates, "unit >= 0"),
        "role_course_ends": summed(f"role * {n_courses} + course", rates, "role >= 0"),
        "course_ends": summed("course", (*rates, *results)),
        "course_enrolled": _sum_log(tables, enrolled),
    }


def _levels(tables: CodedTables) -> dict[str, Any]:
    weights = " ".join(
        f"WHEN '{source}' THEN {SOURCE_WEIGHT_PERCENT[source]}" for source in ASSESSMENT_SOURCES
    )
    tables.cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE levels AS
        SELECT role, grade, k.code AS competency, {shows_from("assessed_on")} AS day,
            count(*) AS n, sum(CASE source {weights} END) AS weight,
            sum(CASE source {weights} END * {_thousandths("level")}) AS level,
            sum(CASE source {weights} END * {_thousandths("level")} * {_thousandths("level")})
                AS square
        FROM ({_at("SELECT * FROM assessments", "assessed_on")})
        JOIN coded_competency AS k ON k.id = competency_id GROUP BY ALL"""
    )
    grades = tables.arrays("SELECT DISTINCT grade FROM levels ORDER BY grade")["grade"]
    position = f"list_position({grades.tolist()}, grade) - 1"
    n_competencies = "(SELECT count(*) FROM coded_competency)"

    def summed(owner: str, condition: str) -> SumLog:
        sums = ", ".join(
            f"sum({name})::BIGINT AS {name}" for name in ("n", "weight", "level", "square")
        )
        return _sum_log(
            tables,
            f"""SELECT ({owner})::BIGINT AS owner, day, {sums} FROM levels
            WHERE {condition} GROUP BY 1, 2""",
        )

    cell = f"(role * {len(grades)} + {position}) * {n_competencies} + competency"
    return {
        "cell_levels": summed(cell, "role >= 0"),
        "role_levels": summed(f"role * {n_competencies} + competency", "role >= 0"),
        "all_levels": summed("competency", "true"),
        "grades": tuple(int(grade) for grade in grades),
    }
