"""What holds people back, what people ask for against it, and which rule made a segment."""

from ptml.publish.postgres.migration_steps import add_column, add_table

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add tables and columns; runs published before have none of them."""
    add_column("needs", "strength", "double precision")
    for column in ("rule", "course_level", "first_question"):
        add_column("segments", column, "text")
    add_table(
        "diagnoses",
        (
            "employee_id text NOT NULL",
            "cause text NOT NULL",
            "strength double precision",
            "first_question text",
            "evidence text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id",),
    )
    add_table(
        "wishes",
        (
            "org_unit_id text NOT NULL",
            "kind text NOT NULL",
            "subject_id text NOT NULL",
            "asked integer",
            "people integer NOT NULL",
            "share double precision",
            "gap double precision",
            "lift double precision",
            "lift_low double precision",
            "lift_high double precision",
            "cause text NOT NULL",
            "strength double precision",
            "verdict text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("org_unit_id", "kind", "subject_id"),
    )
