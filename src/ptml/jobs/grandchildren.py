"""Processor time of processes whose parent ends before them, which the system else forgets."""

import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# linux/prctl.h
_PR_SET_CHILD_SUBREAPER = 36
_PAUSE_SECONDS = 0.02
_LONGEST_SECONDS = 30.0


@contextmanager
def grandchildren_counted() -> Iterator[None]:
    """Take over processes that lose their parent meanwhile, and wait for them.

    `resource.getrusage(RUSAGE_CHILDREN)` then has the time of all that was started below, those of
    a parent too that did not wait for them: a Java machine does not wait for Python's workers.
    """
    before = _children()
    _be_heir(1)
    try:
        yield
        _await_others(before)
    finally:
        _be_heir(0)


def _await_others(before: frozenset[int]) -> None:
    """Wait for children that were not there before; one that ends may leave others."""
    end = time.monotonic() + _LONGEST_SECONDS
    while (others := _children() - before) and time.monotonic() < end:
        ended = [pid for pid in others if _has_ended(pid)]
        if not ended:
            time.sleep(_PAUSE_SECONDS)


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _children() -> frozenset[int]:
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        try:
            found.update(map(int, (task / "children").read_text().split()))
        except OSError:
            continue
    return frozenset(found)


def _be_heir(value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, value, 0, 0, 0)
