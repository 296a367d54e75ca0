"""Checked rows on their way into DuckDB: one Arrow stream, whatever the number of batches."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl
import pyarrow as pa

from ptml.contracts.person_hash import PERSON_HASH
from ptml.contracts.raw import SOURCE_ROW
from ptml.contracts.tables import TableContract

# Text as views: polars hands it over without a copy.
_LAYOUT = pl.CompatLevel.newest()
_CHUNK_ROWS = 65_536


class RowStream:
    """The typed rows of a table, read once by DuckDB while it stores them.

    Parameters
    ----------
    frames : iterator of polars.DataFrame
        `SOURCE_ROW`, the columns of the contract and the carried ones, as `checked_batches` gives.
    carried : tuple of str
        Further columns, of text.
    hashed : bool
        Whether `PERSON_HASH` comes last.
    """

    def __init__(
        self,
        frames: Iterator[pl.DataFrame],
        contract: TableContract,
        carried: tuple[str, ...],
        hashed: bool = False,
    ) -> None:
        kinds = {name: column.dtype for name, column in contract.columns.items()}
        at_the_end = {PERSON_HASH: pl.UInt64()} if hashed else {}
        self._schema = pl.Schema(
            {SOURCE_ROW: pl.Int64(), **kinds, **dict.fromkeys(carried, pl.String()), **at_the_end}
        )
        self._frames = frames
        self._error: BaseException | None = None

    @contextmanager
    def feeding(self, connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[None]:
        """Let a statement read the rows as a table; once, and inside of the block.

        Raises
        ------
        BaseException
            What went wrong where the rows come from, as it was.
        """
        schema = pl.DataFrame(schema=self._schema).to_arrow(compat_level=_LAYOUT).schema
        connection.register(name, pa.RecordBatchReader.from_batches(schema, self._batches()))
        try:
            yield
        except (duckdb.Error, pa.ArrowException, OSError):
            if self._error is not None:
                raise self._error from None
            raise
        finally:
            connection.unregister(name)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for frame in self._frames:
                rows = frame.to_arrow(compat_level=_LAYOUT)
                yield from rows.to_batches(max_chunksize=_CHUNK_ROWS)
        except BaseException as error:
            # DuckDB would tell it in words of its own.
            self._error = error
            raise
