"""Sessions in simulators, in VR and with a coach as evidence of practice of an enrolment."""

import duckdb
import pyarrow as pa

from ptml.sources.importers.xapi.mapping import XapiMapping

NO_ENROLMENT = "practice of a course in which the person is not enrolled by then"

# A session belongs to the enrolment that began last before it.
_ATTACHED = """
    CREATE TABLE attached AS
    WITH registered AS (
        SELECT DISTINCT ON (employee, registration) employee, registration, course
        FROM episodes WHERE registration IS NOT NULL ORDER BY employee, registration, n
    ), sessions AS (
        SELECT told.n, employee, day, kind, due_when_done,
            coalesce(told.score, CASE WHEN success_is_score THEN success::INTEGER END) AS score,
            coalesce(rules.course, told.mapped, told.hint, registered.course, told.part) AS course
        FROM told JOIN rules ON told.rule = rules.rule
            LEFT JOIN registered USING (employee, registration)
        WHERE became = 'placed as evidence'
    )
    SELECT sessions.*, known.enrolment_id
    FROM sessions ASOF LEFT JOIN
        (SELECT employee_id, course_id, enrolled_on, max(enrolment_id) AS enrolment_id
         FROM known_enrolments GROUP BY ALL) AS known
        ON sessions.employee = known.employee_id AND sessions.course = known.course_id
            AND sessions.day >= known.enrolled_on
"""
EVIDENCE = """
    SELECT enrolment_id, kind, CASE WHEN due_when_done THEN day END AS due_on, day AS done_on,
        round(score, 6) AS score
    FROM attached WHERE enrolment_id IS NOT NULL
"""


def attach_evidence(connection: duckdb.DuckDBPyConnection, mapping: XapiMapping) -> None:
    """Make the table `attached` from `told` and `known_enrolments`; say what has no enrolment."""
    rules = [
        {
            "rule": k,
            "kind": rule.kind,
            "course": rule.course,
            "success_is_score": rule.success_is_score,
            "due_when_done": rule.due_when_done,
        }
        for k, rule in enumerate(mapping.evidence)
    ]
    shape = pa.schema(
        [
            ("rule", pa.int32()),
            ("kind", pa.string()),
            ("course", pa.string()),
            ("success_is_score", pa.bool_()),
            ("due_when_done", pa.bool_()),
        ]
    )
    connection.register("rules", pa.Table.from_pylist(rules, schema=shape))
    connection.execute(_ATTACHED)
    connection.execute(
        f"""UPDATE told SET became = 'not placed: {NO_ENROLMENT}'
        FROM attached WHERE told.n = attached.n AND attached.enrolment_id IS NULL"""
    )
