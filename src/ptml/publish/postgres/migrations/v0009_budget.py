"""What a budget buys, what more would be worth, and what plans are made from."""

from ptml.publish.postgres.migration_steps import add_column, add_table

revision = "0009"
down_revision = "0008"

_STAMP = ("as_of date NOT NULL", "run_id text NOT NULL")


def upgrade() -> None:
    """Add the tables and columns; runs published before have none."""
    for column, kind in (
        ("lift_low", "double precision"),
        ("lift_high", "double precision"),
        ("hours", "double precision"),
        ("mandatory", "boolean"),
        ("reason", "text"),
    ):
        add_column("allocations", column, kind)
    add_table(
        "budget_plans",
        (
            "plan text NOT NULL",
            "quarter text NOT NULL",
            "money double precision NOT NULL",
            "status text NOT NULL",
            "objective double precision",
            "bound double precision",
            "gap double precision",
            "lift double precision",
            "lift_low double precision",
            "lift_high double precision",
            "spent double precision",
            "seats integer",
            "people integer",
            "mandatory_spent double precision NOT NULL",
            "mandatory_seats integer NOT NULL",
            "solver text NOT NULL",
            "refusals json NOT NULL",
            "assumptions json NOT NULL",
            *_STAMP,
        ),
        key=("plan",),
    )
    add_table(
        "shadow_prices",
        (
            "what text NOT NULL",
            "subject_id text",
            "capacity double precision NOT NULL",
            "used double precision NOT NULL",
            "price double precision NOT NULL",
            *_STAMP,
        ),
        key=("what", "subject_id"),
    )
    add_table(
        "budget_curve",
        (
            "money double precision NOT NULL",
            "points double precision",
            "bound double precision",
            "spent double precision",
            "people integer",
            "marginal double precision",
            *_STAMP,
        ),
        key=("money",),
    )
    add_table(
        "budget_courses",
        (
            "course_id text NOT NULL",
            "cost double precision",
            "hours double precision",
            "seats integer",
            "seats_taken integer NOT NULL",
            "mandatory boolean NOT NULL",
            "overlaps json NOT NULL",
            *_STAMP,
        ),
        key=("course_id",),
    )
    add_table(
        "budget_units",
        ("org_unit_id text NOT NULL", "weights json NOT NULL", *_STAMP),
        key=("org_unit_id",),
    )
    add_table(
        "budget_people",
        (
            "employee_id text NOT NULL",
            "job_family text",
            "trainable boolean NOT NULL",
            "open_hours double precision NOT NULL",
            *_STAMP,
        ),
        key=("employee_id",),
    )
    add_table(
        "mandatory_due",
        ("employee_id text NOT NULL", "course_id text NOT NULL", *_STAMP),
        key=("employee_id", "course_id"),
    )
