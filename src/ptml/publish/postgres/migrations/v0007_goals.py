"""What goals make of needs, how far they are, what serves none, and personal development plans."""

from ptml.publish.postgres.migration_steps import add_column, add_table

revision = "0007"
down_revision = "0006"

_STAMP = ("as_of date NOT NULL", "run_id text NOT NULL")


def upgrade() -> None:
    """Add tables and columns; runs published before have no rows and no values of them."""
    add_column("needs", "goal_weight", "double precision")
    add_column("needs", "gap_by_goal", "double precision")
    add_column("needs", "priority", "integer")
    add_table(
        "competency_weights",
        (
            "org_unit_id text NOT NULL",
            "competency_id text NOT NULL",
            "weight double precision NOT NULL",
            "sources json NOT NULL",
            *_STAMP,
        ),
        key=("org_unit_id", "competency_id"),
    )
    add_table(
        "goal_attainment",
        (
            "org_unit_id text NOT NULL",
            "kpi_id text NOT NULL",
            "period_start date NOT NULL",
            "period_end date NOT NULL",
            "phase text NOT NULL",
            "perspective text",
            "share double precision NOT NULL",
            "attainment double precision",
            "people integer",
            "competencies integer NOT NULL",
            "courses integer NOT NULL",
            *_STAMP,
        ),
        key=("org_unit_id", "kpi_id", "period_start"),
    )
    add_table(
        "alignment",
        (
            "kind text NOT NULL",
            "course_id text",
            "org_unit_id text",
            "kpi_id text",
            "reason text NOT NULL",
            "competencies json NOT NULL",
            *_STAMP,
        ),
        key=(),
    )
    add_table(
        "development_plans",
        (
            "employee_id text NOT NULL",
            "place integer NOT NULL",
            "competency_id text NOT NULL",
            "asked_by text NOT NULL",
            *_columns("level", "level_se", "own_target", "required", "gap"),
            "by_date date",
            "started_on date",
            *_columns("level_at_start", "share_of_way", "share_of_time", "p_reached"),
            "status text",
            "courses json NOT NULL",
            "no_course text",
            *_STAMP,
        ),
        key=("employee_id", "competency_id"),
    )


def _columns(*names: str) -> list[str]:
    return [f"{name} double precision" for name in names]
