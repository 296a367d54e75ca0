"""What every bucket has to know to check its rows: the company's tables, and ids elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from ptml.contracts.person_hash import COMPANY_TABLES
from ptml.contracts.raw import RawSource
from ptml.contracts.staging import Staging


@dataclass(frozen=True, eq=False)
class Company:
    """The company's tables, checked.

    Attributes
    ----------
    tables : mapping of table to Table
        What keeps the rules; a table that the source has not is empty.
    set_aside : Table
        ``table``, ``id`` of rows that were set aside, where one column is the key.
    rows_read, rows_rejected : mapping of table to int
    rejected : Table
        As `Dataset.rejected`.
    failed : mapping of table to str
    """

    tables: Mapping[str, pa.Table]
    set_aside: pa.Table
    rows_read: Mapping[str, int]
    rows_rejected: Mapping[str, int]
    rejected: pa.Table
    failed: Mapping[str, str] = field(default_factory=dict)


def check_company(source: RawSource) -> Company:
    """Check the company's tables of a source; those of people are left alone."""
    with duckdb.connect(":memory:") as connection:
        staging = Staging(connection)
        staging.begin()
        for name in COMPANY_TABLES:
            staging.take(name, source.tables.get(name))
        return Company(
            tables={
                name: connection.sql(f"FROM {name}").to_arrow_table() for name in COMPANY_TABLES
            },
            set_aside=connection.sql("FROM staging.set_aside").to_arrow_table(),
            rows_read=dict(staging.rows_read),
            rows_rejected=dict(staging.rows_rejected),
            rejected=staging.rejected(),
            failed=dict(staging.failed),
        )
