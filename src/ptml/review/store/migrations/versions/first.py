"""The first version: cases, decisions, accounts, sessions, and the audit log."""

import sqlalchemy as sa
from alembic import op

from ptml.review.store.guards import FIRST

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, and what the database refuses."""
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=True),
        sa.Column("all_units", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("login"),
        sa.UniqueConstraint("subject"),
    )
    op.create_table(
        "attempts",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("who"),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "courses",
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("health", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("course_id"),
    )
    op.create_table(
        "oidc_requests",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash"),
    )
    op.create_table(
        "people",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("org_unit_id", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("manager_id", sa.String(), nullable=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index(op.f("ix_people_manager_id"), "people", ["manager_id"], unique=False)
    op.create_index(op.f("ix_people_org_unit_id"), "people", ["org_unit_id"], unique=False)
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_table(
        "team_levels",
        sa.Column("org_unit_id", sa.String(), nullable=False),
        sa.Column("competency_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("required", sa.Float(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("org_unit_id", "competency_id"),
    )
    op.create_table(
        "team_needs",
        sa.Column("org_unit_id", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("matter", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("org_unit_id"),
    )
    op.create_table(
        "unit_ancestors",
        sa.Column("org_unit_id", sa.String(), nullable=False),
        sa.Column("ancestor_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("org_unit_id", "ancestor_id"),
    )
    op.create_index(
        op.f("ix_unit_ancestors_ancestor_id"), "unit_ancestors", ["ancestor_id"], unique=False
    )
    op.create_table(
        "units",
        sa.Column("org_unit_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("org_unit_id"),
    )
    op.create_table(
        "account_units",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("org_unit_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "org_unit_id"),
    )
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("enrolment_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("org_unit_id", sa.String(), nullable=True),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("p_weak", sa.Float(), nullable=False),
        sa.Column("p_low", sa.Float(), nullable=False),
        sa.Column("p_high", sa.Float(), nullable=False),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("flagged_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "phase",
            sa.String(),
            sa.Computed(
                "CASE WHEN state IN ('open', 'asked', 'postponed') THEN 'waiting' "
                "WHEN state IN ('accepted', 'assigned') THEN 'agreed' ELSE 'finished' END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.run_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("enrolment_id"),
    )
    op.create_table(
        "case_evidence",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index(
        "cases_by_course", "cases", ["state", "course_id", "case_id", "org_unit_id"], unique=False
    )
    op.create_index(
        "cases_by_due",
        "cases",
        ["phase", "due_on", sa.literal_column("priority DESC"), "case_id", "org_unit_id"],
        unique=False,
        sqlite_where=sa.text("due_on IS NOT NULL"),
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )
    op.create_index(
        "cases_by_priority",
        "cases",
        [
            "phase",
            sa.literal_column("priority DESC"),
            "org_unit_id",
            "case_id",
            "state",
            "due_on",
            "course_id",
            "reason",
            "stage",
            "completed_on",
            "owner_id",
            "search_text",
        ],
        unique=False,
    )
    op.create_index(
        "cases_by_reason", "cases", ["state", "reason", "case_id", "org_unit_id"], unique=False
    )
    op.create_index(
        "cases_by_unit",
        "cases",
        [
            "org_unit_id",
            "phase",
            sa.literal_column("priority DESC"),
            "case_id",
            "state",
            "due_on",
            "course_id",
            "reason",
            "stage",
            "completed_on",
            "owner_id",
            "search_text",
        ],
        unique=False,
    )
    op.create_index(op.f("ix_cases_employee_id"), "cases", ["employee_id"], unique=False)
    op.create_table(
        "devices",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_devices_account_id"), "devices", ["account_id"], unique=False)
    op.create_table(
        "objections",
        sa.Column("objection_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["accounts.account_id"],
        ),
        sa.PrimaryKeyConstraint("objection_id"),
    )
    op.create_index(op.f("ix_objections_employee_id"), "objections", ["employee_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("intervention", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["accounts.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"],
            ["accounts.account_id"],
        ),
        sa.PrimaryKeyConstraint("decision_id"),
    )
    op.create_index("decisions_by_maker", "decisions", ["made_by", "made_at"], unique=False)
    op.create_index(op.f("ix_decisions_case_id"), "decisions", ["case_id"], unique=False)
    for statement in FIRST[op.get_bind().dialect.name]:
        op.execute(statement)
