"""The tables of the review database: what was published for review, and what people decided."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from ptml.review.store import guards

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("seal", String, nullable=False),
    Column("imported_at", DateTime(timezone=True), nullable=False),
    Column("is_current", Boolean, nullable=False),
)

units = Table(
    "units",
    metadata,
    Column("org_unit_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("parent_id", String),
)
# Every unit with each unit above it and itself: what a scope reaches is one join.
unit_ancestors = Table(
    "unit_ancestors",
    metadata,
    Column("org_unit_id", String, primary_key=True),
    Column("ancestor_id", String, primary_key=True, index=True),
)

courses = Table(
    "courses",
    metadata,
    Column("course_id", String, primary_key=True),
    Column("title", String, nullable=False),
    # Figures as published in `course_health`; none for a course that it does not name.
    Column("health", JSON),
)

team_levels = Table(
    "team_levels",
    metadata,
    Column("org_unit_id", String, primary_key=True),
    Column("competency_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("people", Integer, nullable=False),
    Column("level", Float, nullable=False),
    Column("required", Float, nullable=False),
    Column("gap", Float, nullable=False),
)
team_needs = Table(
    "team_needs",
    metadata,
    Column("org_unit_id", String, primary_key=True),
    Column("people", Integer, nullable=False),
    Column("cause", String, nullable=False),
    Column("evidence", JSON, nullable=False),
    # Of `unit_warnings`: what stands in the way whoever the person is.
    Column("matter", JSON),
)

people = Table(
    "people",
    metadata,
    Column("employee_id", String, primary_key=True),
    Column("name", String),
    Column("email", String),
    Column("org_unit_id", String, index=True),
    Column("role", String),
    Column("manager_id", String, index=True),
    # Stands for the person in the audit log; erasing the person erases the link and not the log.
    Column("token", String, nullable=False, unique=True),
)

# What people are found by (`ptml.review.store.search`), compared byte by byte: looking for how a
# word begins is a range of the key.
_BYTES = String().with_variant(String(collation="C"), "postgresql")
search_words = Table(
    "search_words",
    metadata,
    Column("word", _BYTES, primary_key=True),
    Column("employee_id", String, primary_key=True),
)
Index("search_words_by_person", search_words.c.employee_id, search_words.c.word)

cases = Table(
    "cases",
    metadata,
    Column("case_id", String, primary_key=True),
    Column("enrolment_id", String, nullable=False, unique=True),
    Column("employee_id", String, nullable=False, index=True),
    Column("org_unit_id", String),
    Column("course_id", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("p_weak", Float, nullable=False),
    Column("p_low", Float, nullable=False),
    Column("p_high", Float, nullable=False),
    Column("priority", Float, nullable=False),
    Column("flagged_on", Date, nullable=False),
    Column("completed_on", Date),
    Column("run_id", String, ForeignKey("runs.run_id"), nullable=False),
    Column("state", String, nullable=False),
    Column("owner_id", String, ForeignKey("accounts.account_id")),
    Column("due_on", Date),
    # Goes up with each decision: a decision on an older version is a conflict.
    Column("version", Integer, nullable=False),
    # What the list is walked by: one equal value for all states that are listed together.
    Column(
        "phase",
        String,
        Computed(
            "CASE WHEN state IN ('open', 'asked', 'postponed') THEN 'waiting'"
            " WHEN state IN ('accepted', 'assigned') THEN 'agreed' ELSE 'finished' END",
            persisted=True,
        ),
    ),
)
# Apart: twelve kilobytes in a row of `cases` would lie in the way of every question of the list.
case_evidence = Table(
    "case_evidence",
    metadata,
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
    # Reasons, interventions, levers, events: JSON, most of it as published.
    Column("evidence", Text, nullable=False),
)
# All that the list is narrowed and sorted by: rows that are not wanted are passed over within the
# index, without a look at the case.
_LISTED_BY = (
    cases.c.case_id,
    cases.c.state,
    cases.c.due_on,
    cases.c.course_id,
    cases.c.reason,
    cases.c.stage,
    cases.c.completed_on,
    cases.c.owner_id,
    cases.c.employee_id,
)
_PRIORITY = cases.c.priority.desc()
Index("cases_by_priority", cases.c.phase, _PRIORITY, cases.c.org_unit_id, *_LISTED_BY)
Index("cases_by_unit", cases.c.org_unit_id, cases.c.phase, _PRIORITY, *_LISTED_BY)
# Only what has a day, and by state: the list, which goes by phase, is not to be drawn to these.
_HAS_DAY = cases.c.due_on.is_not(None)
Index(
    "cases_by_due",
    cases.c.phase,
    cases.c.due_on,
    _PRIORITY,
    cases.c.case_id,
    cases.c.org_unit_id,
    sqlite_where=_HAS_DAY,
    postgresql_where=_HAS_DAY,
)
Index("cases_by_course", cases.c.state, cases.c.course_id, cases.c.case_id, cases.c.org_unit_id)
Index("cases_by_reason", cases.c.state, cases.c.reason, cases.c.case_id, cases.c.org_unit_id)

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", String, primary_key=True),
    Column("case_id", String, ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", String, ForeignKey("accounts.account_id"), nullable=False),
    # The day where the page is used: what `warning_actions` tells.
    Column("made_on", Date, nullable=False),
    Column("kind", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("reason", String),
    Column("note", Text),
    Column("intervention", String),
    Column("owner", String),
    Column("due_on", Date),
    Column("outcome", String),
    Column("done_on", Date),
    # The case before it: what undoing puts back.
    Column("before", JSON, nullable=False),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", String, ForeignKey("accounts.account_id")),
)
Index("decisions_by_maker", decisions.c.made_by, decisions.c.made_at)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("employee_id", String),
    Column("all_units", Boolean, nullable=False),
    Column("language", String, nullable=False),
    Column("password_hash", String),
    # Issuer and subject of who signs in elsewhere; by the e-mail they are found the first time.
    Column("subject", String, unique=True),
    Column("email", String, unique=True),
    Column("is_active", Boolean, nullable=False),
)
account_units = Table(
    "account_units",
    metadata,
    Column("account_id", String, ForeignKey("accounts.account_id"), primary_key=True),
    Column("org_unit_id", String, primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    # SHA-256 of what the cookie holds: who reads the table cannot sign in with it.
    Column("token_hash", String, primary_key=True),
    Column("account_id", String, ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("csrf", String, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

# Wrong passwords in a row: of a login (hashed, known or not), or of a browser that is known.
attempts = Table(
    "attempts",
    metadata,
    Column("who", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("locked_until", DateTime(timezone=True)),
)

# Attempts to sign in by minute, of an address (hashed): what several processes count together.
knocks = Table(
    "knocks",
    metadata,
    Column("who", String, primary_key=True),
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("n", Integer, nullable=False),
)

# Browsers in which an account once signed in: strangers' wrong passwords do not lock these out.
devices = Table(
    "devices",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("account_id", String, ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

# Sign-ins that were sent to the OpenID provider and are not back yet.
oidc_requests = Table(
    "oidc_requests",
    metadata,
    Column("state_hash", String, primary_key=True),
    Column("browser_hash", String, nullable=False),
    Column("nonce", String, nullable=False),
    Column("verifier", String, nullable=False),
    Column("next", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
)

objections = Table(
    "objections",
    metadata,
    Column("objection_id", String, primary_key=True),
    Column("employee_id", String, nullable=False, index=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("answer", Text),
    Column("answered_by", String, ForeignKey("accounts.account_id")),
    Column("answered_at", DateTime(timezone=True)),
)

guards.attach(metadata)
