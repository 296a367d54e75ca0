"""A run that is being written: tables come piece by piece, and all become visible at once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from ptml.contracts.conformity import conforming, empty_output
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import UsageError
from ptml.publish.duckdb_file import duckdb_sink
from ptml.publish.folder import folder_sink
from ptml.publish.record import RunRecord

DUCKDB_ENDINGS = (".duckdb",)


class Sink(Protocol):
    """Where the pieces go; nothing is visible before `commit`."""

    def write(self, name: str, table: pa.Table) -> None:
        """Add rows to a table of the run."""

    def commit(self, about: Mapping[str, Any]) -> None:
        """Make the whole run visible in one step."""


class Publication:
    """Tables of one run, stamped with its date and id and held against their contracts.

    Parameters
    ----------
    record : RunRecord
    sink : Sink
    now : callable
        The clock, read once when the run is finished.
    """

    def __init__(self, record: RunRecord, sink: Sink, now: Callable[[], datetime]) -> None:
        self._record = record
        self._sink = sink
        self._now = now
        self.written = dict.fromkeys(OUTPUT_TABLES, 0)

    def append(self, name: str, table: pa.Table) -> None:
        """Add rows to a table: all columns of its contract but `as_of` and `run_id`."""
        n = len(table)
        stamped = table.append_column(
            "as_of", pa.array([self._record.as_of] * n, pa.date32())
        ).append_column("run_id", pa.array([self._record.run_id] * n, pa.string()))
        self._sink.write(name, conforming(name, stamped))
        self.written[name] += n

    def commit(self, rows: Mapping[str, Any]) -> None:
        """Write the run's own record and make everything visible.

        Parameters
        ----------
        rows : mapping
            Counts and notes for the record (`RunRecord.row`); those written are added.
        """
        for name, n in self.written.items():
            if n == 0:
                self._sink.write(name, empty_output(name))
        self.written["runs"] = 1
        told = {**rows, "written": self.written}
        self._sink.write("runs", conforming("runs", self._record.row(told, self._now())))
        self._sink.commit(
            {
                "run_id": self._record.run_id,
                "as_of": self._record.as_of.isoformat(),
                "data_fingerprint": self._record.data_fingerprint,
                "model_versions": dict(self._record.model_versions),
                "settings": dict(self._record.settings),
                "rows": self.written,
            }
        )


@contextmanager
def open_publication(
    out: str, record: RunRecord, now: Callable[[], datetime]
) -> Iterator[Publication]:
    """Begin to publish to a place; without `Publication.commit` nothing of it is ever seen.

    Parameters
    ----------
    out : str
        A folder, or a file that ends in ``.duckdb``.

    Raises
    ------
    UsageError
        For a place that cannot be written.
    TryAgainError
        For a full disk, or when another run is publishing there.
    """
    if "://" in out:
        raise UsageError(f"--out takes a folder (Parquet) or a *.duckdb file, got {out}")
    opened = duckdb_sink if out.endswith(DUCKDB_ENDINGS) else folder_sink
    with opened(out, record) as sink:
        yield Publication(record, sink, now)
