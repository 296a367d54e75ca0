"""Flagged completions of a run, each with what was seen of the person, a few at a time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ptml.contracts.outputs import HOLD_OUT, STAGES
from ptml.review.published.run import Published
from ptml.review.published.sql import asked, named_rows

_AT_ONCE = 2_000
# Of each completion the last stage, which knows most; what was held out by the draw never becomes a
# case: nobody may look at it. Events as they will be kept: nothing here reads each of them.
_FLAGS = """
    WITH newest AS (
        SELECT * FROM warnings
        QUALIFY row_number() OVER (
            PARTITION BY enrolment_id ORDER BY list_position($stages, stage) DESC) = 1
    ),
    wanted AS (SELECT * FROM newest WHERE flagged AND arm <> $held_out),
    seen AS (
        SELECT employee_id,
            to_json(list({
                happened_on: CAST(happened_on AS VARCHAR), kind: kind, enrolment_id: enrolment_id,
                course_id: course_id, done: done, value: value, until: CAST(until AS VARCHAR)
            } ORDER BY happened_on, kind, enrolment_id)) AS events
        FROM timelines WHERE employee_id IN (SELECT employee_id FROM wanted) GROUP BY employee_id
    ),
    ended AS (
        SELECT enrolment_id, min(happened_on) AS completed_on FROM timelines
        WHERE kind = 'completed' GROUP BY enrolment_id
    )
    SELECT wanted.enrolment_id, wanted.employee_id, course_id, stage, p_weak, p_low, p_high,
        base_value, reasons, interventions, what_if, rules, unit_matter, wanted.as_of,
        wanted.run_id, coalesce(events, '[]') AS events, completed_on
    FROM wanted
    LEFT JOIN seen ON seen.employee_id = wanted.employee_id
    LEFT JOIN ended ON ended.enrolment_id = wanted.enrolment_id
"""


def flags(published: Published) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Give flagged completions: as published, with ``completed_on`` and ``events`` as JSON text."""
    given = {"stages": list(STAGES), "held_out": HOLD_OUT}
    with asked(published, ("warnings", "timelines")) as connection:
        yield from named_rows(connection.execute(_FLAGS, given), _AT_ONCE)
