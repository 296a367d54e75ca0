"""Recommenders side by side, each in a process of its own; tables for docs/benchmarks.md."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptml.errors import PtmlError, UsageError
from ptml.evaluate.recommenders.contestants import CONTESTANTS, Contestant
from ptml.evaluate.recommenders.enrolments import enrolment_sets
from ptml.evaluate.recommenders.organisations import organisation_splits
from ptml.evaluate.recommenders.results import Result, read_results
from ptml.evaluate.recommenders.speed import Speed, measure_speed
from ptml.evaluate.recommenders.split import Split
from ptml.evaluate.recommenders.tables import tables
from ptml.jobs.progress import Progress
from ptml.simulate import SimulationConfig, simulate

BEGIN, END = "<!-- recommenders: begin -->", "<!-- recommenders: end -->"
PEER_SCRIPT = Path("bench/peers/run.py")
# Not the seed of the demo, not those of the other benchmarks, not those anything was tuned on.
FIRST_ORGANISATION = 21
_LONGEST = 80
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
    """

    mooccubex: Path | None
    peers_python: Path | None
    n_seeds: int = 5
    n_trials: int = 6
    n_judged: int = 5_000
    tuned_on: int = 1_500
    n_employees: int = 5_000
    speed: tuple[int, int, int] | None = (100_000, 500, 1_000_000)


def bench_recommend(plan: Plan, page: Path, progress: Progress) -> dict[str, Any]:
    """Measure, and write the tables between the marks of a page."""
    before, after = _around(page)
    results: list[Result] = []
    failures: dict[str, str] = {}
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
        for place in _prepared(plan, Path(scratch), progress):
            splits = {
                path.stem: Split.load(path)
                for path in sorted(place.glob("*/*.npz"))
                if path.stem != "validation"
            }
            for contestant in CONTESTANTS:
                progress.stage(f"{place.name}: {contestant.library} {contestant.method}")
                found, failure = _contest(contestant, place, splits, plan)
                results += found
                if failure:
                    failures[contestant.key] = failure
    progress.stage("Speed")
    speed = measure_speed(*plan.speed, 0, time.perf_counter) if plan.speed else None
    lines = [*_about(plan, time.perf_counter() - begun), *tables(results, failures)]
    lines += _speed_lines(speed)
    page.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
    return {
        "figures": [vars(result) for result in results],
        "failures": failures,
        "speed": vars(speed) if speed else None,
        "sentences": [*lines, "", f"Written to {page}."],
    }


def _around(page: Path) -> tuple[str, str]:
    text = page.read_text(encoding="utf-8") if page.is_file() else f"{BEGIN}\n{END}\n"
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise UsageError(f"{page} must hold one line {BEGIN} and one line {END}")
    before, _, rest = text.partition(BEGIN)
    return before, rest.partition(END)[2]


def _prepared(plan: Plan, scratch: Path, progress: Progress) -> list[Path]:
    places = []
    if plan.mooccubex is not None:
        progress.stage("Reading MOOCCubeX")
        for one in enrolment_sets(plan.mooccubex, range(plan.n_seeds), plan.n_judged):
            _save(scratch / REAL / one.name, one.validation, one.tests)
        places.append(scratch / REAL)
    if plan.n_employees:
        progress.stage(f"Simulating {plan.n_seeds} organisations")
        for done, seed in enumerate(range(FIRST_ORGANISATION, FIRST_ORGANISATION + plan.n_seeds)):
            data = scratch / f"data_{seed}"
            simulate(SimulationConfig(n_employees=plan.n_employees, seed=seed), data)
            place = scratch / SIMULATED / str(seed)
            _save(place, *organisation_splits(data, seed, plan.n_judged))
            progress.step(done + 1, plan.n_seeds)
        places.append(scratch / SIMULATED)
    return places


def _save(folder: Path, validation: Split, tests: Mapping[str, Split]) -> None:
    folder.mkdir(parents=True)
    validation.save(folder / "validation.npz")
    for name, split in tests.items():
        split.save(folder / f"{name}.npz")


def _contest(
    contestant: Contestant, place: Path, splits: Mapping[str, Split], plan: Plan
) -> tuple[list[Result], str]:
    """Results, or why there are none."""
    if contestant.is_peer and plan.peers_python is None:
        return [], "not installed"
    start = (
        [str(plan.peers_python), str(PEER_SCRIPT)]
        if contestant.is_peer
        else [sys.executable, "-m", "ptml.jobs.bench_recommend_contest"]
    )
    with tempfile.TemporaryDirectory(prefix="ptml-contest-") as out:
        words = [str(place), contestant.key, str(plan.n_trials), str(plan.tuned_on), out]
        try:
            peak_gib = _run([*start, *words])
        except PtmlError as error:
            if contestant.is_peer:
                return [], f"failed: {str(error).splitlines()[-1][:_LONGEST]}"
            raise
        return read_results(Path(out), contestant.key, splits, peak_gib), ""


def _run(call: Sequence[str]) -> float:
    """Run to the end; peak memory in GiB."""
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        told = process.stderr.read().decode() if process.stderr else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise PtmlError(f"{' '.join(call[:3])} ended with {process.returncode}: {told.strip()}")
    return used.ru_maxrss / 2**20


def _about(plan: Plan, seconds: float) -> list[str]:
    return [
        f"{plan.n_seeds} seeds; {plan.n_judged:,} people judged a seed at the most; "
        f"{plan.n_trials} trials a method on {plan.tuned_on:,} people of the validation split; "
        f"{os.cpu_count()} cores; {seconds / 60:.0f} minutes in all.",
    ]


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
        f"| of it: the matrix products alone | {speed.products:.2f} |",
        "",
        f"Scores take {speed.scores / speed.products:.2f} times as long as their matrix products "
        f"alone, scores with mask and top 10 {speed.top / speed.products:.2f} times "
        f"({speed.n_people / speed.top:,.0f} people a second).",
    ]
