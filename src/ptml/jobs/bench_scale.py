"""The cost of scoring against the size of the organisation; writes docs/benchmarks-scale.md."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

import ptml
from ptml.contracts.manifest import MANIFEST
from ptml.errors import PtmlError, UsageError
from ptml.jobs.asked import as_of_asked
from ptml.jobs.bench_lift_public import kept
from ptml.jobs.bench_scale_engines import engines_compared, why_no_spark
from ptml.jobs.bench_scale_limits import measured_rates
from ptml.jobs.bench_scale_page import TITLE, write_page
from ptml.jobs.bench_scale_peers import (
    LAST_OF_USER,
    SPARK_SCRIPT,
    USER_SCRIPT,
    check_scripts,
    spark_recommended,
    train_user,
    user_scored,
)
from ptml.jobs.bench_scale_run import Found, scored_in_fresh_process
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.jobs.source_hash import source_hash
from ptml.jobs.train import run_training
from ptml.jobs.work_folder import check_page, work_folder
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.copies import Copied, copy_organisation, read_copied
from ptml.sources import read_dataset

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
BASE_EMPLOYEES, BASE_COURSES = 20_000, 2_000
_LIMITS_UP_TO = 30_000
# Of the smallest size, at which the engines are compared too.
_PART = 4
_IN_WORDS = ("recommendations", "warnings")


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    sizes : tuple of int
        People, ascending.
    base, models : Path or None
        An organisation that the sizes are copies of and models trained on it; None = made.
    candidates : int
        Courses that are looked at for everybody.
    repeats : int
        Runs at sizes up to `repeat_until`; above, one, half way through those.
    repeat_until, user_until, spark_until : int
        People up to whom runs are repeated, the user's script and Spark's ALS are run; 0 = never.
    spark_python : Path or None
        Python with pyspark; None = Spark's ALS is left out.
    """

    sizes: tuple[int, ...] = SIZES
    base: Path | None = None
    models: Path | None = None
    candidates: int = 50
    repeats: int = 3
    repeat_until: int = 100_000
    user_until: int = 100_000
    spark_until: int = 100_000
    spark_python: Path | None = None


def bench_scale(plan: Plan, page: Path, progress: Progress, keep: Path | None) -> Found:
    """Measure by the plan, write the page and the plot beside it, and say what was found.

    Parameters
    ----------
    page : Path
        ``.../NAME.md``; the plot is ``.../images/NAME.png``.
    keep : Path, optional
        Folder to go on from, should the run be stopped.

    Raises
    ------
    UsageError
        When the page is another one's, or the sizes are not ascending.
    """
    if list(plan.sizes) != sorted(set(plan.sizes)) or not plan.sizes or plan.sizes[0] < 1:
        raise UsageError(f"--sizes must ascend, got {','.join(map(str, plan.sizes))}")
    check_page(page, TITLE)
    if plan.user_until:
        check_scripts()
    begun = time.perf_counter()
    with work_folder(keep) as work:
        found = _Study(plan, work, progress).run()
    found["minutes"] = (time.perf_counter() - begun) / 60
    return {"figures": found, "sentences": write_page(found, page)}


