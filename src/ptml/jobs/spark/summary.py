"""What the buckets say of themselves, put together into a data set without people's rows."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.contracts.fingerprint import sealed, table_sums
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import COMPANY_TABLES
from ptml.contracts.problems import missing_columns, raise_on, row_problems
from ptml.contracts.raw import RawSource
from ptml.contracts.row_hash import RowSums
from ptml.contracts.scratch import Scratch
from ptml.contracts.staging import protected_columns
from ptml.jobs.spark.checking import CheckedBucket, Elsewhere, check_bucket
from ptml.jobs.spark.company import Company
from ptml.jobs.spark.digest import stand_in
from ptml.jobs.spark.reading import by_kind, payloads
from ptml.jobs.spark.tasks import DIGEST, REJECTED, SUMMARY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def dataset_of(frame: "DataFrame", raw: RawSource, elsewhere: Elsewhere, n_buckets: int) -> Dataset:
    """Sum up checked buckets.

    Returns
    -------
    Dataset
        As the local engine has it, but that tables of people hold only what is asked of everybody
        (`ptml.jobs.spark.digest`).

    Raises
    ------
    DataError
        For a table without rows, or of which too much was set aside.
    """
    empty = check_bucket({}, elsewhere)
    parts = [json.loads(told) for _, told in payloads(frame, (SUMMARY,))]
    seen = sorted(part["bucket"] for part in parts)
    if seen != list(range(n_buckets)):
        raise AssertionError(
            f"{len(set(seen))} buckets of {n_buckets} came back, {len(seen)} times"
        )
    found = by_kind(frame, {REJECTED: empty.rejected.schema, **_of_digests(empty)})
    return summed_up(raw, elsewhere.company, parts, found)


def _of_digests(empty: CheckedBucket) -> dict[str, pa.Schema]:
    return {DIGEST + name: rows.schema for name, rows in empty.digests.items()}


def summed_up(
    raw: RawSource,
    company: Company,
    parts: list[dict[str, Any]],
    found: Mapping[str, pa.Table],
) -> Dataset:
    """Put together what buckets told.

    Parameters
    ----------
    parts : list of dict
        The summary of each bucket.
    found : mapping of kind to Table
        Rows set aside and digests, of all buckets.
    """
    rows_read = _by_table(company.rows_read, parts, "rows_read")
    rows_rejected = _by_table(company.rows_rejected, parts, "rows_rejected")
    rejected = _in_order(pa.concat_tables([company.rejected, found[REJECTED]]))
    _refuse(raw, rejected, rows_read, rows_rejected)
    columns = {
        name: frozenset(raw.tables[name].columns) & frozenset(INPUT_TABLES[name].columns)
        for name in INPUT_TABLES
        if name in raw.tables and not missing_columns(name, raw.tables[name].columns)
    }
    protected = frozenset(protected_columns("employees", raw.tables["employees"].columns))
    scratch = Scratch.in_memory()
    told = {name.removeprefix(DIGEST): [rows] for name, rows in found.items() if name != REJECTED}
    stand_in(scratch.connection, company.tables, told)
    return Dataset(
        connection=scratch.connection,
        columns=MappingProxyType({**columns, "employees": columns["employees"] | protected}),
        rows_read=MappingProxyType(rows_read),
        rows_rejected=MappingProxyType(rows_rejected),
        rejected=rejected,
        fingerprint=sealed(columns, {**_company_sums(company, columns), **_hashes(parts)}),
        address=raw.address,
        scratch=scratch,
    )


def _by_table(
    of_company: Mapping[str, int], parts: list[dict[str, Any]], what: str
) -> dict[str, int]:
    total = {**of_company, **_added(parts, what)}
    return {name: total[name] for name in INPUT_TABLES if name in total}


def _added(parts: list[dict[str, Any]], what: str) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for name, n in part[what].items():
            total[name] = total.get(name, 0) + n
    return total


def _hashes(parts: list[dict[str, Any]]) -> dict[str, RowSums]:
    total: dict[str, RowSums] = {}
    for part in parts:
        for name, sums in part["hashes"].items():
            total[name] = total.get(name, RowSums()) + RowSums(*sums)
    return total


def _company_sums(company: Company, columns: Mapping[str, frozenset[str]]) -> dict[str, RowSums]:
    with duckdb.connect(":memory:") as connection:
        for name in COMPANY_TABLES:
            connection.register(name, company.tables[name])
        there = [name for name in COMPANY_TABLES if name in columns]
        return {name: table_sums(connection, name, columns) for name in there}


def _in_order(rejected: pa.Table) -> pa.Table:
    """The order of `Staging.rejected`: tables in the contract's order, rows in the source's."""
    order = ", ".join(f"'{name}'" for name in INPUT_TABLES)
    with duckdb.connect(":memory:") as connection:
        connection.register("found", rejected)
        return connection.sql(
            f"""FROM found ORDER BY list_position([{order}], "table"), "row",
            "column" NULLS FIRST, "rule" """
        ).to_arrow_table()


def _refuse(
    raw: RawSource,
    rejected: pa.Table,
    rows_read: Mapping[str, int],
    rows_rejected: Mapping[str, int],
) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE SCHEMA staging")
        connection.register("found", rejected)
        connection.execute("CREATE TABLE staging.rejected AS FROM found")
        raise_on(row_problems(connection, rows_read, rows_rejected), raw.address)
