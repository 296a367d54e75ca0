"""How many paths begin a course with few seats, beside how many want to."""

from ptml.publish.postgres.migration_steps import add_column

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column; runs published before have no values of it."""
    add_column("path_seats", "planned", "integer")
