"""Which attempt at a bucket counts: one, whichever came first; the others leave no trace.

Spark may run a task twice: after a worker died, or beside a slow one. Each attempt writes into a
folder of its own, so none disturbs another, and only the driver gives one of them its final name.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ptml.contracts.manifest import MANIFEST
from ptml.errors import TryAgainError
from ptml.publish import Work

RECEIPT = "receipt"


def attempt_folder(work: Path, bucket: int, attempt: str) -> Path:
    """Where one attempt at a bucket writes; `Work.begin` sweeps names with a dot."""
    return Work(work).buckets / f".{bucket:06d}-{attempt}"


def adopt_finished(work: Work) -> list[int]:
    """Give finished attempts their final names while others are still at work.

    An attempt is finished when its manifest is there, which is written last.
    """
    found = []
    for written in sorted(work.buckets.glob(".*")):
        bucket = int(written.name[1:].partition("-")[0])
        if (written / MANIFEST).exists() and not work.has(bucket):
            work.adopt(bucket, written)
            found.append(bucket)
    return found


def settle(work: Work, receipts: Iterable[Mapping[str, Any]], expected: Iterable[int]) -> list[int]:
    """Give one attempt at each bucket its final name, and remove what is left of others.

    Parameters
    ----------
    receipts : iterable of mapping
        Of finished tasks: ``bucket`` and ``folder``.
    expected : iterable of int
        Buckets that were asked for.

    Returns
    -------
    list of int
        Buckets, in order.

    Raises
    ------
    TryAgainError
        When a bucket has no receipt, or the driver does not find what a task wrote.
    """
    found = {receipt["bucket"]: receipt for receipt in receipts}
    missing = sorted(set(expected) - found.keys())
    if missing:
        raise TryAgainError(
            f"{len(missing):,} buckets were not scored, bucket {missing[0] + 1} among them; what is"
            " finished is kept: run again"
        )
    for bucket in sorted(found):
        _adopt(work, bucket, found[bucket]["folder"])
    for late in work.buckets.glob(".*"):
        shutil.rmtree(late, ignore_errors=True)
    return sorted(found)


def _adopt(work: Work, bucket: int, name: str) -> None:
    if not work.adopt(bucket, work.buckets / name):
        raise TryAgainError(
            f"an executor wrote bucket {bucket + 1} to {work.buckets}, and it is not there for the"
            " driver: --out has to lie on a disk that all machines share"
        )
