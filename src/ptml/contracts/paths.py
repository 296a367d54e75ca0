"""Output tables of learning paths: the steps of everybody, each path as a whole, and seats."""

import dataframely as dy

from ptml.contracts.json_checks import JSON_LIST
from ptml.contracts.rules import not_before, one_of
from ptml.contracts.stamp import Stamped

PARTS = ("required", "elective", "practice")
PATH_STATUSES = ("optimal", "stopped", "required_only", "empty")


class Paths(Stamped):
    """One row an employee and step; `lift` is what the step adds in its turn.

    Columns from `ends_in_week` on are empty in runs of earlier versions.
    """

    employee_id = dy.String()
    step = dy.Int32(min=1)
    course_id = dy.String()
    starts_in_week = dy.Int32(min=0)
    weeks = dy.Float64(min=0)
    lift = dy.Float64(nullable=True)
    ends_in_week = dy.Int32(min=0, nullable=True)
    part = dy.String(nullable=True, check=one_of(*PARTS))
    running = dy.Bool(nullable=True)
    lift_low = dy.Float64(nullable=True)
    lift_high = dy.Float64(nullable=True)
    lift_alone = dy.Float64(nullable=True)
    gap_closed = dy.Float64(min=0, nullable=True)
    reasons = dy.String(nullable=True, check=JSON_LIST)
    lift_below_lift_low = not_before("lift", "lift_low")
    lift_high_below_lift = not_before("lift_high", "lift")
    ends_before_it_starts = not_before("ends_in_week", "starts_in_week")


class PathPlans(Stamped):
    """One row an employee: the path as a whole, how good it is, and what stands in the way."""

    employee_id = dy.String()
    status = dy.String(check=one_of(*PATH_STATUSES))
    steps = dy.Int32(min=0)
    required_steps = dy.Int32(min=0)
    weeks = dy.Float64(min=0)
    hours = dy.Float64(min=0)
    lift = dy.Float64(nullable=True)
    lift_low = dy.Float64(nullable=True)
    lift_high = dy.Float64(nullable=True)
    steps_without_lift = dy.Int32(min=0)
    gap_closed_share = dy.Float64(min=0, max=1, nullable=True)
    value = dy.Float64()
    bound = dy.Float64()
    optimality_gap = dy.Float64(min=0)
    candidates = dy.Int32(min=0)
    library_value = dy.Float64(nullable=True)
    in_the_way = dy.String(check=JSON_LIST)
    lift_below_lift_low = not_before("lift", "lift_low")
    lift_high_below_lift = not_before("lift_high", "lift")
    bound_below_value = not_before("bound", "value")


class PathSeats(Stamped):
    """One row a course with limited seats and a quarter that paths want to begin it in.

    `wanted` is without regard to seats, estimated where a part of the people stands for all;
    `planned` is what the published paths begin.
    """

    course_id = dy.String()
    quarter = dy.String(regex=r"^\d{4}Q[1-4]$")
    seats = dy.Int32(min=0)
    taken = dy.Int32(min=0)
    wanted = dy.Int32(min=0)
    short = dy.Int32(min=0)
    planned = dy.Int32(min=0, nullable=True)
