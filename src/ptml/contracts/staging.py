"""The way of all tables from raw to checked, through a schema that is dropped at the end."""

import re
from collections.abc import Callable, Iterator, Mapping

import duckdb
import polars as pl
import pyarrow as pa

from ptml.contracts.inputs import INPUT_TABLES, PROTECTED_PREFIX
from ptml.contracts.keys import drop_rejected, reject_dangling, reject_duplicates
from ptml.contracts.person_hash import PERSON_HASH, PERSONAL_TABLES, hash_owner
from ptml.contracts.person_runs import runs_by_person
from ptml.contracts.raw import SOURCE_ROW, RawTable
from ptml.contracts.row_stream import RowStream
from ptml.contracts.rows import CheckedBatch, checked_batches
from ptml.contracts.tables import TableContract
from ptml.errors import DataError

PROTECTED_TABLE = "protected_attributes"
_PROTECTED_NAME = re.compile(rf"{PROTECTED_PREFIX}\w+")
_ORDER_OF_JOINS = "join_order,build_side_probe_side"

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
        # What is set aside is noted while a table is being stored, so by a connection of its own.
        self._notes = connection.cursor()
        self._lookups = connection.cursor()
        self._progress = progress

    def fill(self, tables: Mapping[str, RawTable]) -> None:
        """Check every table and store what is kept; an absent one is stored empty.

        Rows go through the row rules and into the table in one stream; the rules across rows are
        asked of the table, which then loses what breaks them. Rows of people lie in runs by the
        person's hash (`ptml.contracts.person_runs`), other tables are sorted.

        Parameters
        ----------
        tables : mapping of table to RawTable
            Those that are there with every required column.
        """
        self.begin()
        for name in INPUT_TABLES:
            self.take(name, tables.get(name))

    def begin(self) -> None:
        """Make room for what is set aside."""
        self._connection.execute(
            """CREATE SCHEMA staging;
            CREATE TABLE staging.rejected
                ("table" VARCHAR, "row" BIGINT, "column" VARCHAR, "value" VARCHAR, "rule" VARCHAR);
            CREATE TABLE staging.set_aside ("table" VARCHAR, id VARCHAR)"""
        )
        # Of a stream nobody knows the length: looked up has to be in what is there, and not the
        # other way round, for which the whole stream would be kept.
        self._connection.execute(f"SET disabled_optimizers = '{_ORDER_OF_JOINS}'")

    def take(self, name: str, raw: RawTable | None) -> None:
        """Check one table, after those that it points to, and store what is kept."""
        contract = INPUT_TABLES[name]
        protected = protected_columns(name, raw.columns) if raw else ()
        if raw is None:
            self._store_nothing(name, contract, protected)
        else:
            self._check(name, contract, raw, protected)
        self._keep(name, protected)

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
        self._notes.close()
        self._lookups.close()
        self._connection.execute("RESET disabled_optimizers; DROP SCHEMA staging CASCADE")

    def _check(
        self, name: str, contract: TableContract, raw: RawTable, protected: tuple[str, ...]
    ) -> None:
        self.rows_read[name] = 0
        try:
            batches = checked_batches(name, contract, raw, protected)
            self._store(name, contract, self._noted(name, contract, batches), protected)
        except DataError as error:
            self.failed[name] = str(error)
            del self.rows_read[name]
            self._store_nothing(name, contract, protected)
            return
        self._check_across_rows(name, contract)
        self._remember_set_aside(name, contract)
        [(self.rows_rejected[name],)] = self._connection.execute(
            f"""SELECT count(DISTINCT "row") FROM staging.rejected WHERE "table" = '{name}'"""
        ).fetchall()

    def _noted(
        self, name: str, contract: TableContract, batches: Iterator[CheckedBatch]
    ) -> Iterator[pl.DataFrame]:
        """Note what each batch has set aside and hand on the rest."""
        for batch in batches:
            self._note("rejected", batch.rejected)
            if len(contract.key) == 1:
                aside = batch.set_aside.select(pl.lit(name), pl.col(contract.key[0]))
                self._note("set_aside", aside.rename({"literal": "table"}))
            self.rows_read[name] += batch.n_rows
            if self._progress is not None:
                self._progress(name, batch.n_rows)
            yield batch.rows

    def _note(self, where: str, rows: pl.DataFrame) -> None:
        if rows.is_empty():
            return
        self._notes.register("noted", rows.to_arrow())
        self._notes.execute(f"INSERT INTO staging.{where} SELECT * FROM noted")
        self._notes.unregister("noted")

    def _store(
        self,
        name: str,
        contract: TableContract,
        frames: Iterator[pl.DataFrame],
        protected: tuple[str, ...],
    ) -> None:
        order = f" ORDER BY {', '.join(contract.sorted_by)}"
        is_personal = name in PERSONAL_TABLES
        if is_personal:
            frames, order = runs_by_person(name, contract, protected, frames, self._lookups), ""
        stream = RowStream(frames, contract, protected, hashed=is_personal)
        with stream.feeding(self._connection, "stored"):
            self._connection.execute(f"CREATE TABLE {name} AS FROM stored{order}")

    def _store_nothing(
        self, name: str, contract: TableContract, protected: tuple[str, ...]
    ) -> None:
        types = {
            SOURCE_ROW: "BIGINT",
            **contract.duckdb_types,
            **dict.fromkeys(protected, "VARCHAR"),
        }
        if name in PERSONAL_TABLES:
            types[PERSON_HASH] = "UBIGINT"
        columns = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
        self._connection.execute(f"CREATE TABLE {name} ({columns})")

    def _check_across_rows(self, name: str, contract: TableContract) -> None:
        # A table with a header and no rows says no more about keys than one that is not there.
        outward = [(c, to) for c, to in contract.references.items() if self.rows_read.get(to)]
        # A table's references to itself come last: they follow what the others have set aside.
        for column, target in sorted(outward, key=lambda reference: reference[1] == name):
            target_key = INPUT_TABLES[target].key[0]
            # Whoever points to nobody has found no hash.
            hashed = PERSON_HASH if hash_owner(name) == (target, column) else None
            reject_dangling(self._connection, name, column, target, target_key, hashed)
        if contract.key:
            reject_duplicates(self._connection, name, contract.key)

    def _remember_set_aside(self, name: str, contract: TableContract) -> None:
        if len(contract.key) == 1:
            self._connection.execute(
                f"""INSERT INTO staging.set_aside
                SELECT '{name}', {contract.key[0]} FROM {name} AS staged
                SEMI JOIN (SELECT "row" FROM staging.rejected WHERE "table" = '{name}') AS rejected
                    ON rejected."row" = staged.{SOURCE_ROW}"""
            )

    def _keep(self, name: str, protected: tuple[str, ...]) -> None:
        """Take out what was set aside, and the columns that no reader is to see."""
        if self.rows_rejected.get(name):
            drop_rejected(self._connection, name)
        audited = [f'"{column}"' for column in protected]
        if name == "employees":
            self._connection.execute(
                f"CREATE TABLE {PROTECTED_TABLE} AS"
                f" SELECT {', '.join(['employee_id', *audited])} FROM employees"
                " ORDER BY employee_id"
            )
        for column in [SOURCE_ROW, *audited]:
            self._connection.execute(f"ALTER TABLE {name} DROP COLUMN {column}")


def protected_columns(table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Give the columns of a raw table that are for audits only; only `employees` has any.

    A name must be one in SQL too: letters, digits and underscores, told apart by more than case.
    """
    if table != "employees":
        return ()
    named = {name.lower(): name for name in sorted(columns) if _PROTECTED_NAME.fullmatch(name)}
    return tuple(named.values())
