"""Recommenders side by side, each in a process of its own; tables for docs/benchmarks.md."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ptml.errors import PtmlError, UsageError
from ptml.evaluate.recommenders.contestants import CONTESTANTS, Contestant
from ptml.evaluate.recommenders.enrolments import Set, enrolment_sets
from ptml.evaluate.recommenders.organisations import organisation_splits
from ptml.evaluate.recommenders.results import Result, read_results
from ptml.evaluate.recommenders.speed import Speed, measure_speed
from ptml.evaluate.recommenders.split import Split
from ptml.evaluate.recommenders.tables import tables
from ptml.jobs.progress import Progress
from ptml.jobs.work_folder import work_folder
from ptml.simulate import SimulationConfig, simulate

BEGIN, END = "<!-- recommenders: begin -->", "<!-- recommenders: end -->"
PEER_SCRIPT = Path("bench/peers/run.py")
# Not the seed of the demo, not those of the other benchmarks, not those anything was tuned on.
FIRST_ORGANISATION = 21
_LONGEST = 80
_MAY_CHANGE = ("peers_python", "only", "speed")
REAL, SIMULATED = "mooccubex", "organisations"


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    mooccubex : Path or None
        Folder with the set's Parquet files; None = left out.
    peers_python : Path or None
        Python of the environment with RecTools and LensKit; None = they are left out.
    n_seeds, n_trials, n_judged, tuned_on : int
    n_employees : int
        Of each simulated organisation; 0 = none.
    speed : tuple of int or None
        People, courses and events of the speed test.
    only : tuple of str
        Keys of the methods that take part; empty = all.
    """

    mooccubex: Path | None
    peers_python: Path | None
    n_seeds: int = 5
    n_trials: int = 6
    n_judged: int = 5_000
    tuned_on: int = 1_000
    n_employees: int = 5_000
    speed: tuple[int, int, int] | None = (100_000, 500, 1_000_000)
    only: tuple[str, ...] = ()


class PeerError(PtmlError):
    """A peer is not there or broke: the tables say so and the others go on."""


def bench_recommend(
    plan: Plan, page: Path, progress: Progress, keep: Path | None = None
) -> dict[str, Any]:
    """Measure, and write the tables between the marks of a page.

    Parameters
    ----------
    keep : Path, optional
        Folder for the splits and for what each method did on them; what is there already of the
        same plan is not done again. To do one method again, delete its folders there.
    """
    before, after = _around(page)
    with work_folder(keep) as work:
        if keep is not None:
            _hold_to_plan(plan, keep)
        results, failures, seconds = _all_contests(plan, work, progress)
    progress.stage("Speed")
    speed = measure_speed(*plan.speed, 0, time.perf_counter) if plan.speed else None
    lines = [*_about(plan, seconds), *tables(results, failures), *_speed_lines(speed)]
    page.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
    return {
        "figures": [vars(result) for result in results],
        "failures": failures,
        "speed": vars(speed) if speed else None,
        "sentences": [*lines, "", f"Written to {page}."],
    }


def _hold_to_plan(plan: Plan, keep: Path) -> None:
    """See that a kept folder is of the same plan, and write down which."""
    about = keep / "plan.json"
    # Who takes part may change: results are kept by method. Speed is measured each time.
    text = json.dumps({**vars(plan), **dict.fromkeys(_MAY_CHANGE)}, default=str)
    if about.is_file() and about.read_text(encoding="utf-8") != text:
        raise UsageError(f"{keep} holds results of another plan; give --keep another folder")
    about.write_text(text, encoding="utf-8")


def _all_contests(
    plan: Plan, work: Path, progress: Progress
) -> tuple[list[Result], dict[str, str], float]:
    results: list[Result] = []
    failures: dict[str, str] = {}
    seconds = 0.0
    for place in _prepared(plan, work, progress):
        splits = {
            path.stem: Split.load(path)
            for path in sorted(place.glob("*/*.npz"))
            if path.stem != "validation"
        }
        for contestant in CONTESTANTS:
            if plan.only and contestant.key not in plan.only:
                continue
            progress.stage(f"{place.name}: {contestant.library} {contestant.method}")
            out = work / "results" / place.name / contestant.key
            try:
                used = _contest(contestant, place, out, plan)
            except PeerError as error:
                failures[contestant.key] = str(error)
                continue
            seconds += used["seconds"]
            results += read_results(out, contestant.key, splits, used["peak_gib"])
    return results, failures, seconds


def _around(page: Path) -> tuple[str, str]:
    text = page.read_text(encoding="utf-8") if page.is_file() else f"{BEGIN}\n{END}\n"
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise UsageError(f"{page} must hold one line {BEGIN} and one line {END}")
    before, _, rest = text.partition(BEGIN)
    return before, rest.partition(END)[2]


