"""Check the rows of one bucket by the rules and the code of the local engine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from ptml.contracts.derived import cut_overlapping_assignments, fill_hired_on
from ptml.contracts.fingerprint import table_sums
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.keys import DUPLICATE_KEY
from ptml.contracts.person_hash import PERSONAL_TABLES
from ptml.contracts.raw import SOURCE_ROW, RawTable
from ptml.contracts.row_hash import RowSums
from ptml.contracts.staging import Staging
from ptml.contracts.tables import TableContract
from ptml.errors import DataError
from ptml.features.bucket import LOGS
from ptml.jobs.spark.company import Company
from ptml.jobs.spark.digest import digests
from ptml.jobs.spark.routing import key_text


@dataclass(frozen=True, eq=False)
class Strangers:
    """Managers that assignments name and that are no kept employee of any bucket.

    Attributes
    ----------
    missing : frozenset of str
        Whom no row of `employees` names.
    set_aside : frozenset of str
        Whose own row was set aside.
    """

    missing: frozenset[str] = frozenset()
    set_aside: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """What a bucket has to know of the source beyond its own rows.

    Attributes
    ----------
    company : Company
    columns : mapping of table to names
        The columns that each table of people has in the source.
    rows : mapping of table to int
        Rows of each table of people in the source: one without any says nothing about keys.
    strangers : Strangers
    repeated : frozenset of int
        Rows of `enrolments` whose id an earlier, kept row of another bucket has.
    """

    company: Company
    columns: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, int]
    strangers: Strangers = field(default_factory=Strangers)
    repeated: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class CheckedBucket:
    """The rows of one bucket that keep the rules.

    Attributes
    ----------
    tables : mapping of table to Table
        Those that features are made of, with the contract's columns, as `bucket_tables` has them.
    digests : mapping of table to Table
        What is asked of everybody (`ptml.jobs.spark.digest`).
    rejected : Table
        As `Dataset.rejected`.
    rows_read, rows_rejected : mapping of table to int
    hashes : mapping of table to RowSums
        For the fingerprint.
    """

    tables: Mapping[str, pa.Table]
    digests: Mapping[str, pa.Table]
    rejected: pa.Table
    rows_read: Mapping[str, int]
    rows_rejected: Mapping[str, int]
    hashes: Mapping[str, RowSums]


def check_bucket(raw: Mapping[str, pa.Table], elsewhere: Elsewhere) -> CheckedBucket:
    """Hold the rows of one bucket against all rules.

    Parameters
    ----------
    raw : mapping of table to Table
        Rows as the source has them, with their numbers (`source_row`), in any order.

    Raises
    ------
    DataError
        When a table cannot be read.
    """
    columns = elsewhere.columns
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        staging = _BucketStaging(connection, elsewhere)
        for name in PERSONAL_TABLES:
            staging.take(name, _raw_table(name, raw.get(name), columns))
        if staging.failed:
            raise DataError("; ".join(staging.failed.values()))
        rejected = staging.rejected()
        cut_overlapping_assignments(connection)
        fill_hired_on(connection)
        known = {
            name: _of_contract(name, columns[name]) for name in PERSONAL_TABLES if name in columns
        }
        return CheckedBucket(
            tables={name: connection.sql(_rows_of(name)).to_arrow_table() for name in LOGS},
            digests=digests(connection),
            rejected=rejected,
            rows_read=staging.own_rows,
            rows_rejected={k: n for k, n in staging.rows_rejected.items() if k in PERSONAL_TABLES},
            hashes={name: table_sums(connection, name, known) for name in known},
        )


def kept_enrolments(raw: Mapping[str, pa.Table], elsewhere: Elsewhere) -> frozenset[int]:
    """Rows of enrolments of a bucket that are kept, as far as the bucket knows."""
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        staging = _BucketStaging(connection, elsewhere)
        for name in ("employees", "assignments", "enrolments"):
            staging.take(name, _raw_table(name, raw.get(name), elsewhere.columns))
        rejected = staging.rejected().to_pylist()
    aside = {one["row"] for one in rejected if one["table"] == "enrolments"}
    own = raw["enrolments"][SOURCE_ROW].to_pylist() if "enrolments" in raw else []
    return frozenset(own) - aside


class _BucketStaging(Staging):
    """Staging of one bucket, which knows of everything outside of it what its rows point to.

    Attributes
    ----------
    own_rows : dict of table to int
        Rows of the bucket; `rows_read` counts those of the whole source.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, elsewhere: Elsewhere) -> None:
        super().__init__(connection)
        self.own_rows: dict[str, int] = {}
        self._elsewhere = elsewhere
        self.begin()
        for name, rows in elsewhere.company.tables.items():
            self._with(rows, f"CREATE TABLE {name} AS FROM incoming")
        self._remember(elsewhere.company.set_aside)
        self.rows_read.update(elsewhere.company.rows_read)

    def take(self, name: str, raw: RawTable | None) -> None:
        """Check one table; managers in other buckets are employees too, for assignments alone."""
        outside: list[str] = []
        if name == "assignments" and raw is not None and "manager_id" in raw.columns:
            outside = self._managers_elsewhere(raw)
        ids = pa.table({"employee_id": pa.array(outside, pa.string())})
        if outside:
            self._with(ids, "INSERT INTO employees BY NAME FROM incoming")
        super().take(name, raw)
        if outside:
            self._with(
                ids, "DELETE FROM employees WHERE employee_id IN (SELECT employee_id FROM incoming)"
            )
        if name in self.rows_read:
            self.own_rows[name] = self.rows_read[name]
            self.rows_read[name] = self._elsewhere.rows[name]

    def _check_across_rows(self, name: str, contract: TableContract) -> None:
        super()._check_across_rows(name, contract)
        if name == "enrolments" and self._elsewhere.repeated:
            rows = pa.table({"row": pa.array(sorted(self._elsewhere.repeated), pa.int64())})
            self._with(
                rows,
                f"""INSERT INTO staging.rejected
                SELECT '{name}', {SOURCE_ROW}, 'enrolment_id', enrolment_id, '{DUPLICATE_KEY}'
                FROM {name} WHERE {SOURCE_ROW} IN (SELECT "row" FROM incoming)
                    AND {SOURCE_ROW} NOT IN
                        (SELECT "row" FROM staging.rejected WHERE "table" = '{name}')""",
            )

    def _managers_elsewhere(self, raw: RawTable) -> list[str]:
        strangers = self._elsewhere.strangers
        named: set[str] = set()
        for batch in raw.batches(("manager_id",)):
            ids = key_text("assignments", pa.Table.from_batches([batch]), "manager_id")
            named.update(one for one in ids.unique().to_pylist() if one is not None)
        found = self._connection.execute("SELECT employee_id FROM employees").fetchall()
        aside = sorted(named & strangers.set_aside)
        tables = pa.array(["employees"] * len(aside), pa.string())
        self._remember(pa.table({"table": tables, "id": pa.array(aside, pa.string())}))
        return sorted(named - {one for (one,) in found} - strangers.missing - strangers.set_aside)

    def _remember(self, set_aside: pa.Table) -> None:
        self._with(set_aside, "INSERT INTO staging.set_aside FROM incoming")

    def _with(self, rows: pa.Table, sql: str) -> None:
        self._connection.register("incoming", rows)
        self._connection.execute(sql)
        self._connection.unregister("incoming")


def _raw_table(
    name: str, rows: pa.Table | None, columns: Mapping[str, tuple[str, ...]]
) -> RawTable | None:
    if name not in columns:
        return None
    # Rows come in the order of chance; the earlier of two that repeat a key is the one to keep.
    ordered = None if rows is None else rows.sort_by(SOURCE_ROW)

    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        if ordered is not None:
            yield from ordered.select([*wanted, SOURCE_ROW]).to_batches()

    return RawTable(columns[name], batches, name)


def _rows_of(name: str) -> str:
    return f"SELECT {', '.join(INPUT_TABLES[name].columns)} FROM {name}"


def _of_contract(name: str, columns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(columns) & frozenset(INPUT_TABLES[name].columns)
