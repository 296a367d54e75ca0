"""A piece of a table of a run, as it will be published: stamped, checked, and put into Parquet."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ptml.contracts.conformity import conforming

# Values of a column that tell whether they repeat.
_LOOKED_AT = 4096


@dataclass(frozen=True)
class Stamp:
    """What every row of a run says of it.

    Attributes
    ----------
    as_of : date
    run_id : str
    """

    as_of: date
    run_id: str

    def on(self, name: str, table: pa.Table) -> pa.Table:
        """Rows with the date and id of the run, held against their contract.

        Parameters
        ----------
        table : pyarrow.Table
            All columns of the contract but `as_of` and `run_id`.

        Raises
        ------
        BrokenOutputError
            When the rows break the table's contract.
        """
        n = len(table)
        as_of = pa.repeat(pa.scalar(self.as_of, pa.date32()), n)
        run_id = pa.repeat(pa.scalar(self.run_id, pa.string()), n)
        return conforming(name, table.append_column("as_of", as_of).append_column("run_id", run_id))


def encoded(table: pa.Table) -> bytes:
    """A Parquet file of its own; the same rows give the same bytes, wherever that is done."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        # Looking up numbers that hardly repeat takes time, and makes files larger.
        use_dictionary=[n for n in table.column_names if _repeats(table[n])],
        compression="zstd",
        write_page_checksum=True,
    )
    return bytes(sink.getvalue().to_pybytes())


def _repeats(column: pa.ChunkedArray) -> bool:
    first = column.slice(0, _LOOKED_AT)
    return 2 * pc.count_distinct(first, mode="all").as_py() <= len(first)
