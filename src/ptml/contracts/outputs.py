"""The output tables of the contract; `as_of` and `run_id` stand in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import dataframely as dy
import polars as pl
import pyarrow as pa

from ptml.contracts.budget import BUDGET_TABLES
from ptml.contracts.course_health import CourseHealth
from ptml.contracts.development import DevelopmentPlans
from ptml.contracts.diagnosis import CAUSES as CAUSES
from ptml.contracts.diagnosis import COURSE_LEVELS, QUESTIONS, Diagnoses, Wishes
from ptml.contracts.goals import Alignment, CompetencyWeights, GoalAttainment
from ptml.contracts.json_checks import JSON_LIST, JSON_OBJECT
from ptml.contracts.paths import PathPlans, Paths, PathSeats
from ptml.contracts.review import Names, People, Timelines, Units
from ptml.contracts.rules import not_before, one_of
from ptml.contracts.stamp import Stamped
from ptml.contracts.teams import TEAM_TABLES

LIFT_STATUSES = (
    "ok",
    "no_overlap",
    "too_few",
    "no_history",
    "placebo_failed",
    "designs_disagree",
    "inseparable",
)
NO_IMPROVEMENT_CAUSES = (
    "not_practised",
    "skill_mismatch",
    "environment",
    "not_learnt",
    "too_early",
    "unclear",
)
PERFORMANCE_STATES = ("below", "on", "above")
SEGMENTS = ("new", "core", "high_potential", "manager")
STAGES = ("completion", "day_30")
FLAG, HOLD_OUT = "flag", "hold_out"
ARMS = ("none", FLAG, HOLD_OUT)
UNIT_MATTERS = ("", "incident", "opportunity", "unit")
FINDING_KINDS = ("metric", "curve", "check", "setting")
VERDICTS = ("pass", "fail", "not_judged")
RUN_STATUSES = ("complete", "failed")


class Recommendations(Stamped):
    """One row an employee and rank; lift empty where it could not be estimated."""

    employee_id = dy.String()
    rank = dy.Int32(min=1)
    course_id = dy.String()
    score = dy.Float64()
    lift = dy.Float64(nullable=True)
    lift_low = dy.Float64(nullable=True)
    lift_high = dy.Float64(nullable=True)
    p_complete = dy.Float64(min=0, max=1, nullable=True)
    preference = dy.Float64(min=0, max=1, nullable=True)
    gap_closed = dy.Float64(min=0, nullable=True)
    reasons = dy.String(check=JSON_LIST)
    lift_below_lift_low = not_before("lift", "lift_low")
    lift_high_below_lift = not_before("lift_high", "lift")


class Exposures(Stamped):
    """One row an employee and rank: what is shown, by which policy, with which probability."""

    employee_id = dy.String()
    rank = dy.Int32(min=1)
    course_id = dy.String()
    policy = dy.String(min_length=1)
    explored = dy.Bool()
    propensity = dy.Float64(min_exclusive=0, max=1)


class ShortLists(Stamped):
    """One row an employee with fewer recommendations than asked for, and why."""

    employee_id = dy.String()
    listed = dy.Int32(min=0)
    asked = dy.Int32(min=1)
    reason = dy.String(min_length=1)
    reasons = dy.String(check=JSON_OBJECT)


class Lift(Stamped):
    """One row an employee and candidate course; points, with a 90 % interval."""

    employee_id = dy.String()
    course_id = dy.String()
    lift = dy.Float64(nullable=True)
    lift_low = dy.Float64(nullable=True)
    lift_high = dy.Float64(nullable=True)
    support = dy.Int32(min=0)
    status = dy.String(check=one_of(*LIFT_STATUSES))
    lift_below_lift_low = not_before("lift", "lift_low")
    lift_high_below_lift = not_before("lift_high", "lift")

    @dy.rule()
    def lift_there_exactly_where_status_is_ok(cls) -> pl.Expr:
        """An estimate that was refused must not be readable as a number."""
        is_there = pl.col("lift").is_not_null()
        return (pl.col("status") == "ok") == is_there


class Warnings(Stamped):
    """One row a completed enrolment and stage."""

    enrolment_id = dy.String()
    employee_id = dy.String()
    course_id = dy.String()
    stage = dy.String(check=one_of(*STAGES))
    p_weak = dy.Float64(min=0, max=1)
    p_low = dy.Float64(min=0, max=1)
    p_high = dy.Float64(min=0, max=1)
    flagged = dy.Bool()
    arm = dy.String(check=one_of(*ARMS))
    base_value = dy.Float64()
    reasons = dy.String(check=JSON_LIST)
    interventions = dy.String(check=JSON_LIST)
    what_if = dy.String(check=JSON_LIST)
    rules = dy.String(check=JSON_LIST)
    unit_matter = dy.String(check=one_of(*UNIT_MATTERS))

    @dy.rule()
    def a_matter_of_the_unit_is_no_flag_on_the_person(cls) -> pl.Expr:
        """Team before person."""
        return ~pl.col("flagged") | (pl.col("unit_matter") == "")

    @dy.rule()
    def flagged_exactly_where_the_arm_is_flag(cls) -> pl.Expr:
        """What is held out must not be readable as a flag."""
        return pl.col("flagged") == (pl.col("arm") == FLAG)


class UnitWarnings(Stamped):
    """One row a unit with open completions; counts empty where fewer than five people are meant."""

    org_unit_id = dy.String()
    flagged = dy.Bool()
    unit_effect = dy.Float64(nullable=True)
    unit_effect_low = dy.Float64(nullable=True)
    unit_effect_high = dy.Float64(nullable=True)
    checked = dy.Int32(min=0, nullable=True)
    weak_share = dy.Float64(min=0, max=1, nullable=True)
    weak_share_low = dy.Float64(min=0, max=1, nullable=True)
    weak_share_high = dy.Float64(min=0, max=1, nullable=True)
    completions = dy.Int32(min=0, nullable=True)
    people = dy.Int32(min=5, nullable=True)
    over_threshold = dy.Int32(min=0, nullable=True)
    blocked = dy.Int32(min=0, nullable=True)
    blocked_by = dy.String(check=JSON_OBJECT)
    reasons = dy.String(check=JSON_LIST)
    interventions = dy.String(check=JSON_LIST)
    unit_effect_below_unit_effect_low = not_before("unit_effect", "unit_effect_low")
    unit_effect_high_below_unit_effect = not_before("unit_effect_high", "unit_effect")


class NoImprovement(Stamped):
    """One row a completed enrolment after which performance did not rise, or is not known yet."""

    enrolment_id = dy.String()
    employee_id = dy.String()
    course_id = dy.String()
    points_before = dy.Float64(min=0, nullable=True)
    points_after = dy.Float64(min=0, nullable=True)
    cause = dy.String(check=one_of(*NO_IMPROVEMENT_CAUSES))
    rule_fired = dy.Bool()
    evidence = dy.String(check=JSON_LIST)


class Flags(Stamped):
    """One row a completion and stage that reached the threshold: flagged, or held out by a draw."""

    enrolment_id = dy.String()
    stage = dy.String(check=one_of(*STAGES))
    arm = dy.String(check=one_of(FLAG, HOLD_OUT))
    p_weak = dy.Float64(min=0, max=1)
    propensity = dy.Float64(min_exclusive=0, max=1)
    holdout_share = dy.Float64(min=0, max_exclusive=0.5)
    policy = dy.String(min_length=1)


class Needs(Stamped):
    """One row a unit and competency, and one a unit (`competency_id` empty)."""

    org_unit_id = dy.String()
    competency_id = dy.String(nullable=True)
    gap = dy.Float64(min=0, nullable=True)
    people = dy.Int32(min=0)
    cause = dy.String(check=one_of(*CAUSES))
    evidence = dy.String(check=JSON_OBJECT)
    strength = dy.Float64(min=0, max=1, nullable=True)
    goal_weight = dy.Float64(min=0, nullable=True)
    gap_by_goal = dy.Float64(min=0, nullable=True)
    priority = dy.Int32(min=1, nullable=True)


class Portraits(Stamped):
    """One row an employee and competency; levels on 0-5, trend in levels a year."""

    employee_id = dy.String()
    competency_id = dy.String()
    level = dy.Float64(min=0, max=5)
    level_se = dy.Float64(min=0)
    required = dy.Float64(min=0, max=5, nullable=True)
    gap = dy.Float64(min=0, nullable=True)
    trend = dy.Float64(nullable=True)


class Segments(Stamped):
    """One row an employee."""

    employee_id = dy.String()
    segment = dy.String(check=one_of(*SEGMENTS))
    performance_state = dy.String(nullable=True, check=one_of(*PERFORMANCE_STATES))
    main_cause = dy.String(nullable=True, check=one_of(*CAUSES))
    rule = dy.String(nullable=True)
    course_level = dy.String(nullable=True, check=one_of(*COURSE_LEVELS))
    first_question = dy.String(nullable=True, check=one_of(*QUESTIONS))


class Inputs(Stamped):
    """One row an employee: a hash of all rows of the source that the answers are made from."""

    employee_id = dy.String()
    digest = dy.String(regex=r"^[0-9a-f]{16}$")


class RejectedRows(Stamped):
    """One row a broken input row and rule; `column` empty when the row as such is broken."""

    table = dy.String()
    row = dy.Int64(min=1)
    column = dy.String(nullable=True)
    value = dy.String(nullable=True)
    rule = dy.String()


class Findings(Stamped):
    """One row a finding about a model on held-out time, `ptml.contracts.evidence` as a table."""

    model = dy.String()
    kind = dy.String(check=one_of(*FINDING_KINDS))
    name = dy.String()
    value = dy.Float64(nullable=True)
    low = dy.Float64(nullable=True)
    high = dy.Float64(nullable=True)
    bound = dy.Float64(nullable=True)
    verdict = dy.String(nullable=True, check=one_of(*VERDICTS))
    payload = dy.String(check=JSON_OBJECT)


class Runs(Stamped):
    """One row a run; times are UTC."""

    started_at = dy.Datetime(time_zone="UTC")
    finished_at = dy.Datetime(time_zone="UTC", nullable=True)
    data_fingerprint = dy.String()
    model_versions = dy.String(check=JSON_OBJECT)
    rows = dy.String(check=JSON_OBJECT)
    status = dy.String(check=one_of(*RUN_STATUSES))
    finished_at_before_started_at = not_before("finished_at", "started_at")


@dataclass(frozen=True)
class OutputContract:
    """One output table.

    Attributes
    ----------
    schema : type of dataframely.Schema
        Columns with their rules; `columns` gives them with `as_of` and `run_id` last.
    key : tuple of str
        No two rows of a run agree in all of these; empty: rows may repeat.
    """

    schema: type[dy.Schema]
    key: tuple[str, ...]

    # Each of these walks through the whole schema: looked up once, and not once a piece.
    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All column names, in the order in which the table is written."""
        own = [name for name in self.schema.columns() if name not in Stamped.columns()]
        return (*own, *Stamped.columns())

    @cached_property
    def kinds(self) -> Mapping[str, pl.DataType]:
        """The type of each column while it is checked."""
        return {name: column.dtype for name, column in self.schema.columns().items()}

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """The types in which the table is written."""
        nullable = {name: column.nullable for name, column in self.schema.columns().items()}
        return pa.schema(
            [
                pa.field(name, _ARROW_TYPES[type(self.kinds[name])], nullable[name])
                for name in self.columns
            ]
        )


