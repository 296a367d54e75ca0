"""What the database itself refuses: a changed audit line, and rows of another's units.

The application refuses both already. These stand behind it, for a query that somebody writes
without a thought of them.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import DDL, MetaData, event

_GROWS = "the audit log can only grow"
_SQLITE = (
    f"""CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, '{_GROWS}'); END""",
    f"""CREATE TRIGGER audit_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, '{_GROWS}'); END""",
    # Else INSERT OR REPLACE would be an update that no trigger sees.
    f"""CREATE TRIGGER audit_insert BEFORE INSERT ON audit
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, '{_GROWS}'); END""",
)
_VIEWER = "(SELECT current_setting('ptml.viewer', true))"
_POSTGRESQL = (
    f"""CREATE FUNCTION audit_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_GROWS}'; END $$""",
    """CREATE TRIGGER audit_change BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_grows()""",
    """CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_grows()""",
    "ALTER TABLE cases ENABLE ROW LEVEL SECURITY",
    # The owner of the tables too: a small installation has one role for all.
    "ALTER TABLE cases FORCE ROW LEVEL SECURITY",
    # Without a viewer: what else reads here (training, an administrator) has rights of its own.
    # Each question is asked once a query and not once a row: none looks at the row it is about.
    f"""CREATE POLICY cases_of_viewer ON cases USING (
    coalesce({_VIEWER}, '') IN ('', '*')
    OR (SELECT all_units FROM accounts WHERE account_id = {_VIEWER})
    OR employee_id = (SELECT employee_id FROM accounts WHERE account_id = {_VIEWER})
    OR org_unit_id IN (
        SELECT above.org_unit_id FROM unit_ancestors AS above
        JOIN account_units AS mine ON mine.org_unit_id = above.ancestor_id
        WHERE mine.account_id = {_VIEWER}
    )
)""",
    "ALTER TABLE case_evidence ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE case_evidence FORCE ROW LEVEL SECURITY",
    # The policy of `cases` holds within the question too.
    """CREATE POLICY evidence_of_viewer ON case_evidence USING (
    EXISTS (SELECT 1 FROM cases WHERE cases.case_id = case_evidence.case_id)
)""",
)

STATEMENTS: Mapping[str, Sequence[str]] = MappingProxyType(
    {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
)
"""What is executed once the tables are there, by the kind of database."""


def attach(metadata: MetaData, dialect: str, statements: Sequence[str]) -> None:
    """Execute the statements on one kind of database whenever the tables are made."""
    for statement in statements:
        # DDL fills in `%(table)s`: none of ours has one.
        made: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(metadata, "after_create", made.execute_if(dialect=dialect))
