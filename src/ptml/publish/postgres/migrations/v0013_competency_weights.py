"""What a point counts in a unit by competency, beside what each course teaches.

`budget_units.weights`, the same by course, is not filled any more.
"""

from alembic import op

from ptml.publish.postgres.migration_steps import add_column

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns; runs published before have no values of them."""
    op.execute('ALTER TABLE budget_units_by_run ALTER COLUMN "weights" DROP NOT NULL')
    add_column("budget_units", "competency_weights", "json")
    add_column("budget_courses", "teaches", "json")
