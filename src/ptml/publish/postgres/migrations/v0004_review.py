"""What a page for those who look at warnings shows beside them: people, units, names, events."""

from ptml.publish.postgres.migration_steps import add_table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables; runs published before have no rows of them."""
    add_table(
        "people",
        (
            "employee_id text NOT NULL",
            "org_unit_id text",
            "role_id text",
            "grade integer",
            "manager_id text",
            "hired_on date",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id",),
    )
    add_table(
        "units",
        (
            "org_unit_id text NOT NULL",
            "name text",
            "parent_id text",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("org_unit_id",),
    )
    add_table(
        "names",
        (
            "kind text NOT NULL",
            "id text NOT NULL",
            "name text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("kind", "id"),
    )
    add_table(
        "timelines",
        (
            "employee_id text NOT NULL",
            "happened_on date NOT NULL",
            "kind text NOT NULL",
            "enrolment_id text",
            "course_id text",
            "done boolean",
            "value double precision",
            "until date",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=(),
    )
