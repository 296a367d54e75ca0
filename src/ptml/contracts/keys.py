"""Rules across rows: keys that repeat, and references that point nowhere, in SQL out of core."""

import duckdb

from ptml.contracts.raw import SOURCE_ROW

DUPLICATE_KEY = "duplicate key: an earlier row has it"


def reject_duplicates(
    connection: duckdb.DuckDBPyConnection, name: str, key: tuple[str, ...]
) -> None:
    """Set aside every row of a stored table whose key an earlier, kept row has."""
    columns = ", ".join(key)
    kept = _kept_rows(name)
    # Hashes first: they are small, and almost every table has no repeated key.
    [(n_suspects,)] = connection.execute(
        f"CREATE OR REPLACE TEMP TABLE suspects AS SELECT hash({columns}) AS hashed FROM {kept}"
        " GROUP BY hashed HAVING count(*) > 1"
    ).fetchall()
    if not n_suspects:
        return
    connection.execute(
        f"""INSERT INTO staging.rejected
        SELECT '{name}', {SOURCE_ROW}, '{columns}', concat_ws(', ', {columns}), '{DUPLICATE_KEY}'
        FROM (SELECT *, row_number() OVER (PARTITION BY {columns} ORDER BY {SOURCE_ROW}) AS nth
              FROM {kept} WHERE hash({columns}) IN (SELECT hashed FROM suspects))
        WHERE nth > 1"""
    )


def reject_dangling(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    column: str,
    target: str,
    target_key: str,
    looked_up: str | None = None,
) -> None:
    """Set aside the rows of a stored table whose `column` is no key of the checked `target`.

    A table that points to itself is asked again until no row is left to set aside: a row that
    points to one that was set aside goes too.

    Parameters
    ----------
    looked_up : str, optional
        A column of `name` that is empty just where `target` does not know the key.
    """
    known = _kept_rows(name) if target == name else target
    aside = f"""SELECT id FROM staging.set_aside WHERE "table" = '{target}'"""
    if target == name:
        aside += f" UNION ALL SELECT {target_key} FROM ({_rejected_rows(name)})"
    unknown = f"ANTI JOIN {known} AS known ON known.{target_key} = staged.{column}"
    and_empty = ""
    if looked_up is not None:
        unknown, and_empty = "", f" AND staged.{looked_up} IS NULL"
    found = f"""INSERT INTO staging.rejected
        SELECT '{name}', {SOURCE_ROW}, '{column}', staged.{column},
            '{column} points to ' || CASE WHEN staged.{column} IN ({aside})
                THEN 'a row of {target} that was set aside' ELSE 'nothing in {target}' END
        FROM {name} AS staged {unknown}
            ANTI JOIN (SELECT "row" FROM staging.rejected
                WHERE "table" = '{name}' AND "column" = '{column}') AS told
                ON told."row" = staged.{SOURCE_ROW}
        WHERE staged.{column} IS NOT NULL{and_empty}"""
    n_found = -1
    while n_found:
        [(n_found,)] = connection.execute(found).fetchall()
        if target != name:
            return


def drop_rejected(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Delete every row of a stored table that was set aside."""
    connection.execute(
        f"""DELETE FROM {name} WHERE {SOURCE_ROW} IN
            (SELECT "row" FROM staging.rejected WHERE "table" = '{name}')"""
    )


def _kept_rows(name: str) -> str:
    """The subquery of a stored table's rows that broke no rule so far."""
    return f"(SELECT staged.* FROM {name} AS staged ANTI JOIN {_rejected(name)})"


def _rejected_rows(name: str) -> str:
    return f"SELECT staged.* FROM {name} AS staged SEMI JOIN {_rejected(name)}"


def _rejected(name: str) -> str:
    return (
        f"""(SELECT "row" FROM staging.rejected WHERE "table" = '{name}') AS rejected"""
        f""" ON rejected."row" = staged.{SOURCE_ROW}"""
    )
