"""Output tables for those who look at warnings: who people are, what ids stand for, what happened.

A page for HR reads published tables and nothing else. What it shows beside the answers is published
with them, as of the same day.
"""

import dataframely as dy
import polars as pl

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.contracts.rules import one_of
from ptml.contracts.stamp import Stamped

NAME_KINDS = ("competency", "kpi", "role")
EVENT_KINDS = (
    *("enrolled", "started", "completed", "dropped"),
    *EVIDENCE_KINDS,
    *("performance", "role_change", "unit_change", "absence"),
)


class People(Stamped):
    """One row an employee of the run, where they stand on the day; no protected attribute."""

    employee_id = dy.String()
    org_unit_id = dy.String(nullable=True)
    role_id = dy.String(nullable=True)
    grade = dy.Int32(min=1, nullable=True)
    manager_id = dy.String(nullable=True)
    hired_on = dy.Date(nullable=True)


class Units(Stamped):
    """One row a unit that any input table names; what the source does not say is empty."""

    org_unit_id = dy.String()
    name = dy.String(nullable=True)
    parent_id = dy.String(nullable=True)


class Names(Stamped):
    """One row a competency, KPI or role; `name` is the id where the source gives none."""

    kind = dy.String(check=one_of(*NAME_KINDS))
    id = dy.String()
    name = dy.String()


class Timelines(Stamped):
    """One row an event around a case of `warnings`; what happened to the person, not to the unit.

    `done` is false for evidence that was due and is not done; `value` is an exam score (0-100) for
    `completed`, a score (0-1) for evidence, points for `performance`; `until` the last day of an
    absence or of a performance period.
    """

    employee_id = dy.String()
    happened_on = dy.Date()
    kind = dy.String(check=one_of(*EVENT_KINDS))
    enrolment_id = dy.String(nullable=True)
    course_id = dy.String(nullable=True)
    done = dy.Bool(nullable=True)
    value = dy.Float64(min=0, nullable=True)
    until = dy.Date(nullable=True)

    @dy.rule()
    def known_before_the_day(cls) -> pl.Expr:
        """What is dated later was not known when the warning was made."""
        as_of, until = pl.col("as_of"), pl.col("until")
        return (pl.col("happened_on") < as_of) & (until.is_null() | (until < as_of))
