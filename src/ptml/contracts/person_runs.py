"""Rows of people in the order of their hash, run by run: a part of the people is one range of each.

To sort a whole table costs more than all else of storing it, and the more so where it does not fit
into memory. What a bucket needs is that its rows lie together: a run of a million rows is sorted in
memory by one number, and a table of any size is read by one range of each of its runs.
"""

from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.person_hash import PERSON_HASH, hashed_rows
from ptml.contracts.raw import SOURCE_ROW
from ptml.contracts.row_stream import RowStream
from ptml.contracts.tables import TableContract

RUN_ROWS = 1 << 20
_BATCH_ROWS = 131_072
_LAST = 2**64 - 1


def runs_by_person(
    name: str,
    contract: TableContract,
    carried: tuple[str, ...],
    frames: Iterator[pl.DataFrame],
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[pl.DataFrame]:
    """Look up the person of each row, and sort runs of rows by the person's hash.

    Parameters
    ----------
    name : str
        A personal table.
    carried : tuple of str
        Further columns, of text.
    frames : iterator of polars.DataFrame
        As `checked_batches` gives.
    connection : duckdb.DuckDBPyConnection
        Knows who `hash_owner` says, and is asked nothing else meanwhile.

    Yields
    ------
    polars.DataFrame
        The same rows with `PERSON_HASH`, at most `RUN_ROWS` and a batch; a person's rows lie in the
        order of the source.
    """
    with RowStream(frames, contract, carried).feeding(connection, "incoming"):
        found = connection.sql(f"FROM {hashed_rows(name, 'incoming')}")
        for run in _runs(found.to_arrow_reader(_BATCH_ROWS)):
            yield _by_hash(pl.DataFrame(run))


def _runs(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    n_waiting = 0
    for batch in batches:
        waiting.append(batch)
        n_waiting += batch.num_rows
        if n_waiting >= RUN_ROWS:
            yield pa.Table.from_batches(waiting)
            waiting, n_waiting = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def _by_hash(rows: pl.DataFrame) -> pl.DataFrame:
    # Who points to nobody has no hash, and is set aside soon.
    hashed = rows[PERSON_HASH].fill_null(_LAST).to_numpy()
    return rows[order_by_hash(hashed, rows[SOURCE_ROW].to_numpy())]


def order_by_hash(hashed: NDArray[np.uint64], source_row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions that sort rows by the first 16 bits of the hash, then by the row in the source.

    By so many bits NumPy sorts in linear time, and of a million people some fifteen share them.
    """
    first = (hashed >> np.uint64(48)).astype(np.uint16)
    # Several threads hand on batches in another order than they came.
    if (source_row[1:] < source_row[:-1]).any():
        by_row = np.argsort(source_row)
        return by_row[np.argsort(first[by_row], kind="stable")]
    return np.argsort(first, kind="stable")
