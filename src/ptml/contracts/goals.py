"""Output tables about goals: what units are steered by, what serves it, and what does not."""

import dataframely as dy
import polars as pl

from ptml.contracts.json_checks import JSON_LIST
from ptml.contracts.results import PERSPECTIVES
from ptml.contracts.rules import not_before, one_of
from ptml.contracts.stamp import Stamped

GOAL_PHASES = ("running", "next")
FEWEST_PEOPLE = 5
"""A figure of fewer is not published."""
ALIGNMENT_KINDS = ("course", "goal")
ALIGNMENT_REASONS = (
    "teaches_nothing",
    "serves_no_goal",
    "no_competency",
    "no_course",
    "no_open_course",
)


class CompetencyWeights(Stamped):
    """One row a unit with people and competency that its roles ask for; `sources` add up to 1."""

    org_unit_id = dy.String()
    competency_id = dy.String()
    weight = dy.Float64(min=0)
    sources = dy.String(check=JSON_LIST)


class GoalAttainment(Stamped):
    """One row a goal in force; points (100 = on target), empty where under five people tell."""

    org_unit_id = dy.String()
    kpi_id = dy.String()
    period_start = dy.Date()
    period_end = dy.Date()
    phase = dy.String(check=one_of(*GOAL_PHASES))
    perspective = dy.String(nullable=True, check=one_of(*PERSPECTIVES))
    share = dy.Float64(min=0, max=1)
    attainment = dy.Float64(min=0, max=200, nullable=True)
    people = dy.Int32(min=FEWEST_PEOPLE, nullable=True)
    competencies = dy.Int32(min=0)
    courses = dy.Int32(min=0)
    period_end_before_period_start = not_before("period_end", "period_start")

    @dy.rule()
    def attainment_there_exactly_where_people_are(cls) -> pl.Expr:
        """A figure of too few people must not be readable."""
        return pl.col("attainment").is_null() == pl.col("people").is_null()


class Alignment(Stamped):
    """One row a course that serves no goal, or a unit's KPI that no course serves."""

    kind = dy.String(check=one_of(*ALIGNMENT_KINDS))
    course_id = dy.String(nullable=True)
    org_unit_id = dy.String(nullable=True)
    kpi_id = dy.String(nullable=True)
    reason = dy.String(check=one_of(*ALIGNMENT_REASONS))
    competencies = dy.String(check=JSON_LIST)

    @dy.rule()
    def about_a_course_or_about_a_goal(cls) -> pl.Expr:
        """The ids of the one are there, those of the other are not."""
        is_course = pl.col("kind") == "course"
        return (pl.col("course_id").is_not_null() == is_course) & (
            (pl.col("org_unit_id").is_not_null() & pl.col("kpi_id").is_not_null()) == ~is_course
        )
