"""One scoring run in a process of its own: time by stage, memory of all its processes, rows, bytes.

`python -m ptml.jobs.bench_scale_run DATA MODELS OUT CANDIDATES` is that process.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from ptml.errors import PtmlError
from ptml.jobs.bench_scale_watch import REST, stages_watched
from ptml.jobs.grandchildren import grandchildren_counted
from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.stopwatch import Stopwatch

Found = dict[str, Any]
Runner = Callable[[Sequence[str]], Found]

_PAUSE_SECONDS = 0.05
# The record of a measured run is thrown away with it.
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_LONGEST = 400


def scored(data: Path, models: Path, out: Path, candidates: int) -> Found:
    """Score and tell where the time went.

    Returns
    -------
    dict
        ``stages`` (wall, processor, calls by stage), ``wall``, ``processor``, ``rows`` by table,
        ``bytes_out``, ``missing`` (what could not be watched).
    """
    # One process: what a worker does could not be told by stage.
    scoring = {"max_candidates": candidates, "workers": 1}
    settings = Settings.model_validate({"scoring": scoring})
    watch = Stopwatch(time.perf_counter, time.process_time)
    wall, processor = time.perf_counter(), time.process_time()
    with stages_watched(watch) as missing, watch.span(REST):
        summary = run_scoring(
            str(data), models, str(out), None, settings, [], lambda: _NO_TIME, Silent()
        )
    stages = {name: vars(spent) for name, spent in watch.spent.items()}
    return {
        "stages": stages,
        "wall": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
        "rows": summary["rows"],
        "bytes_out": sum(p.stat().st_size for p in (out / "current").rglob("*") if p.is_file()),
        "missing": missing,
    }


def in_fresh_process(words: Sequence[str]) -> Found:
    """Run a command that prints one JSON object; add its memory and its whole time.

    Returns
    -------
    dict
        What it printed, with ``peak_gib`` (the most that it and its children held at once, looked
        at 20 times a second, and no less than any one of them ever held), ``whole_wall`` and
        ``whole_processor`` (of it and all below it, with all starts and imports).

    Raises
    ------
    PtmlError
        When it fails.
    """
    begun = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with (
        grandchildren_counted(),
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child,
    ):
        peak, ended = [0.0], Event()
        looking = Thread(target=_watch_memory, args=(child.pid, peak, ended), daemon=True)
        looking.start()
        told, problem = child.communicate()
        ended.set()
        looking.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode:
        raise PtmlError(f"{' '.join(words[:3])} failed: {problem.strip()[-_LONGEST:]}")
    found: Found = json.loads(told.strip().splitlines()[-1])
    return {
        **found,
        "peak_gib": max(peak[0], float(found.get("peak_gib", 0.0))),
        "whole_wall": time.perf_counter() - begun,
        "whole_processor": used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
    }


def _watch_memory(pid: int, peak: list[float], ended: Event) -> None:
    while not ended.wait(_PAUSE_SECONDS):
        peak[0] = max(peak[0], _resident_gib(pid))


def _resident_gib(pid: int) -> float:
    """Memory of a process and all below it; what is shared counts in each."""
    pages, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting.extend(map(int, (task / "children").read_text().split()))
        except (FileNotFoundError, ProcessLookupError, IndexError):
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**30


def scored_in_fresh_process(data: Path, models: Path, out: Path, candidates: int) -> Found:
    """`scored`, with nothing left over from what ran before."""
    call = [sys.executable, "-m", __name__, *map(str, (data, models, out, candidates))]
    return in_fresh_process(call)


def main(words: Sequence[str]) -> None:
    """Print what `scored` found as JSON."""
    data, models, out = map(Path, words[:3])
    found = scored(data, models, out, int(words[3]))
    sys.stdout.write(json.dumps({**found, "peak_gib": _own_peak_gib()}) + "\n")


def _own_peak_gib() -> float:
    """What this process held at once; `getrusage` begins with what the one before it held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**20


if __name__ == "__main__":
    main(sys.argv[1:])