def _prepared(plan: Plan, work: Path, progress: Progress) -> list[Path]:
    places = []
    if plan.mooccubex is not None:
        progress.stage("Reading MOOCCubeX")
        places.append(_whole(work / REAL, partial(_read, plan, plan.mooccubex)))
    if plan.n_employees:
        progress.stage(f"Simulating {plan.n_seeds} organisations")
        places.append(_whole(work / SIMULATED, lambda at: _simulate(plan, at, progress)))
    return places


def _whole(place: Path, fill: Callable[[Path], object]) -> Path:
    """Fill a folder, so that a stopped run leaves none that is half full."""
    if not place.is_dir():
        part = place.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        fill(part)
        part.rename(place)
    return place


def _read(plan: Plan, source: Path, place: Path) -> None:
    for one in enrolment_sets(source, range(plan.n_seeds), plan.n_judged):
        _save(place, one)


def _simulate(plan: Plan, place: Path, progress: Progress) -> None:
    for done, seed in enumerate(range(FIRST_ORGANISATION, FIRST_ORGANISATION + plan.n_seeds)):
        with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
            data = Path(scratch) / "data"
            simulate(SimulationConfig(n_employees=plan.n_employees, seed=seed), data)
            _save(place, Set(str(seed), *organisation_splits(data, seed, plan.n_judged)))
        progress.step(done + 1, plan.n_seeds)


def _save(place: Path, one: Set) -> None:
    folder = place / one.name
    folder.mkdir(parents=True)
    one.validation.save(folder / "validation.npz")
    for name, split in one.tests.items():
        split.save(folder / f"{name}.npz")


def _contest(contestant: Contestant, place: Path, out: Path, plan: Plan) -> dict[str, float]:
    """Have a method write its lists; what it used."""
    done = out / "used.json"
    if not done.is_file():
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        words = [str(place), contestant.key, str(plan.n_trials), str(plan.tuned_on), str(out)]
        begun = time.perf_counter()
        peak_gib = _run([*_start(contestant, plan), *words], contestant.is_peer)
        used = {"peak_gib": peak_gib, "seconds": time.perf_counter() - begun}
        done.write_text(json.dumps(used), encoding="utf-8")
    found: dict[str, float] = json.loads(done.read_text(encoding="utf-8"))
    return found


def _start(contestant: Contestant, plan: Plan) -> list[str]:
    if not contestant.is_peer:
        return [sys.executable, "-m", "ptml.jobs.bench_recommend_contest"]
    if plan.peers_python is None:
        raise PeerError("not installed")
    return [str(plan.peers_python), str(PEER_SCRIPT)]


def _run(call: Sequence[str], is_peer: bool) -> float:
    """Run to the end; peak memory in GiB."""
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        told = process.stderr.read().decode() if process.stderr else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode and is_peer:
        raise PeerError(f"failed: {(told.strip().splitlines() or ['?'])[-1][:_LONGEST]}")
    if process.returncode:
        raise PtmlError(f"{' '.join(call[:3])} ended with {process.returncode}: {told.strip()}")
    return used.ru_maxrss / 2**20


def _about(plan: Plan, seconds: float) -> list[str]:
    told = (
        f"{plan.n_seeds} seeds; {plan.n_judged:,} people judged a seed at the most; "
        f"{plan.n_trials} trials a method on {plan.tuned_on:,} people of the validation split; "
        f"{os.cpu_count()} cores; {seconds / 60:.0f} minutes in all."
    )
    absent = [
        f"{one.library} {one.method}"
        for one in CONTESTANTS
        if plan.only and one.key not in plan.only
    ]
    return [told, f"Left out of this run: {', '.join(absent)}."] if absent else [told]


def _speed_lines(speed: Speed | None) -> list[str]:
    if speed is None:
        return []
    title = f"{speed.n_people:,} people x {speed.n_courses} courses, {speed.n_events:,} choices"
    return [
        "",
        f"### Speed of ptml: {title}",
        "",
        "| | seconds |",
        "|---|---:|",
        f"| fit | {speed.fit:.1f} |",
        f"| top 10 for all | {speed.top:.2f} |",
        f"| of it: scores | {speed.scores:.2f} |",
        f"| of that: folding people into the factors | {speed.fold_in:.2f} |",
        f"| the matrix products alone | {speed.products:.2f} |",
        "",
        f"Scores of people once folded in take {speed.times_products:.2f} times as long as their "
        f"matrix products alone; all of it, with mask and top 10, {speed.top / speed.products:.2f} "
        f"times ({speed.n_people / speed.top:,.0f} people a second).",
    ]
