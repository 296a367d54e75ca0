"""The local engine and Spark's on the same people: processor time of all processes, and rows."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ptml.contracts.manifest import file_hashes
from ptml.errors import PtmlError
from ptml.evaluate.warning_bench.tables import markdown_table
from ptml.jobs.bench_scale_peers import MASTER
from ptml.jobs.bench_scale_run import in_fresh_process
from ptml.jobs.spark.config import SparkConfig
from ptml.jobs.spark.session import require_spark

Found = dict[str, Any]

BUCKET_EMPLOYEES = 1_000
LOCAL, PROCESSES, SPARK = "local, one process", "local, two processes", f"Spark, `{MASTER}`"
_PTML = [sys.executable, "-W", "ignore", "-c", "from ptml.cli import main; main()"]
_WORKERS = {LOCAL: 1, PROCESSES: 2, SPARK: 1}
_OUT = {LOCAL: "local", PROCESSES: "processes", SPARK: "spark"}
# Tables that tell the time.
_TIMED = frozenset({"runs.parquet"})


def why_no_spark() -> str | None:
    """Why nothing can be scored on Spark here; None = it can."""
    try:
        require_spark(SparkConfig(master=MASTER))
    except PtmlError as error:
        return str(error)
    return None


def engines_compared(data: Path, models: Path, out: Path, candidates: int) -> Found:
    """Score the same people by each engine, in fresh processes.

    Parameters
    ----------
    out : Path
        A folder for all runs; it must not be there.

    Returns
    -------
    dict
        By engine what `ptml.jobs.bench_scale_run.in_fresh_process` found, and ``differ``: the
        published files of an engine that are not those of `LOCAL`, byte by byte.
    """
    out.mkdir(parents=True)
    found: Found = {}
    for name, workers in _WORKERS.items():
        settings = out / f"{_OUT[name]}.toml"
        settings.write_text(
            f"[scoring]\nmax_candidates = {candidates}\nworkers = {workers}\n"
            f"bucket_employees = {BUCKET_EMPLOYEES}\n",
            encoding="utf-8",
        )
        call = [*_PTML, "score", str(data), "--models", str(models), "--settings", str(settings)]
        own = ["--engine", "spark", "--master", MASTER] if name == SPARK else []
        found[name] = in_fresh_process([*call, "--out", str(out / _OUT[name]), "--json", *own])
    found["differ"] = {
        name: differing(out / _OUT[LOCAL], out / _OUT[name]) for name in (PROCESSES, SPARK)
    }
    return found


def differing(out: Path, other: Path) -> list[str]:
    """Published files that are not the same bytes in two folders, but for those with times."""
    here, there = (file_hashes((place / "current").resolve()) for place in (out, other))
    return sorted(
        name for name in (here.keys() | there.keys()) - _TIMED if here.get(name) != there.get(name)
    )


def engine_lines(found: Mapping[str, Any]) -> list[str]:
    """The part of the page about the engines."""
    return ["## The local engine beside Spark's", "", *_told(found), ""]


def _told(found: Mapping[str, Any]) -> list[str]:
    if "problem" in found:
        return [f"Not measured: {found['problem']}."]
    runs = [run for run in found["runs"] if "problem" not in run]
    failed = [
        f"{run['size']:,} people: {run['problem']}." for run in found["runs"] if "problem" in run
    ]
    if not runs:
        return failed
    return [
        _MEANING.format(n=BUCKET_EMPLOYEES),
        "",
        *_table(runs),
        "",
        *_further(runs),
        _rows(runs),
        "",
        _moved(runs[-1]),
        *failed,
    ]


_MEANING = (
    "The same people, models and settings, buckets of {n:,}, from the start of the command to its"
    " end. Core seconds are of all processes: command, Java machine, Python workers, and those that"
    " outlive their parent. Pages of *peak GiB* that processes share count in each."
)


def _table(runs: Sequence[Found]) -> list[str]:
    rows = [
        [
            name,
            f"{run['size']:,}",
            f"{run[name]['whole_processor']:.1f}",
            f"{1e3 * run[name]['whole_processor'] / run['size']:.2f}",
            f"{run['size'] / run[name]['whole_processor']:.0f}",
            f"{run[name]['whole_wall']:.0f}",
            f"{run[name]['peak_gib']:.2f}",
        ]
        for run in runs
        for name in (LOCAL, PROCESSES, SPARK)
    ]
    head = ["engine", "people", "core seconds", "core ms a person", "people a core second"]
    return markdown_table([*head, "wall, s", "peak GiB"], rows, 1)


def _further(runs: Sequence[Found]) -> list[str]:
    """Cost of one more person, without the start: from the smaller run to the larger."""
    if len(runs) < 2:
        return []
    few, many = runs[0], runs[-1]
    more = many["size"] - few["size"]
    each = {
        name: (many[name]["whole_processor"] - few[name]["whole_processor"]) / more
        for name in (LOCAL, PROCESSES, SPARK)
    }
    if min(each.values()) <= 0:
        return ["What one more person costs is lost in what starting costs, which varies.", ""]
    start = {
        name: few[name]["whole_processor"] - few["size"] * each[name] for name in (LOCAL, SPARK)
    }
    return [
        f"From {few['size']:,} to {many['size']:,} people one more costs {1e3 * each[LOCAL]:.2f}"
        f" core ms in one process, {1e3 * each[PROCESSES]:.2f} in two and"
        f" {1e3 * each[SPARK]:.2f} on Spark: **{each[SPARK] / each[LOCAL]:.2f} times the local"
        f" engine per core**. What is left of the line is the start: {start[LOCAL]:.0f} core"
        f" seconds here, {start[SPARK]:.0f} on Spark.",
        "",
    ]


def _rows(runs: Sequence[Found]) -> str:
    wrong = {
        f"{name} at {run['size']:,} people": files
        for run in runs
        for name, files in run["differ"].items()
        if files
    }
    if not wrong:
        n = sum(runs[-1][LOCAL]["rows"].values())
        return (
            f"Rows are equal to the bit: all engines published the same bytes in every table"
            f" ({n:,} rows at {runs[-1]['size']:,} people) but `runs`, which tells the time."
        )
    told = "; ".join(f"{where}: {', '.join(files)}" for where, files in wrong.items())
    return f"**Rows differ** from those of one process: {told}."


def _moved(run: Found) -> str:
    facts, n = run[SPARK]["engine"], run["size"]
    return (
        f"Spark at {n:,} people: {facts['tasks']} tasks ({facts['failed_tasks']} failed),"
        f" {facts['shuffle_bytes']:,} bytes shuffled ({facts['shuffle_bytes'] / n:,.0f} a person,"
        f" compressed, over all shuffles), {facts['kept_bytes'] / n:,.0f} bytes a person kept on"
        f" executors' disks, {facts['spilled_bytes']:,} spilled; the largest worker held"
        f" {facts['worker_peak_bytes'] / 2**30:.2f} GiB."
    )
