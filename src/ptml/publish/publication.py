"""A run that is being written: tables come piece by piece, and all become visible at once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import Any

import pyarrow as pa

from ptml.contracts.conformity import conforming, empty_output
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import PtmlError
from ptml.publish.config import PublishConfig
from ptml.publish.pieces import Stamp
from ptml.publish.place import Place, told_plainly
from ptml.publish.places import place_of
from ptml.publish.record import RunRecord
from ptml.publish.staging import Staging
from ptml.publish.work import Work
from ptml.sources.postgres_config import PostgresConfig


class Publication:
    """Tables of one run, stamped with its date and id and held against their contracts.

    Parameters
    ----------
    record : RunRecord
    place : Place
    work : Work
    now : callable
        The clock, read once when the run is finished.

    Attributes
    ----------
    work : Work
        Where finished buckets of the run are kept.
    written : dict of str to int
        Rows of each table so far.
    """

    def __init__(
        self, record: RunRecord, place: Place, work: Work, now: Callable[[], datetime]
    ) -> None:
        self._record = record
        self._stamp = Stamp(record.as_of, record.run_id)
        self._place = place
        self.work = work
        self._staging = Staging(work.run)
        self._now = now
        self.written = dict.fromkeys(OUTPUT_TABLES, 0)

    def append(self, name: str, table: pa.Table) -> None:
        """Add rows to a table: all columns of its contract but `as_of` and `run_id`.

        Raises
        ------
        BrokenOutputError
            When the rows break the table's contract.
        TryAgainError
            When the disk is full.
        """
        self._write(name, self._stamp.on(name, table))
        self.written[name] += len(table)

    def append_piece(self, name: str, piece: bytes) -> None:
        """Add rows to a table that are as they will be published (`KeptAnswers.pieces`).

        Raises
        ------
        TryAgainError
            When the disk is full.
        """
        with told_plainly(self._place.out):
            self.written[name] += self._staging.append(name, piece)

    def commit(self, rows: Mapping[str, Any]) -> None:
        """Write the run's own record and make everything visible.

        Parameters
        ----------
        rows : mapping
            Counts and notes for the record (`RunRecord.row`); those written are added.

        Raises
        ------
        TryAgainError
            When the disk is full or a reader holds the DuckDB file; the last run is untouched.
        """
        for name, n in self.written.items():
            if n == 0:
                self._write(name, empty_output(name))
        self.written["runs"] = 1
        told = {**rows, "written": self.written}
        self._write("runs", conforming("runs", self._record.row(told, self._now())))
        with told_plainly(self._place.out):
            self._staging.finish({**self._record.about(), "rows": self.written})
            self._place.show(self._staging.folder, self._record.run_id)
        self.work.discard()

    def close(self) -> None:
        """Remove what is left of tables that were not shown; finished buckets stay."""
        self._staging.discard()
        if not self.work.has_some():
            self.work.discard()

    def _write(self, name: str, table: pa.Table) -> None:
        with told_plainly(self._place.out):
            self._staging.write(name, table)


def clear_left(
    out: str,
    now: Callable[[], datetime],
    config: PublishConfig | None = None,
    postgres: PostgresConfig | None = None,
) -> None:
    """Remove what is left of a job that was killed after its run was shown.

    A job that still writes there, or a place that cannot be written, is left alone: nothing hangs
    on it.

    Parameters
    ----------
    out, now, config, postgres
        As for `open_publication`.
    """
    place = place_of(out, now, config or PublishConfig(), postgres)
    if place.staging.exists():
        with suppress(PtmlError, OSError), place.alone():
            place.prepare()
            Work(place.staging).discard()


@contextmanager
def open_publication(
    out: str,
    record: RunRecord,
    now: Callable[[], datetime],
    n_buckets: int = 1,
    config: PublishConfig | None = None,
    postgres: PostgresConfig | None = None,
) -> Iterator[Publication]:
    """Begin to publish to a place; without `Publication.commit` nothing of it is ever seen.

    What an earlier try of the same run has finished is kept (`Publication.work`).

    Parameters
    ----------
    out : str
        An address of any form (`ptml.publish.form`).
    n_buckets : int
        In how many buckets people are scored.
    config : PublishConfig, optional
        What is kept of earlier runs.
    postgres : PostgresConfig, optional
        How a server is talked to.

    Raises
    ------
    UsageError
        For a place that cannot be written.
    TryAgainError
        For a full disk, or when another run is publishing there.
    """
    place = place_of(out, now, config or PublishConfig(), postgres)
    # An error of the caller's is not ours to explain, so the yield stands alone.
    with ExitStack() as ending:
        with told_plainly(place.out):
            ending.enter_context(place.alone())
            place.prepare()
            work = Work.begin(place.staging, {**record.about(), "buckets": n_buckets})
            publication = Publication(record, place, work, now)
        ending.callback(publication.close)
        yield publication
