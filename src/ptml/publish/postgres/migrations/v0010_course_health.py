"""Four levels with their doubt, and what a course costs and brings with what is assumed."""

from ptml.publish.postgres.migration_steps import add_column

revision = "0010"
down_revision = "0009"

_COUNTS = ("satisfaction_n", "exam_n", "level_n", "transfer_n")
_COLUMNS = (
    "completion_rate",
    *("satisfaction_n", "satisfaction_low", "satisfaction_high"),
    *("exam_n", "exam_low", "exam_high", "mean_attempts"),
    *("level_n", "level_before", "level_after", "level_gain_low", "level_gain_high"),
    *("transfer_n", "transfer_low", "transfer_high"),
    *("time_cost", "benefit_low", "benefit_high", "roi_low", "roi_high", "break_even"),
)


def upgrade() -> None:
    """Add the columns; runs published before have none of them."""
    for name in _COLUMNS:
        kind = "integer" if name in _COUNTS else "double precision"
        add_column("course_health", name, kind)
    add_column("course_health", "assumed", "json")
