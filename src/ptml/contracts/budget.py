"""Output tables of a budget: the plans, what more would be worth, the curve, and what they need."""

from collections.abc import Mapping
from types import MappingProxyType

import dataframely as dy
import polars as pl

from ptml.contracts.json_checks import JSON_LIST, JSON_OBJECT
from ptml.contracts.rules import not_before, one_of
from ptml.contracts.stamp import Stamped

PLANS = ("chosen", "without_minima", "most_lift_per_money")
SOLVERS = ("exact", "dual", "rule")
PLAN_STATUSES = ("found", "infeasible", "not_found")
LIMITS = ("money", "seats", "unit_hours", "group_people", "group_money")
ALLOCATION_REASONS = ("mandatory", "lift", "minimum")


class Allocations(Stamped):
    """One row an employee and course that a budget buys; `quarter` as ``2026Q4``."""

    employee_id = dy.String()
    course_id = dy.String()
    quarter = dy.String(regex=r"^\d{4}Q[1-4]$")
    lift = dy.Float64(nullable=True)
    cost = dy.Float64(min=0)
    lift_low = dy.Float64(nullable=True)
    lift_high = dy.Float64(nullable=True)
    hours = dy.Float64(min=0, nullable=True)
    mandatory = dy.Bool(nullable=True)
    reason = dy.String(nullable=True, check=one_of(*ALLOCATION_REASONS))
    lift_below_lift_low = not_before("lift", "lift_low")
    lift_high_below_lift = not_before("lift_high", "lift")


class BudgetPlans(Stamped):
    """One row a plan: the one that is chosen, and what it is held against; points and money."""

    plan = dy.String(check=one_of(*PLANS))
    quarter = dy.String(regex=r"^\d{4}Q[1-4]$")
    money = dy.Float64(min=0)
    status = dy.String(check=one_of(*PLAN_STATUSES))
    objective = dy.Float64(nullable=True)
    bound = dy.Float64(nullable=True)
    gap = dy.Float64(min=0, nullable=True)
    lift = dy.Float64(nullable=True)
    lift_low = dy.Float64(nullable=True)
    lift_high = dy.Float64(nullable=True)
    spent = dy.Float64(min=0, nullable=True)
    seats = dy.Int32(min=0, nullable=True)
    people = dy.Int32(min=0, nullable=True)
    mandatory_spent = dy.Float64(min=0)
    mandatory_seats = dy.Int32(min=0)
    solver = dy.String(check=one_of(*SOLVERS))
    refusals = dy.String(check=JSON_LIST)
    assumptions = dy.String(check=JSON_OBJECT)

    @dy.rule()
    def a_plan_that_is_not_there_has_no_figures(cls) -> pl.Expr:
        """What was refused must not be readable as a plan of nothing."""
        return (pl.col("status") == "found") == pl.col("objective").is_not_null()


class ShadowPrices(Stamped):
    """One row a limit of the chosen plan: points for one more of it (of a minimum: one less)."""

    what = dy.String(check=one_of(*LIMITS))
    subject_id = dy.String(nullable=True)
    capacity = dy.Float64()
    used = dy.Float64(min=0)
    price = dy.Float64(min=0)


class BudgetCurve(Stamped):
    """One row a budget: what it buys; figures empty where it cannot meet what is demanded."""

    money = dy.Float64(min=0)
    points = dy.Float64(nullable=True)
    bound = dy.Float64(nullable=True)
    spent = dy.Float64(min=0, nullable=True)
    people = dy.Int32(min=0, nullable=True)
    marginal = dy.Float64(min=0, nullable=True)


class BudgetCourses(Stamped):
    """One row a course: what a plan has to know of it."""

    course_id = dy.String()
    cost = dy.Float64(min=0, nullable=True)
    hours = dy.Float64(min=0, nullable=True)
    seats = dy.Int32(min=0, nullable=True)
    seats_taken = dy.Int32(min=0)
    mandatory = dy.Bool()
    overlaps = dy.String(check=JSON_OBJECT)
    teaches = dy.String(check=JSON_OBJECT, nullable=True)


class BudgetUnits(Stamped):
    """One row a unit: what a point counts by its goals, of competencies where not 1.

    `weights` told the same by course in runs of earlier versions, and is empty now: of a large
    company it is a matrix of all units and all courses.
    """

    org_unit_id = dy.String()
    weights = dy.String(check=JSON_OBJECT, nullable=True)
    competency_weights = dy.String(check=JSON_OBJECT, nullable=True)


class BudgetPeople(Stamped):
    """One row an employee: what a plan has to know beside `people` and `segments`."""

    employee_id = dy.String()
    job_family = dy.String(nullable=True)
    trainable = dy.Bool()
    open_hours = dy.Float64(min=0)


class MandatoryDue(Stamped):
    """One row an employee and mandatory course that is not taken, or whose certificate ran out."""

    employee_id = dy.String()
    course_id = dy.String()


BUDGET_TABLES: Mapping[str, tuple[type[Stamped], tuple[str, ...]]] = MappingProxyType(
    {
        "allocations": (Allocations, ("employee_id", "course_id")),
        "budget_plans": (BudgetPlans, ("plan",)),
        "shadow_prices": (ShadowPrices, ("what", "subject_id")),
        "budget_curve": (BudgetCurve, ("money",)),
        "budget_courses": (BudgetCourses, ("course_id",)),
        "budget_units": (BudgetUnits, ("org_unit_id",)),
        "budget_people": (BudgetPeople, ("employee_id",)),
        "mandatory_due": (MandatoryDue, ("employee_id", "course_id")),
    }
)
"""Schemas and keys by the name of the table."""
