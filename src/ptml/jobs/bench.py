"""The measured figures of the README: each printed by the command that the README names."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import mean
from typing import Any

from ptml.errors import PtmlError
from ptml.jobs.oracle import against_simulation
from ptml.jobs.progress import Progress
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.simulate import run_simulation
from ptml.jobs.train import run_training

# Not the seed of the demo, and not those that anything was tuned on.
SEEDS = (11, 12, 13)
EMPLOYEES = 5_000


def bench_simulated(
    seeds: Sequence[int], now: Callable[[], datetime], progress: Progress
) -> dict[str, Any]:
    """Lift and warnings against the truth of simulated organisations, one a seed."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
        for seed in seeds:
            place = Path(scratch) / str(seed)
            data, models, out = place / "data", place / "models", str(place / "out")
            run_simulation(data, {"n_employees": EMPLOYEES, "seed": seed}, [], progress)
            run_training(str(data), models, None, Settings(), [], False, progress)
            run_scoring(str(data), models, out, None, Settings(), [], now, progress)
            figures.append({"seed": seed, **against_simulation(data, out)["figures"]})
    return {"figures": figures, "sentences": [*_lift_table(figures), *_warning_table(figures)]}


def _lift_table(figures: Sequence[dict[str, Any]]) -> list[str]:
    names = ("ptml", "difference_of_means", "gap_alone")
    rows = [
        (
            str(found["seed"]),
            *(found["captured"][name] for name in names),
            found["bias"]["ptml"],
            found["bias"]["difference_of_means"],
            found["coverage"],
            found["slope"],
            found["answered"],
        )
        for found in figures
    ]
    rows.append(("mean", *(mean(row[k] for row in rows) for k in range(1, len(rows[0])))))
    head = "seed   share of the oracle's gain         bias, points      coverage  slope  answered"
    under = "       ptml  diff. of means  gap alone    ptml  diff. m.   of 90 %"
    shapes: tuple[str, ...] = (
        "{:<6}",
        "{:4.2f}",
        "{:14.2f}",
        "{:9.2f}",
        " {:+5.2f}",
        "{:+8.2f}",
        "{:8.2f}",
    )
    shapes = (*shapes, "{:5.2f}", "{:8.2f}")
    told = ["  ".join(s.format(v) for s, v in zip(shapes, row, strict=True)) for row in rows]
    return [head, under, *told]


def _warning_table(figures: Sequence[dict[str, Any]]) -> list[str]:
    head = ["", "seed   stage       method          AUC    average precision  calibration error"]
    return head + [
        f"{found['seed']:<6} {row['stage']:<11} {row['method']:<14} {row['auc']:5.3f}  "
        f"{row['average_precision']:17.3f}  {row['ece']:17.3f}"
        for found in figures
        for row in found["warnings"]
    ]


def bench_demo() -> dict[str, Any]:
    """Wall time and peak memory of the demo, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
        figure = _measured(["demo", "--out", f"{scratch}/demo"])
    return {"figures": [figure], "sentences": [_sentence("ptml demo", figure)]}


def bench_score(employees: int, courses: int) -> dict[str, Any]:
    """Wall time and peak memory of each job for a large organisation."""
    with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
        data, models, out = (f"{scratch}/{name}" for name in ("data", "models", "out"))
        sizes = ["--employees", str(employees), "--courses", str(courses)]
        calls = {
            "simulate": ["simulate", data, *sizes],
            "train": ["train", data, "--out", models, "--no-track"],
            "score": ["score", data, "--models", models, "--out", out],
        }
        figures = [{"job": job, **_measured(words)} for job, words in calls.items()]
    title = f"{employees:,} employees x {courses} courses"
    return {
        "figures": figures,
        "sentences": [_sentence(f"ptml {f['job']}, {title}", f) for f in figures],
    }


def _measured(words: list[str]) -> dict[str, Any]:
    call = [sys.executable, "-c", "from ptml.cli import main; main()", *words]
    begun = time.perf_counter()
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    told = process.stderr.read().decode() if process.stderr else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise PtmlError(f"ptml {' '.join(words)} ended with {process.returncode}: {told.strip()}")
    return {"seconds": time.perf_counter() - begun, "peak_gib": used.ru_maxrss / 2**20}


def _sentence(title: str, figure: dict[str, Any]) -> str:
    return f"{title}: {figure['seconds']:.0f} s, peak memory {figure['peak_gib']:.2f} GiB"
