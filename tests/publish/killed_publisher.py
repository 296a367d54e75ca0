"""A process that publishes and dies, for `test_kill`; started once, it forks a publisher an order.

An order is `out`, `mark`, and when to die: `step` (before that call of the operating system that
changes names or flushes) or `seconds`.
"""

import os
import signal
import sys
from typing import Any

import pyarrow as pa

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.publish import publication

from .runs import on_disk, publish
from .talker import answer

N_PEOPLE = 1000
_CHANGES = {"open", "os.rename", "os.symlink", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}


def die_at(step: int, out: str) -> None:
    """Arrange for SIGKILL before the given step of those that touch the place."""
    seen = 0
    fsync = os.fsync

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES and any(str(on_disk(out).parent) in str(one) for one in arguments):
            count()

    def counted_fsync(handle: Any) -> None:
        count()
        fsync(handle)

    sys.addaudithook(watch)
    vars(os)["fsync"] = counted_fsync


def in_shape(name: str, table: pa.Table) -> pa.Table:
    """Stands in for the check of the rows, whose threads would not survive the fork."""
    contract = OUTPUT_TABLES[name]
    return table.select(list(contract.columns)).cast(contract.arrow_schema)


def run(order: dict[str, Any]) -> None:
    """Publish, and die at a step where one is named."""
    vars(publication)["conforming"] = in_shape
    if order.get("step"):
        die_at(order["step"], order["out"])
    publish(order["out"], order["mark"], N_PEOPLE)


if __name__ == "__main__":
    answer(run)
