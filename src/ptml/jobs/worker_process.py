"""A process that scores buckets for another one, at the end of a pipe of its own.

Not the pool of the standard library: its processes take their work from one queue, under one lock,
and it starts them as work comes. One that is killed while the next is started can leave that one
waiting for a lock that nobody holds, and the job waits with it for ever (decision 62).
"""

import atexit
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import pyarrow as pa

from ptml.features.bucket import Bucket
from ptml.jobs.bucket_answers import score_bucket
from ptml.jobs.models import ModelsAt
from ptml.jobs.run_shared import RunShared
from ptml.publish import Work


class ProcessDiedError(Exception):
    """The process ended, or was killed, before it gave an answer."""


class WorkerProcess:
    """Knows what is shared and the models; rows come with each bucket, one bucket at a time.

    Parameters
    ----------
    folder : Path
        Of the work (`ptml.publish.Work`), which holds what is shared.
    models : ModelsAt
    """

    def __init__(self, folder: Path, models: ModelsAt) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, folder, models))
        self._process.start()
        # Held by that process alone: its end is seen here.
        there.close()

    def begin(self, bucket: Bucket, tables: Mapping[str, pa.Table]) -> None:
        """Hand a bucket over.

        Raises
        ------
        ProcessDiedError
        """
        try:
            self._here.send((bucket, {name: _packed(table) for name, table in tables.items()}))
        except ConnectionError:
            raise ProcessDiedError from None

    def answer(self) -> None:
        """Wait till the bucket's answers lie in the work folder.

        Raises
        ------
        ProcessDiedError
        Exception
            What went wrong there, with its trace as a note.
        """
        try:
            error = self._here.recv()
        except (EOFError, ConnectionError):
            raise ProcessDiedError from None
        if error is not None:
            raise error

    def end(self, *, is_told: bool) -> None:
        """Let it end when it is told that nothing follows, or at once; wait till it is gone."""
        self._here.close()
        if not is_told:
            self._process.terminate()
        self._process.join()

    def fileno(self) -> int:
        """Of the pipe, for `first_ready`."""
        return self._here.fileno()


def first_ready(processes: Iterable[WorkerProcess]) -> list[WorkerProcess]:
    """Wait for the first answer, or death."""
    return wait(list(processes))  # type: ignore[arg-type, return-value]


def _serve(pipe: Connection, folder: Path, models: ModelsAt) -> None:
    """Load once, answer till nobody asks; and end with the process that asked, however it ends."""
    # An interrupt of the keyboard reaches both; the one that asked says what comes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A thread that waits is no leak; libraries would say so on the way out.
    atexit.register(os._exit, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    scorer: _Scorer | None = None
    while True:
        try:
            bucket, packed = pipe.recv()
        except EOFError:
            return
        try:
            scorer = scorer or _Scorer(folder, models)
            scorer.score(bucket, packed)
        except Exception as error:
            pipe.send(_told(error))
        else:
            pipe.send(None)


class _Scorer:
    def __init__(self, folder: Path, models: ModelsAt) -> None:
        self._work = Work(folder)
        self._shared, self._models = RunShared.load(self._work.shared), models.load()

    def score(self, bucket: Bucket, packed: Mapping[str, bytes]) -> None:
        tables = {name: pa.ipc.open_stream(data).read_all() for name, data in packed.items()}
        self._work.put(bucket.index, score_bucket(tables, self._shared, self._models, bucket))


def _told(error: Exception) -> Exception:
    """The error with its trace, as one that can be sent."""
    trace = f"in a process side by side:\n{traceback.format_exc()}"
    try:
        ForkingPickler.loads(ForkingPickler.dumps(error))
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(trace)
    return error


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
