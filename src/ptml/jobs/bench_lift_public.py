"""Public sets with a known answer: ptml, meta-learners and peers on the same splits."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.errors import PtmlError
from ptml.evaluate.lift_bench.meta_learners import meta_learner
from ptml.evaluate.lift_bench.peers import PEER_NAMES
from ptml.evaluate.lift_public import acic, hillstrom, ihdp, lalonde
from ptml.evaluate.lift_public.task import Task, run_ptml
from ptml.jobs.progress import Progress

PEER_SCRIPT = Path("bench/peers-lift/run.py")
META_NAMES = {f"{kind}_learner": f"{kind.upper()}-learner, LightGBM" for kind in ("s", "t", "x")}
_LONGEST = 100
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


@dataclass(frozen=True)
class PublicSet:
    """A public set: where it lies under the data folder, and its tasks by number of splits."""

    name: str
    folder: str
    tasks: Callable[[Path, range], Iterator[Task]]


SETS = (
    PublicSet("ihdp", "ihdp", lambda at, splits: ihdp.tasks(at, seeds=splits)),
    PublicSet("acic", "acic2016", lambda at, splits: acic.tasks(at, seeds=splits)),
    PublicSet("hillstrom", "hillstrom", lambda at, splits: hillstrom.tasks(at, seeds=splits)),
)


@dataclass(frozen=True)
class PublicPlan:
    """What is measured on public sets.

    Attributes
    ----------
    data : Path
        Folder with ``ihdp``, ``acic2016``, ``hillstrom`` and ``lalonde``; what is not there is left
        out.
    peers_python : Path or None
        Python of the environment of the peers; None = they are left out.
    n_splits : int
        Splits of each replicate, setting or e-mail.
    n_tasks : int or None
        First tasks of each set; None = all.
    """

    data: Path
    peers_python: Path | None = None
    n_splits: int = 3
    n_tasks: int | None = None


@dataclass(frozen=True)
class PublicResults:
    """What was found.

    Attributes
    ----------
    rows : list of dict
        ``set``, ``task``, ``method``, ``value``; of ptml also ``constant`` and, with a truth,
        ``of_constant`` and ``covered_90``.
    gate : list of dict
        Rows of `ptml.evaluate.lift_public.lalonde.run`.
    left_out : list of str
        A line for each thing that was not there or broke.
    """

    rows: list[dict[str, Any]]
    gate: list[dict[str, Any]]
    left_out: list[str]


def measure_public(plan: PublicPlan, work: Path, model: str, progress: Progress) -> PublicResults:
    """Run everybody on the sets that are there; what ``work`` holds is not done again.

    Parameters
    ----------
    model : str
        Fingerprint of the learners; what others did is done again.
    """
    rows: list[dict[str, Any]] = []
    left_out: list[str] = []
    if plan.peers_python is None:
        left_out.append(
            "EconML, CausalML and DoubleML: not installed (`make bench-lift` installs them)"
        )
    for one in SETS:
        if not (plan.data / one.folder).is_dir():
            left_out.append(f"{one.name}: {plan.data / one.folder} is not there")
            continue
        asked = one.tasks(plan.data / one.folder, range(plan.n_splits))
        tasks = list(islice(asked, plan.n_tasks))
        rows += _own_rows(one.name, tasks, work / one.name, model, progress)
        rows += _peer_rows(plan, one.name, tasks, work / one.name, left_out, progress)
    return PublicResults(rows, _gate(plan, work, model, left_out, progress), left_out)


def _own_rows(
    name: str, tasks: list[Task], work: Path, model: str, progress: Progress
) -> list[dict[str, Any]]:
    rows = []
    for method in ("ptml", *META_NAMES):
        progress.stage(f"{name}: {META_NAMES.get(method, method)}")
        for k, task in enumerate(tasks):
            row = kept(
                work / method / f"{k}.json",
                model if method == "ptml" else "",
                lambda task=task, method=method: _run_own(task, method),  # type: ignore[misc]
            )
            rows.append({**row, "set": name, "task": task.name, "method": method})
            progress.step(k + 1, len(tasks))
    return rows


def _run_own(task: Task, method: str) -> dict[str, Any]:
    if method == "ptml":
        return run_ptml(task)
    kind = method.partition("_")[0]
    found = meta_learner(kind, task.x_train, task.a, task.y, task.x_test, task.categorical)
    return {"value": task.score(found)}


def _peer_rows(
    plan: PublicPlan,
    name: str,
    tasks: list[Task],
    work: Path,
    left_out: list[str],
    progress: Progress,
) -> list[dict[str, Any]]:
    if plan.peers_python is None:
        return []
    for k, task in enumerate(tasks):
        write_task(task, work / "tasks" / f"{k}.npz")
    rows = []
    for method, words in PEER_NAMES.items():
        progress.stage(f"{name}: {words}")
        out = work / method
        problem = run_peer(plan.peers_python, method, work / "tasks", out)
        if problem is not None:
            left_out.append(f"{words} on {name}: {problem}")
            continue
        for k, task in enumerate(tasks):
            value = task.score(np.load(out / f"{k}.npy", allow_pickle=False))
            rows.append({"set": name, "task": task.name, "method": method, "value": value})
    return rows


def write_task(task: Task, path: Path) -> None:
    """Write what a peer may see of a task."""
    write_arrays(path, task.x_train, task.a, task.y, task.x_test, task.categorical)


def write_arrays(
    path: Path,
    x_train: NDArray[np.floating],
    a: NDArray[np.bool_],
    y: NDArray[np.floating],
    x_test: NDArray[np.floating],
    categorical: Sequence[int],
) -> None:
    """Write what a peer learns from, and the rows (m, p) that it is asked about."""
    path.parent.mkdir(parents=True, exist_ok=True)
    codes = np.asarray(categorical, dtype=np.int64)
    np.savez(path, x_train=x_train, a=a, y=y, x_test=x_test, categorical=codes)


def run_peer(
    python: Path, method: str, tasks: Path, out: Path, script: Path = PEER_SCRIPT
) -> str | None:
    """Have a peer predict on all tasks of a folder; what went wrong, if anything did."""
    if all((out / f"{path.stem}.npy").is_file() for path in tasks.glob("*.npz")):
        return None
    call = [str(python), str(script), method, str(tasks), str(out)]
    try:
        ended = subprocess.run(
            call, capture_output=True, text=True, check=False, env={**os.environ, **_ONE_THREAD}
        )
    except OSError as error:
        return f"{python} cannot be run: {error.strerror}"
    if ended.returncode == 0:
        return None
    return f"failed: {(ended.stderr.strip().splitlines() or ['?'])[-1][:_LONGEST]}"


def _gate(
    plan: PublicPlan, work: Path, model: str, left_out: list[str], progress: Progress
) -> list[dict[str, Any]]:
    folder = plan.data / "lalonde"
    if not folder.is_dir():
        left_out.append(f"lalonde: {folder} is not there")
        return []
    progress.stage("lalonde: the gate")
    found = kept(
        work / "lalonde.json", model, lambda: {"rows": lalonde.run(folder).to_dict("records")}
    )
    rows: list[dict[str, Any]] = found["rows"]
    return rows


def kept(path: Path, model: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What was measured before of the same model, or measure it now and keep it."""
    if path.is_file():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found["model"] == model:
            return dict(found["result"])
    result = measure()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    text = json.dumps({"model": model, "result": result}, default=_plain)
    part.write_text(text, encoding="utf-8")
    part.rename(path)
    return dict(json.loads(text)["result"])


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise PtmlError(f"a result of the benchmark cannot be kept: {value!r}")
