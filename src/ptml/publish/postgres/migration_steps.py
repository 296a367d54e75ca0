"""What a migration of the output schema may do; each step keeps rows, rights and views.

Statements name no schema: the connection's search path is the one that is migrated.
"""

from collections.abc import Sequence

from alembic import op

NEWEST = "(SELECT max(published_no) FROM publications)"


def add_table(name: str, columns: Sequence[str], key: Sequence[str]) -> None:
    """Make an output table: rows of every kept run, and a view of the newest under its name.

    Parameters
    ----------
    columns : sequence of str
        ``name type [NOT NULL]``, as SQL has it.
    key : sequence of str
        What is unique in a run; empty: rows may repeat.
    """
    parts = [column.partition(" ") for column in columns]
    typed = ", ".join(f'"{column}" {kind}' for column, _, kind in parts)
    op.execute(
        f"CREATE TABLE {name}_by_run (published_no bigint NOT NULL, {typed})"
        " PARTITION BY LIST (published_no)"
    )
    _show(name, [column for column, _, _ in parts])
    keys = ", ".join(f"'{column}'" for column in key)
    op.execute(f"INSERT INTO output_tables VALUES ('{name}', ARRAY[{keys}]::text[])")


def add_column(table: str, column: str, kind: str) -> None:
    """Add a column that may be NULL, last in the table's view; runs published before have none."""
    op.execute(f'ALTER TABLE {table}_by_run ADD COLUMN "{column}" {kind}')
    found = op.get_bind().exec_driver_sql(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        (table,),
    )
    _show(table, [*(name for (name,) in found), column])


def _show(table: str, columns: Sequence[str]) -> None:
    # Replaced in place: rights on it, and views over it, stay.
    named = ", ".join(f'"{column}"' for column in columns)
    op.execute(
        f"CREATE OR REPLACE VIEW {table} AS SELECT {named} FROM {table}_by_run"
        f" WHERE published_no = {NEWEST}"
    )
