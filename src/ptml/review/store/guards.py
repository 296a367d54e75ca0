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
# Without a viewer: what else reads here (training, an administrator) has rights of its own. Each
# question is asked once a query and not once a row: none looks at the row it is about.
_ALL = f"""coalesce({_VIEWER}, '') IN ('', '*')
    OR (SELECT all_units FROM accounts WHERE account_id = {_VIEWER})"""
_OWN = f"employee_id = (SELECT employee_id FROM accounts WHERE account_id = {_VIEWER})"
_IN_UNIT = f"""org_unit_id IN (
        SELECT above.org_unit_id FROM unit_ancestors AS above
        JOIN account_units AS mine ON mine.org_unit_id = above.ancestor_id
        WHERE mine.account_id = {_VIEWER}
    )"""


def _only(table: str, policy: str, where: str) -> tuple[str, ...]:
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        # The owner of the tables too: a small installation has one role for all.
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {policy} ON {table} USING (\n    {where}\n)",
    )


def _of(table: str, other: str, key: str) -> str:
    # The policy of the other table holds within the question too.
    return f"EXISTS (SELECT 1 FROM {other} WHERE {other}.{key} = {table}.{key})"


_POSTGRESQL = (
    f"""CREATE FUNCTION audit_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_GROWS}'; END $$""",
    """CREATE TRIGGER audit_change BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_grows()""",
    """CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_grows()""",
    *_only("cases", "cases_of_viewer", f"{_ALL}\n    OR {_OWN}\n    OR {_IN_UNIT}"),
    *_only("case_evidence", "evidence_of_viewer", _of("case_evidence", "cases", "case_id")),
)
_POSTGRESQL_SECOND = (
    *_only("decisions", "decisions_of_viewer", _of("decisions", "cases", "case_id")),
    # Who moved to another unit is still named in cases of the old one.
    *_only(
        "people",
        "people_of_viewer",
        f"{_ALL}\n    OR {_OWN}\n    OR {_IN_UNIT}\n    OR {_of('people', 'cases', 'employee_id')}",
    ),
    *_only(
        "search_words",
        "words_of_viewer",
        f"{_ALL}\n    OR {_of('search_words', 'people', 'employee_id')}",
    ),
    *_only(
        "objections",
        "objections_of_viewer",
        f"{_ALL}\n    OR {_OWN}\n    OR {_of('objections', 'people', 'employee_id')}",
    ),
    *_only("team_levels", "levels_of_viewer", f"{_ALL}\n    OR {_IN_UNIT}"),
    *_only("team_needs", "needs_of_viewer", f"{_ALL}\n    OR {_IN_UNIT}"),
)

FIRST: Mapping[str, Sequence[str]] = MappingProxyType(
    {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
)
SECOND: Mapping[str, Sequence[str]] = MappingProxyType(
    {"sqlite": (), "postgresql": _POSTGRESQL_SECOND}
)
"""What each version executes once its tables are there, by the kind of database."""


def attach(metadata: MetaData) -> None:
    """Execute the statements of every version whenever the tables are made."""
    for version in (FIRST, SECOND):
        for dialect, statements in version.items():
            for statement in statements:
                # DDL fills in `%(table)s`: none of ours has one.
                made: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
                event.listen(metadata, "after_create", made.execute_if(dialect=dialect))
