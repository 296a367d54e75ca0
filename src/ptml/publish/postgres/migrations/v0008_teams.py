"""What teams can do, who is the only one, how soon new people can, and how far units differ."""

from ptml.publish.postgres.migration_steps import add_table

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the tables; runs published before have no rows of them."""
    add_table(
        "team_portraits",
        (
            "org_unit_id text NOT NULL",
            "competency_id text NOT NULL",
            "people integer",
            "standing text NOT NULL",
            "level double precision",
            "level_se double precision",
            "required double precision",
            "critical boolean",
            "holders integer",
            "expected_holders double precision",
            "p_alone double precision",
            "single_holder boolean",
            "spread double precision",
            "trend double precision",
            "trend_low double precision",
            "trend_high double precision",
            "trend_people integer",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("org_unit_id", "competency_id"),
    )
    add_table(
        "sole_holders",
        (
            "org_unit_id text NOT NULL",
            "competency_id text NOT NULL",
            "employee_id text NOT NULL",
            "purpose text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("org_unit_id", "competency_id"),
    )
    add_table(
        "proficiency_curves",
        (
            "dimension text NOT NULL",
            "group_id text NOT NULL",
            "month integer NOT NULL",
            "people integer NOT NULL",
            "proficient integer NOT NULL",
            "at_risk integer NOT NULL",
            "reached double precision NOT NULL",
            "reached_low double precision NOT NULL",
            "reached_high double precision NOT NULL",
            "left double precision NOT NULL",
            "reached_if_stayed double precision NOT NULL",
            "reached_if_stayed_low double precision NOT NULL",
            "reached_if_stayed_high double precision NOT NULL",
            "median_months double precision",
            "median_low double precision",
            "median_high double precision",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("dimension", "group_id", "month"),
    )
    add_table(
        "proficiency_factors",
        (
            "design text NOT NULL",
            "factor text NOT NULL",
            "course_id text",
            "people_with integer",
            "people_without integer",
            "reached_with integer",
            "reached_without integer",
            "ratio double precision",
            "ratio_low double precision",
            "ratio_high double precision",
            "p_value double precision",
            "q_value double precision",
            "finding text NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("design", "factor", "course_id"),
    )
    add_table(
        "team_spread",
        (
            "period_start date NOT NULL",
            "period_end date NOT NULL",
            "units integer NOT NULL",
            "people integer NOT NULL",
            "mean double precision NOT NULL",
            "between_sd double precision NOT NULL",
            "between_sd_low double precision NOT NULL",
            "between_sd_high double precision NOT NULL",
            "within_sd double precision NOT NULL",
            "share_between double precision NOT NULL",
            "share_between_low double precision NOT NULL",
            "share_between_high double precision NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("period_start", "period_end"),
    )
