"""The output tables: every kept run in partitions, and the newest run as views."""

from alembic import op

from ptml.publish.postgres.migration_steps import NEWEST, add_table

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what a run is written to; who may write comes with the next version."""
    op.execute(
        "CREATE TABLE publications (published_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        " run_id text NOT NULL, about text NOT NULL,"
        " published_at timestamp with time zone NOT NULL DEFAULT now(),"
        " published_by text NOT NULL DEFAULT session_user)"
    )
    op.execute("CREATE TABLE output_tables (name text PRIMARY KEY, key text[] NOT NULL)")
    op.execute(
        f"CREATE VIEW manifest AS SELECT about FROM publications WHERE published_no = {NEWEST}"
    )
    op.execute(
        "CREATE TABLE runs (run_id text PRIMARY KEY, as_of date NOT NULL,"
        " started_at timestamp with time zone NOT NULL, finished_at timestamp with time zone,"
        " data_fingerprint text NOT NULL, model_versions json NOT NULL, rows json NOT NULL,"
        " status text NOT NULL)"
    )
    _add_tables()


def _add_tables() -> None:
    add_table(
        "recommendations",
        (
            "employee_id text NOT NULL",
            "rank integer NOT NULL",
            "course_id text NOT NULL",
            "score double precision NOT NULL",
            "lift double precision",
            "lift_low double precision",
            "lift_high double precision",
            "p_complete double precision",
            "preference double precision",
            "gap_closed double precision",
            "reasons json NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id", "rank"),
    )
    add_table(
        "exposures",
        (
            "employee_id text NOT NULL",
            "rank integer NOT NULL",
            "course_id text NOT NULL",
            "policy text NOT NULL",
            "explored boolean NOT NULL",
            "propensity double precision NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id", "rank"),
    )
    add_table(
        "short_lists",
        (
            "employee_id text NOT NULL",
            "listed integer NOT NULL",
            "asked integer NOT NULL",
            "reason text NOT NULL",
            "reasons json NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id",),
    )
    add_table(
        "lift",
        (
            "employee_id text NOT NULL",
            "course_id text NOT NULL",
            "lift double precision",
            "lift_low double precision",
            "lift_high double precision",
            "support integer NOT NULL",
            "status text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id", "course_id"),
    )
    add_table(
        "warnings",
        (
            "enrolment_id text NOT NULL",
            "employee_id text NOT NULL",
            "course_id text NOT NULL",
            "stage text NOT NULL",
            "p_weak double precision NOT NULL",
            "p_low double precision NOT NULL",
            "p_high double precision NOT NULL",
            "flagged boolean NOT NULL",
            "arm text NOT NULL",
            "base_value double precision NOT NULL",
            "reasons json NOT NULL",
            "interventions json NOT NULL",
            "what_if json NOT NULL",
            "rules json NOT NULL",
            "unit_matter text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("enrolment_id", "stage"),
    )
    add_table(
        "unit_warnings",
        (
            "org_unit_id text NOT NULL",
            "flagged boolean NOT NULL",
            "unit_effect double precision",
            "unit_effect_low double precision",
            "unit_effect_high double precision",
            "checked integer",
            "weak_share double precision",
            "weak_share_low double precision",
            "weak_share_high double precision",
            "completions integer",
            "people integer",
            "over_threshold integer",
            "blocked integer",
            "blocked_by json NOT NULL",
            "reasons json NOT NULL",
            "interventions json NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("org_unit_id",),
    )
    add_table(
        "no_improvement",
        (
            "enrolment_id text NOT NULL",
            "employee_id text NOT NULL",
            "course_id text NOT NULL",
            "points_before double precision",
            "points_after double precision",
            "cause text NOT NULL",
            "rule_fired boolean NOT NULL",
            "evidence json NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("enrolment_id",),
    )
    add_table(
        "flags",
        (
            "enrolment_id text NOT NULL",
            "stage text NOT NULL",
            "arm text NOT NULL",
            "p_weak double precision NOT NULL",
            "propensity double precision NOT NULL",
            "holdout_share double precision NOT NULL",
            "policy text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("enrolment_id", "stage"),
    )
    add_table(
        "course_health",
        (
            "course_id text NOT NULL",
            "title text",
            "enrolled integer NOT NULL",
            "completed integer NOT NULL",
            "mean_exam double precision",
            "mean_satisfaction double precision",
            "transfer_rate double precision",
            "lift double precision",
            "lift_low double precision",
            "lift_high double precision",
            "cost double precision",
            "benefit double precision",
            "roi double precision",
            "alerts json NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("course_id",),
    )
    add_table(
        "needs",
        (
            "org_unit_id text NOT NULL",
            "competency_id text",
            "gap double precision",
            "people integer NOT NULL",
            "cause text NOT NULL",
            "evidence json NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("org_unit_id", "competency_id"),
    )
    add_table(
        "portraits",
        (
            "employee_id text NOT NULL",
            "competency_id text NOT NULL",
            "level double precision NOT NULL",
            "level_se double precision NOT NULL",
            "required double precision",
            "gap double precision",
            "trend double precision",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id", "competency_id"),
    )
    add_table(
        "segments",
        (
            "employee_id text NOT NULL",
            "segment text NOT NULL",
            "performance_state text",
            "main_cause text",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id",),
    )
    add_table(
        "paths",
        (
            "employee_id text NOT NULL",
            "step integer NOT NULL",
            "course_id text NOT NULL",
            "starts_in_week integer NOT NULL",
            "weeks double precision NOT NULL",
            "lift double precision",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id", "step"),
    )
    add_table(
        "allocations",
        (
            "employee_id text NOT NULL",
            "course_id text NOT NULL",
            "quarter text NOT NULL",
            "lift double precision",
            "cost double precision NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id", "course_id"),
    )
    add_table(
        "rejected_rows",
        (
            "table text NOT NULL",
            "row bigint NOT NULL",
            "column text",
            "value text",
            "rule text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=(),
    )
    add_table(
        "evidence",
        (
            "model text NOT NULL",
            "kind text NOT NULL",
            "name text NOT NULL",
            "value double precision",
            "low double precision",
            "high double precision",
            "bound double precision",
            "verdict text",
            "payload json NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=(),
    )
