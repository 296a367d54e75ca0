"""What Spark says when a job fails, in one line with the way out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from ptml.errors import DataError, PtmlError, TryAgainError, UsageError

_OURS = re.compile(r"ptml\.errors\.(DataError|UsageError|TryAgainError): (.*)")
_KINDS: dict[str, type[PtmlError]] = {
    "DataError": DataError,
    "UsageError": UsageError,
    "TryAgainError": TryAgainError,
}
_NO_MEMORY = ("MemoryError", "OutOfMemoryError", "ArrowMemoryError", "exit code: 137", "OOM")
_LOST = ("Python worker exited unexpectedly", "ExecutorLostFailure", "crashed")
_NO_ROOM = ("No space left on device",)


class BrokenTaskError(Exception):
    """A task failed by a bug: nothing that a person could mend."""


@contextmanager
def told_of_spark() -> Iterator[None]:
    """Turn the failure of a Spark job into one line.

    Raises
    ------
    DataError, UsageError
        What a task of ours said.
    TryAgainError
        When memory, disk or executors were lost.
    BrokenTaskError
        For anything else.
    """
    try:
        yield
    except PtmlError:
        raise
    except Exception as error:
        if not _is_sparks(error):
            raise
        # Said while the session is open: Spark's errors ask it for their words.
        said = str(error)
        raise _in_words(said) or BrokenTaskError(said) from error


def _is_sparks(error: Exception) -> bool:
    return type(error).__module__.split(".")[0] in ("pyspark", "py4j")


def _in_words(said: str) -> PtmlError | None:
    ours = _OURS.search(said)
    if ours:
        return _KINDS[ours[1]](ours[2].strip())
    if any(words in said for words in _NO_ROOM):
        return TryAgainError(
            "no room on an executor's disk; the last published run is untouched: free some space,"
            ' or set spark.options."spark.local.dir" to a larger disk'
        )
    if any(words in said for words in _NO_MEMORY):
        return TryAgainError(
            "a task ran out of memory; the last published run is untouched: lower"
            " scoring.bucket_employees, or raise spark.worker_memory"
        )
    if any(words in said for words in _LOST):
        return TryAgainError(
            "a worker was lost more often than spark.attempts allows, most often for want of"
            " memory; the last published run is untouched: lower scoring.bucket_employees, or raise"
            " spark.worker_memory"
        )
    return None
