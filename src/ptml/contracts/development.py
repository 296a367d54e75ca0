"""Output table of personal development plans: own goals beside what the role asks for."""

import dataframely as dy
import polars as pl

from ptml.contracts.json_checks import JSON_LIST
from ptml.contracts.rules import one_of
from ptml.contracts.stamp import Stamped

ASKED_BY = ("both", "own", "role")
NO_COURSE = ("not_taught", "not_listed")
PLAN_STATUSES = ("reached", "on_track", "behind", "overdue", "unknown", "no_date")


class DevelopmentPlans(Stamped):
    """One row an employee and competency of the plan; `place` 1 comes first.

    Levels are on 0-5. `status` is about the person's own goal and empty where only the role asks.
    """

    employee_id = dy.String()
    place = dy.Int32(min=1)
    competency_id = dy.String()
    asked_by = dy.String(check=one_of(*ASKED_BY))
    level = dy.Float64(min=0, max=5, nullable=True)
    level_se = dy.Float64(min=0, nullable=True)
    own_target = dy.Float64(min=0, max=5, nullable=True)
    required = dy.Float64(min=0, max=5, nullable=True)
    gap = dy.Float64(min=0, nullable=True)
    by_date = dy.Date(nullable=True)
    started_on = dy.Date(nullable=True)
    level_at_start = dy.Float64(min=0, max=5, nullable=True)
    share_of_way = dy.Float64(nullable=True)
    share_of_time = dy.Float64(min=0, max=1, nullable=True)
    p_reached = dy.Float64(min=0, max=1, nullable=True)
    status = dy.String(nullable=True, check=one_of(*PLAN_STATUSES))
    courses = dy.String(check=JSON_LIST)
    no_course = dy.String(nullable=True, check=one_of(*NO_COURSE))

    @dy.rule()
    def status_there_exactly_where_the_person_has_a_goal(cls) -> pl.Expr:
        """What the role alone asks for has no date to be held against."""
        return pl.col("status").is_null() == (pl.col("asked_by") == "role")