class _Study:
    """One run of the benchmark in a work folder."""

    def __init__(self, plan: Plan, work: Path, progress: Progress) -> None:
        self._plan, self._work, self._progress = plan, work, progress
        self._code = source_hash(ptml)
        self._base = plan.base or self._made_base()
        self._models = plan.models or self._made_models()
        self._id = (
            f"{_hash_of(self._base / 'employees.parquet')} {_hash_of(self._models / MANIFEST)}"
        )

    def run(self) -> Found:
        """Everything, in the order of what it costs."""
        load = [os.getloadavg()[0]]
        self._kept("compiled", self._code, self._compiled)
        scores = self._sizes()
        rates = self._kept(f"rates-{self._judged}", self._code, self._rates)
        users = [self._user(n) for n in self._plan.sizes if n <= self._plan.user_until]
        spark = [
            self._spark(n)
            for n in self._plan.sizes
            if self._plan.spark_python and n <= self._plan.spark_until
        ]
        load.append(os.getloadavg()[0])
        return {
            "plan": {name: _plain(value) for name, value in asdict(self._plan).items()},
            "code": self._code,
            "cores": os.cpu_count(),
            "load": load,
            "scores": scores,
            "rates": rates,
            "users": users,
            "spark": spark,
            "engines": self._engines(),
        }

    def _made_base(self) -> Path:
        base = self._work / "base"
        if not base.is_dir():
            self._progress.stage("Simulating the organisation that is copied")
            config = SimulationConfig(
                n_employees=BASE_EMPLOYEES, n_courses=BASE_COURSES, truth_max_employees=1
            )
            simulate(config, base)
        return base

    def _made_models(self) -> Path:
        models = self._work / "models"
        if not models.is_dir():
            self._progress.stage("Training on it, once for all sizes")
            run_training(str(self._base), models, None, Settings(), [], False, self._progress)
        return models

    def _data(self, n: int) -> tuple[Path, Copied]:
        data = self._work / f"data-{n}-{self._id[:8]}"
        if not data.is_dir():
            self._progress.stage(f"Copying to {n:,} people")
            copy_organisation(self._base, data, n)
        return data, read_copied(data)

    def _kept(self, name: str, code: str, measure: Callable[[], Found]) -> Found:
        return kept(self._work / f"{name}.json", f"{code} {self._id}", measure)

    def _sizes(self) -> list[Found]:
        """Cost at each size; what runs once does so between the runs of the others.

        The speed of a machine drifts by more than what is to be seen.
        """
        runs: dict[int, list[Found]] = {n: [] for n in self._plan.sizes}
        for turn in range(self._plan.repeats):
            for n, of in runs.items():
                if n <= self._plan.repeat_until or turn == self._plan.repeats // 2:
                    of.append(self._run(n, len(of)))
        return [self._size(n, of) for n, of in runs.items()]

    def _run(self, n: int, k: int) -> Found:
        code = f"{self._code} {self._plan.candidates}"
        return self._kept(f"score-{n}-{k}", code, lambda: self._scored(n, k, self._data(n)[0]))

    def _size(self, n: int, runs: Sequence[Found]) -> Found:
        middle = sorted(runs, key=lambda run: float(run["processor"]))[(len(runs) - 1) // 2]
        return {
            **middle,
            "size": n,
            "input": asdict(self._data(n)[1]),
            "processors": [r["processor"] for r in runs],
            "walls": [r["wall"] for r in runs],
        }

    def _compiled(self) -> Found:
        """The first run on a machine compiles kernels for it; what is measured finds them there."""
        self._progress.stage("Compiling for this machine")
        n = self._plan.sizes[0]
        out = self._out(n)
        shutil.rmtree(out, ignore_errors=True)
        data, _ = self._data(n)
        found = scored_in_fresh_process(data, self._models, out, self._plan.candidates)
        return {"processor": found["processor"]}

    def _scored(self, n: int, k: int, data: Path) -> Found:
        self._progress.stage(f"Scoring {n:,} people, run {k + 1}")
        out = self._out(n)
        shutil.rmtree(out, ignore_errors=True)
        found = scored_in_fresh_process(data, self._models, out, self._plan.candidates)
        current = (out / "current").resolve()
        text = sum(_text_bytes(current / f"{name}.parquet") for name in _IN_WORDS)
        if n != self._judged:
            shutil.rmtree(out)
        return {**found, "text_bytes": text}

    def _out(self, n: int) -> Path:
        return self._work / f"out-{n}"

    @property
    def _judged(self) -> int:
        """Size whose data and answers the limits are measured on."""
        return max([n for n in self._plan.sizes if n <= _LIMITS_UP_TO], default=self._plan.sizes[0])

    def _rates(self) -> Found:
        self._progress.stage("Measuring the machine's own limits")
        n = self._judged
        data, out = self._data(n)[0], self._out(n)
        if not out.is_dir():
            scored_in_fresh_process(data, self._models, out, self._plan.candidates)
        return dict(measured_rates(data, self._models, out))

    def _user(self, n: int) -> Found:
        data, _ = self._data(n)
        script = _hash_of(USER_SCRIPT)
        models, as_of = self._work / f"user-models-{script}-{self._id[:8]}", self._as_of()
        if not (models / LAST_OF_USER).is_file():
            self._progress.stage("Training the models of a user's own script")
            train_user(self._base, models, as_of)

        def measure() -> Found:
            self._progress.stage(f"A user's own script, {n:,} people")
            return _or_problem(lambda: user_scored(data, models, self._work / "user-out", as_of))

        return {**self._kept(f"user-{n}", script, measure), "size": n}

    def _as_of(self) -> date:
        """The day that `ptml score` takes: that of the copies is the original's."""

        def read() -> Found:
            with read_dataset(self._base) as dataset:
                return {"as_of": as_of_asked(dataset, None).isoformat()}

        return date.fromisoformat(str(self._kept("as-of", "1", read)["as_of"]))

    def _spark(self, n: int) -> Found:
        data, _ = self._data(n)
        python = self._plan.spark_python
        if python is None:
            raise AssertionError("asked for with a Python only")

        def measure() -> Found:
            self._progress.stage(f"Spark's recommendForAllUsers, {n:,} people")
            return _or_problem(lambda: spark_recommended(data, python))

        return {**self._kept(f"spark-{n}", _hash_of(SPARK_SCRIPT), measure), "size": n}

    def _engines(self) -> Found:
        """Both engines at the smallest size, and at a part of it: that tells the start apart."""
        if (reason := why_no_spark()) is not None:
            return {"problem": reason}
        whole = self._plan.sizes[0]
        sizes = sorted({max(whole // _PART, 1), whole})

        def measure(n: int) -> Found:
            data, _ = self._data(n)
            self._progress.stage(f"The local engine beside Spark's, {n:,} people")
            out = self._work / f"engines-{n}"
            shutil.rmtree(out, ignore_errors=True)
            return _or_problem(
                lambda: engines_compared(data, self._models, out, self._plan.candidates)
            )

        code = f"{self._code} {self._plan.candidates}"
        found = [self._kept(f"engines-{n}", code, lambda n=n: measure(n)) for n in sizes]  # type: ignore[misc]
        return {"runs": [{**one, "size": n} for one, n in zip(found, sizes, strict=True)]}


def _or_problem(measure: Callable[[], Found]) -> Found:
    """What another one's script found, or why it found nothing: that is a finding too."""
    try:
        return measure()
    except (PtmlError, OSError) as error:
        return {"problem": " ".join(str(error).split())}


def _text_bytes(path: Path) -> int:
    """Bytes of the reasons in words of a table."""
    reasons = pq.read_table(path, columns=["reasons"])["reasons"]
    return int(pc.sum(pc.binary_length(reasons)).as_py() or 0)


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value
