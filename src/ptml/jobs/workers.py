"""Score buckets one after another here, or side by side in other processes; the same answers.

A worker that is killed (by the system, for want of memory, most often), or is refused memory, takes
nothing with it: its bucket is scored again alone, and a second time ends the job with what is
finished kept.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Self

import pyarrow as pa

from ptml.errors import TryAgainError
from ptml.features.bucket import Bucket
from ptml.jobs.bucket_answers import score_bucket
from ptml.jobs.models import Models, ModelsAt
from ptml.jobs.run_shared import RunShared
from ptml.jobs.worker_process import ProcessDiedError, WorkerProcess, first_ready
from ptml.publish import Work

# Buckets that a process has to be given at least to be worth its start.
_LEAST_BUCKETS = 4

Rows = Callable[[Bucket], Mapping[str, pa.Table]]


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
    todo = deque(buckets)
    while todo:
        lost: list[Bucket] = []
        with _Processes(models, work, workers) as several:
            yield from several.finished(todo, rows, lost)
        if not lost:
            return
        # One at a time: what kills its process again is known by that, and nothing else suffers.
        with _Processes(models, work, 1) as alone:
            for bucket in lost:
                again: list[Bucket] = []
                yield from alone.finished(deque([bucket]), rows, again)
                if again:
                    raise _killed_twice(bucket)


def _killed_twice(bucket: Bucket) -> TryAgainError:
    return TryAgainError(
        f"the process that scored bucket {bucket.index + 1} of {bucket.count} was killed"
        " twice, or refused memory, most likely for want of it; what is finished is kept:"
        " run again with smaller scoring.bucket_employees or scoring.workers"
    )


class _Processes:
    """Processes side by side, and what each of them is at."""

    def __init__(self, models: ModelsAt, work: Work, n: int) -> None:
        self._all = [WorkerProcess(work.folder, models) for _ in range(n)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for process in self._all:
            process.end(is_told=kind is None)

    def finished(self, todo: deque[Bucket], rows: Rows, lost: list[Bucket]) -> Iterator[Bucket]:
        """Hand out buckets as processes are free; one whose process died is put into `lost`.

        After that nothing more is handed out: it stays in `todo`.
        """
        free, running = list(self._all), dict[WorkerProcess, Bucket]()
        ahead: Mapping[str, pa.Table] | None = None
        done: list[Bucket] = []
        while True:
            while todo and free and not lost:
                tables = rows(todo[0]) if ahead is None else ahead
                bucket, ahead, process = todo.popleft(), None, free.pop()
                try:
                    process.begin(bucket, tables)
                except ProcessDiedError:
                    lost.append(bucket)
                else:
                    running[process] = bucket
            # Whoever takes them has work with it: that of the processes goes on meanwhile.
            yield from done
            if not running:
                return
            # The next rows are at hand when a process is free.
            if todo and ahead is None and not lost:
                ahead = rows(todo[0])
            done = []
            for process in first_ready(running):
                bucket = running.pop(process)
                try:
                    process.answer()
                except (ProcessDiedError, MemoryError):
                    lost.append(bucket)
                else:
                    free.append(process)
                    done.append(bucket)
