"""Score buckets one after another here, or side by side in other processes; the same answers.

A worker that is killed (by the system, for want of memory, most often), or is refused memory, takes
nothing with it: its bucket is scored again alone, and a second time ends the job with what is
finished kept.
"""

import atexit
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ptml.errors import TryAgainError
from ptml.features.bucket import Bucket
from ptml.jobs.bucket_answers import score_bucket
from ptml.jobs.models import Models, load_models
from ptml.jobs.run_shared import RunShared
from ptml.publish import Work

# Buckets that a process has to be given at least to be worth its start.
_LEAST_BUCKETS = 4

Rows = Callable[[Bucket], Mapping[str, pa.Table]]


@dataclass(frozen=True)
class ModelsAt:
    """Where models lie, for a process that has to load them.

    Attributes
    ----------
    folder : Path
    asked, only : tuple of str
        As `ptml.jobs.models.load_models` takes them.
    """

    folder: Path
    asked: tuple[str, ...]
    only: tuple[str, ...]

    def load(self) -> Models:
        """Check hashes and load."""
        return load_models(self.folder, self.asked, list(self.only))


def n_workers(asked: int | None, n_buckets: int) -> int:
    """How many processes are worth it: a new one takes seconds to load code and models."""
    if asked is not None:
        return min(asked, n_buckets)
    return min(os.cpu_count() or 1, n_buckets // _LEAST_BUCKETS)


def score_here(
    buckets: Sequence[Bucket], rows: Rows, shared: RunShared, models: Models, work: Work
) -> Iterator[Bucket]:
    """Score in this process, a bucket at a time; answers are kept in the work folder."""
    for bucket in buckets:
        work.put(bucket.index, score_bucket(rows(bucket), shared, models, bucket))
        yield bucket


def score_side_by_side(
    buckets: Sequence[Bucket], rows: Rows, models: ModelsAt, work: Work, workers: int
) -> Iterator[Bucket]:
    """Score in other processes; yields buckets as they are finished, answers in the work folder.

    Parameters
    ----------
    work : Work
        Holds what is shared (`RunShared.save` to `Work.shared`).

    Raises
    ------
    TryAgainError
        When a bucket's process died twice.
    """
    todo = iter(buckets)
    while True:
        lost: list[Bucket] = []
        with _Pool(models, work, workers) as pool:
            yield from pool.finished(todo, rows, lost)
        if not lost:
            return
        # One at a time: what kills its process again is known by that, and nothing else suffers.
        with _Pool(models, work, 1) as alone:
            for bucket in lost:
                again: list[Bucket] = []
                yield from alone.finished(iter([bucket]), rows, again)
                if again:
                    raise _killed_twice(bucket)


def _killed_twice(bucket: Bucket) -> TryAgainError:
    return TryAgainError(
        f"the process that scored bucket {bucket.index + 1} of {bucket.count} was killed"
        " twice, or refused memory, most likely for want of it; what is finished is kept:"
        " run again with smaller scoring.bucket_employees or scoring.workers"
    )


class _Pool:
    """Processes that know what is shared and the models; rows come with each bucket."""

    def __init__(self, models: ModelsAt, work: Work, workers: int) -> None:
        self._workers = workers
        self._pool = ProcessPoolExecutor(
            workers,
            multiprocessing.get_context("spawn"),
            _begin,
            (work.folder, models),
        )

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def finished(self, todo: Iterator[Bucket], rows: Rows, lost: list[Bucket]) -> Iterator[Bucket]:
        """Hand out buckets, few at a time; those whose process died are put into `lost`.

        When the pool is broken by that, what was not handed out yet stays in `todo`.
        """
        running: dict[Future[int], Bucket] = {}
        while True:
            try:
                self._fill(running, todo, rows, lost)
            except BrokenProcessPool:
                lost += running.values()
                return
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                bucket = running.pop(future)
                try:
                    future.result()
                except (BrokenProcessPool, MemoryError):
                    lost.append(bucket)
                else:
                    yield bucket

    def _fill(
        self,
        running: dict[Future[int], Bucket],
        todo: Iterator[Bucket],
        rows: Rows,
        lost: list[Bucket],
    ) -> None:
        # One more than there are processes: the next rows are at hand when one is free.
        while len(running) <= self._workers and (bucket := next(todo, None)) is not None:
            packed = {name: _packed(table) for name, table in rows(bucket).items()}
            try:
                running[self._pool.submit(_score, bucket, packed)] = bucket
            except BrokenProcessPool:
                lost.append(bucket)
                raise


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


_AT_HAND: dict[str, tuple[Work, RunShared, Models]] = {}
_KEY = "job"


def _begin(folder: Path, models: ModelsAt) -> None:
    """Load once a process; and end with the process that asked, however that ends."""
    # A thread that waits is no leak; libraries would say so on the way out.
    atexit.register(os._exit, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work = Work(folder)
    _AT_HAND[_KEY] = (work, RunShared.load(work.shared), models.load())


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _score(bucket: Bucket, packed: Mapping[str, bytes]) -> int:
    work, shared, models = _AT_HAND[_KEY]
    tables = {name: pa.ipc.open_stream(data).read_all() for name, data in packed.items()}
    answers = score_bucket(tables, shared, models, bucket)
    work.put(bucket.index, answers)
    return answers.n_people
