"""What people's answers were made from, for `ptml score --since`."""

from ptml.publish.postgres.migration_steps import add_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table; runs published before have no rows of it."""
    add_table(
        "inputs",
        (
            "employee_id text NOT NULL",
            "digest text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id",),
    )