_ARROW_TYPES = {
    pl.String: pa.string(),
    pl.Date: pa.date32(),
    pl.Int32: pa.int32(),
    pl.Int64: pa.int64(),
    pl.Float64: pa.float64(),
    pl.Boolean: pa.bool_(),
    pl.Datetime: pa.timestamp("us", tz="UTC"),
}

OUTPUT_TABLES: Mapping[str, OutputContract] = MappingProxyType(
    {
        "recommendations": OutputContract(Recommendations, ("employee_id", "rank")),
        "exposures": OutputContract(Exposures, ("employee_id", "rank")),
        "short_lists": OutputContract(ShortLists, ("employee_id",)),
        "lift": OutputContract(Lift, ("employee_id", "course_id")),
        "warnings": OutputContract(Warnings, ("enrolment_id", "stage")),
        "unit_warnings": OutputContract(UnitWarnings, ("org_unit_id",)),
        "no_improvement": OutputContract(NoImprovement, ("enrolment_id",)),
        "flags": OutputContract(Flags, ("enrolment_id", "stage")),
        "course_health": OutputContract(CourseHealth, ("course_id",)),
        "needs": OutputContract(Needs, ("org_unit_id", "competency_id")),
        "portraits": OutputContract(Portraits, ("employee_id", "competency_id")),
        "segments": OutputContract(Segments, ("employee_id",)),
        "diagnoses": OutputContract(Diagnoses, ("employee_id",)),
        "wishes": OutputContract(Wishes, ("org_unit_id", "kind", "subject_id")),
        "inputs": OutputContract(Inputs, ("employee_id",)),
        "people": OutputContract(People, ("employee_id",)),
        "units": OutputContract(Units, ("org_unit_id",)),
        "names": OutputContract(Names, ("kind", "id")),
        "timelines": OutputContract(Timelines, ()),
        **{name: OutputContract(*of) for name, of in TEAM_TABLES.items()},
        "competency_weights": OutputContract(CompetencyWeights, ("org_unit_id", "competency_id")),
        "goal_attainment": OutputContract(
            GoalAttainment, ("org_unit_id", "kpi_id", "period_start")
        ),
        "alignment": OutputContract(Alignment, ()),
        "development_plans": OutputContract(DevelopmentPlans, ("employee_id", "competency_id")),
        "paths": OutputContract(Paths, ("employee_id", "step")),
        "path_plans": OutputContract(PathPlans, ("employee_id",)),
        "path_seats": OutputContract(PathSeats, ("course_id", "quarter")),
        **{name: OutputContract(*of) for name, of in BUDGET_TABLES.items()},
        "rejected_rows": OutputContract(RejectedRows, ()),
        "evidence": OutputContract(Findings, ()),
        "runs": OutputContract(Runs, ("run_id",)),
    }
)
