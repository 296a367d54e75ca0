"""The way of all tables from raw to checked, through a schema that is dropped at the end."""

import re
from collections.abc import Callable, Mapping

import duckdb
import polars as pl
import pyarrow as pa

from ptml.contracts.inputs import INPUT_TABLES, PROTECTED_PREFIX
from ptml.contracts.keys import kept_rows, reject_dangling, reject_duplicates
from ptml.contracts.person_hash import PERSON_HASH, hashed_rows
from ptml.contracts.raw import SOURCE_ROW, RawTable
from ptml.contracts.rows import checked_batches
from ptml.contracts.tables import TableContract
from ptml.errors import DataError

PROTECTED_TABLE = "protected_attributes"
_PROTECTED_NAME = re.compile(rf"{PROTECTED_PREFIX}\w+")

# Called with a table's name and the rows of it that were read since the last call.
Progress = Callable[[str, int], None]


class Staging:
    """The check of one source's tables on one connection.

    Attributes
    ----------
    rows_read, rows_rejected : dict of table to int
    failed : dict of table to str
        Tables that turned out unreadable half way, with the reason.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, progress: Progress | None = None
    ) -> None:
        self.rows_read: dict[str, int] = {}
        self.rows_rejected: dict[str, int] = {}
        self.failed: dict[str, str] = {}
        self._connection = connection
        self._progress = progress

    def fill(self, tables: Mapping[str, RawTable]) -> None:
        """Check every table and store what is kept, sorted; an absent one is stored empty.

        Parameters
        ----------
        tables : mapping of table to RawTable
            Those that are there with every required column.
        """
        self._connection.execute(
            """CREATE SCHEMA staging;
            CREATE TABLE staging.rejected
                ("table" VARCHAR, "row" BIGINT, "column" VARCHAR, "value" VARCHAR, "rule" VARCHAR);
            CREATE TABLE staging.set_aside ("table" VARCHAR, id VARCHAR)"""
        )
        for name, contract in INPUT_TABLES.items():
            raw = tables.get(name)
            protected = protected_columns(name, raw.columns) if raw else ()
            self._create(name, contract, protected)
            if raw is not None:
                self._check(name, contract, raw, protected)
            self._keep(name, contract, protected)

    def rejected(self) -> pa.Table:
        """Give every broken row and rule, tables in the contract's order, rows in the source's."""
        order = ", ".join(f"'{name}'" for name in INPUT_TABLES)
        found = self._connection.sql(
            "SELECT * FROM staging.rejected ORDER BY"
            f""" list_position([{order}], "table"), "row", "column" NULLS FIRST, "rule" """
        )
        return found.to_arrow_table()

    def drop(self) -> None:
        """Forget what was only needed for checking."""
        self._connection.execute("DROP SCHEMA staging CASCADE")

    def _create(self, name: str, contract: TableContract, protected: tuple[str, ...]) -> None:
        kinds = {**contract.duckdb_types, **dict.fromkeys(protected, "VARCHAR")}
        columns = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
        self._connection.execute(f"CREATE TABLE staging.{name} ({SOURCE_ROW} BIGINT, {columns})")

    def _check(
        self, name: str, contract: TableContract, raw: RawTable, protected: tuple[str, ...]
    ) -> None:
        try:
            self._check_rows(name, contract, raw, protected)
        except DataError as error:
            self.failed[name] = str(error)
            self._connection.execute(f"DELETE FROM staging.{name}")
            return
        self._check_across_rows(name, contract)
        self._remember_set_aside(name, contract)
        [(self.rows_rejected[name],)] = self._connection.execute(
            f"""SELECT count(DISTINCT "row") FROM staging.rejected WHERE "table" = '{name}'"""
        ).fetchall()

    def _check_rows(
        self, name: str, contract: TableContract, raw: RawTable, protected: tuple[str, ...]
    ) -> None:
        n_read = 0
        for batch in checked_batches(name, contract, raw, protected):
            self._insert(name, batch.rows)
            self._insert("rejected", batch.rejected)
            if len(contract.key) == 1:
                aside = batch.set_aside.select(pl.lit(name), pl.col(contract.key[0]))
                self._insert("set_aside", aside.rename({"literal": "table"}))
            n_read += batch.n_rows
            if self._progress is not None:
                self._progress(name, batch.n_rows)
        self.rows_read[name] = n_read

    def _insert(self, name: str, rows: pl.DataFrame) -> None:
        if rows.is_empty():
            return
        self._connection.register("incoming", rows.to_arrow())
        self._connection.execute(f"INSERT INTO staging.{name} SELECT * FROM incoming")
        self._connection.unregister("incoming")

    def _check_across_rows(self, name: str, contract: TableContract) -> None:
        # A table with a header and no rows says no more about keys than one that is not there.
        outward = [(c, to) for c, to in contract.references.items() if self.rows_read.get(to)]
        # A table's references to itself come last: they follow what the others have set aside.
        for column, target in sorted(outward, key=lambda reference: reference[1] == name):
            target_key = INPUT_TABLES[target].key[0]
            reject_dangling(self._connection, name, column, target, target_key)
        if contract.key:
            reject_duplicates(self._connection, name, contract.key)

    def _remember_set_aside(self, name: str, contract: TableContract) -> None:
        if len(contract.key) == 1:
            self._connection.execute(
                f"""INSERT INTO staging.set_aside
                SELECT '{name}', {contract.key[0]} FROM staging.{name} AS staged
                SEMI JOIN (SELECT "row" FROM staging.rejected WHERE "table" = '{name}') AS rejected
                    ON rejected."row" = staged.{SOURCE_ROW}"""
            )

    def _keep(self, name: str, contract: TableContract, protected: tuple[str, ...]) -> None:
        kept = kept_rows(name)
        columns, order = ", ".join(contract.columns), ", ".join(contract.sorted_by)
        hashed = hashed_rows(name, kept)
        if hashed is not None:
            kept, columns = hashed, f"{columns}, {PERSON_HASH}"
            order = f"{PERSON_HASH}, {order}"
        self._connection.execute(
            f"CREATE TABLE {name} AS SELECT {columns} FROM {kept} ORDER BY {order}"
        )
        if name == "employees":
            audited = "".join(f', "{column}"' for column in protected)
            self._connection.execute(
                f"CREATE TABLE {PROTECTED_TABLE} AS SELECT employee_id{audited} FROM {kept}"
                " ORDER BY employee_id"
            )
        self._connection.execute(f"DROP TABLE staging.{name}")


def protected_columns(table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Give the columns of a raw table that are for audits only; only `employees` has any.

    A name must be one in SQL too: letters, digits and underscores, told apart by more than case.
    """
    if table != "employees":
        return ()
    named = {name.lower(): name for name in sorted(columns) if _PROTECTED_NAME.fullmatch(name)}
    return tuple(named.values())
