"""How large a cluster has to be, by what a learner costs: measured rates times learners."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ptml.errors import UsageError

_GIB, _GB = 2**30, 10**9
_LARGE_WORKER_GIB = 16
UTILISATION = 0.7
"""Share of the cores' time that is work: stages wait for their last task, tasks for the disk."""


@dataclass(frozen=True)
class Rates:
    """What a learner takes, measured as docs/how-to/spark.md says.

    Attributes
    ----------
    task_seconds : float
        Time of one core, all tasks of reading, checking, adding up and scoring.
    driver_seconds : float
        Time of the driver: hashing answers and putting them together to the published tables.
    shuffle_bytes : float
        Written once, compressed, and read once.
    kept_bytes : float
        Checked rows on the executors' disks till the run is over.
    shared_bytes : float
        Sums over everybody, in the memory of the driver and of each worker.
    driver_bytes : float
        Ids and lists of everybody that only the driver holds.
    published_bytes : float
    worker_bytes : float
        Memory of a worker without any bucket: libraries, models, company.
    bucket_bytes : float
        Memory a learner of the bucket at work.
    """

    task_seconds: float = 0.0070
    driver_seconds: float = 0.00004
    shuffle_bytes: float = 4_290
    kept_bytes: float = 2_865
    shared_bytes: float = 440
    driver_bytes: float = 400
    published_bytes: float = 6_180
    worker_bytes: float = 0.55e9
    bucket_bytes: float = 520_000


MEASURED = Rates()


def sizing(
    learners: int,
    hours: float,
    price: float,
    bucket_employees: int,
    run: Path | None,
) -> dict[str, Any]:
    """What a weekly run of so many learners needs.

    Parameters
    ----------
    hours : float
        In which the run has to be done.
    price : float
        Of one core for one hour, with its memory.
    run : Path, optional
        What ``ptml score --engine spark --json`` printed: its own rates stand for ours.
    """
    rates = MEASURED if run is None else rates_of(run)
    core_hours = learners * rates.task_seconds / UTILISATION / 3600
    cores = max(math.ceil(core_hours / hours), 1)
    worker = rates.worker_bytes + bucket_employees * rates.bucket_bytes
    worker += learners * rates.shared_bytes
    found = {
        "learners": learners,
        "tasks": max(-(-learners // bucket_employees), 1),
        "core_hours": core_hours,
        "cores": cores,
        "worker_gib": worker / _GIB,
        "driver_gib": learners * (rates.shared_bytes + rates.driver_bytes) / _GIB + 2,
        "driver_hours": learners * rates.driver_seconds / 3600,
        "shuffle_gb": learners * rates.shuffle_bytes / _GB,
        "disk_gb": learners * (rates.shuffle_bytes + rates.kept_bytes) / _GB,
        "published_gb": learners * rates.published_bytes / _GB,
        "cost": core_hours * price,
    }
    return {"figures": found, "sentences": _sentences(found, hours, price)}


def _sentences(found: Mapping[str, Any], hours: float, price: float) -> list[str]:
    told = [
        f"{found['learners']:,} learners in {hours:g} h:",
        f"  {found['tasks']:,} buckets, {found['core_hours']:,.0f} core hours,"
        f" {found['cores']:,} cores at {UTILISATION:.0%} use",
        f"  a core with its worker: {found['worker_gib']:.1f} GiB;"
        f" driver: {found['driver_gib']:.0f} GiB, {found['driver_hours']:.1f} h of its own work",
        f"  shuffled {found['shuffle_gb']:,.0f} GB once; on executors' disks"
        f" {found['disk_gb']:,.0f} GB; published {found['published_gb']:,.0f} GB",
        f"  cost {found['cost']:,.2f} at {price:g} a core hour",
    ]
    if found["driver_hours"] > hours:
        told.append(
            "  not in that time: the driver alone, which puts the tables together, takes longer"
        )
    if found["worker_gib"] > _LARGE_WORKER_GIB:
        told.append("  sums by unit fill the workers: score divisions of the company apart")
    return told


def rates_of(run: Path) -> Rates:
    """Rates of a run of one's own; what it did not measure is ours.

    Raises
    ------
    UsageError
        When the file holds no run on Spark.
    """
    try:
        told = json.loads(run.read_text(encoding="utf-8"))["engine"]
        people = told["people"]
        names = ("task_seconds", "shuffle_bytes", "kept_bytes")
        return replace(MEASURED, **{name: told[name] / people for name in names})
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise UsageError(
            f"--run {run} has to hold what `ptml score --engine spark --json` printed"
            f" ({type(error).__name__}: {error})"
        ) from None
