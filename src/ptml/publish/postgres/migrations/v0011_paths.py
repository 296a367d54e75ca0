"""Learning paths as a whole, what their steps add and why, and the seats that they want."""

from ptml.publish.postgres.migration_steps import add_column, add_table

revision = "0011"
down_revision = "0010"

_STAMP = ("as_of date NOT NULL", "run_id text NOT NULL")


def upgrade() -> None:
    """Add tables and columns; runs published before have no rows and no values of them."""
    add_column("paths", "ends_in_week", "integer")
    add_column("paths", "part", "text")
    add_column("paths", "running", "boolean")
    add_column("paths", "lift_low", "double precision")
    add_column("paths", "lift_high", "double precision")
    add_column("paths", "lift_alone", "double precision")
    add_column("paths", "gap_closed", "double precision")
    add_column("paths", "reasons", "json")
    add_table(
        "path_plans",
        (
            "employee_id text NOT NULL",
            "status text NOT NULL",
            "steps integer NOT NULL",
            "required_steps integer NOT NULL",
            "weeks double precision NOT NULL",
            "hours double precision NOT NULL",
            "lift double precision",
            "lift_low double precision",
            "lift_high double precision",
            "steps_without_lift integer NOT NULL",
            "gap_closed_share double precision",
            "value double precision NOT NULL",
            "bound double precision NOT NULL",
            "optimality_gap double precision NOT NULL",
            "candidates integer NOT NULL",
            "library_value double precision",
            "in_the_way json NOT NULL",
            *_STAMP,
        ),
        key=("employee_id",),
    )
    add_table(
        "path_seats",
        (
            "course_id text NOT NULL",
            "quarter text NOT NULL",
            "seats integer NOT NULL",
            "taken integer NOT NULL",
            "wanted integer NOT NULL",
            "short integer NOT NULL",
            *_STAMP,
        ),
        key=("course_id", "quarter"),
    )
