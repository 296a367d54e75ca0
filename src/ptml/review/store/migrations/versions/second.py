"""The second version: people are found by their words, and every table has its rows of a viewer."""

import sqlalchemy as sa
from alembic import op

from ptml.review.store.guards import SECOND
from ptml.review.store.search import find_by

revision = "0002"
down_revision = "0001"

_BYTES = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_LISTED = ("case_id", "state", "due_on", "course_id", "reason", "stage", "completed_on", "owner_id")
_PRIORITY: sa.ColumnElement[str] = sa.literal_column("priority DESC")


def upgrade() -> None:
    """Make the tables, fill what people are found by, and leave out what stood in its place."""
    op.create_table(
        "search_words",
        sa.Column("word", _BYTES, nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("word", "employee_id"),
    )
    op.create_index("search_words_by_person", "search_words", ["employee_id", "word"], unique=False)
    op.create_table(
        "knocks",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("who", "minute"),
    )
    named = sa.text(
        "SELECT DISTINCT c.employee_id, p.name FROM cases AS c "
        "LEFT JOIN people AS p ON p.employee_id = c.employee_id"
    )
    connection = op.get_bind()
    find_by(connection, {row.employee_id: row.name for row in connection.execute(named)})
    op.drop_index("cases_by_priority", "cases")
    op.drop_index("cases_by_unit", "cases")
    op.drop_column("cases", "search_text")
    op.create_index(
        "cases_by_priority",
        "cases",
        ["phase", _PRIORITY, "org_unit_id", *_LISTED, "employee_id"],
        unique=False,
    )
    op.create_index(
        "cases_by_unit",
        "cases",
        ["org_unit_id", "phase", _PRIORITY, *_LISTED, "employee_id"],
        unique=False,
    )
    for statement in SECOND[connection.dialect.name]:
        op.execute(statement)
