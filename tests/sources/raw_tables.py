"""Tables in memory as a source that is not checked yet."""

from collections.abc import Iterator, Mapping

import pyarrow as pa

from ptml.contracts.raw import RawSource, RawTable


def raw_source(tables: Mapping[str, pa.Table]) -> RawSource:
    """The tables as a source gives them."""
    return RawSource("memory", {name: _raw(name, table) for name, table in tables.items()})


def _raw(name: str, table: pa.Table) -> RawTable:
    def batches(wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        yield from table.select(list(wanted)).to_batches()

    return RawTable(tuple(table.column_names), batches, name)
