"""The early warning beside peers, a rule and the oracle; writes docs/benchmarks-warning.md."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

import ptml.explain
import ptml.features
import ptml.simulate
import ptml.transfer
import ptml.trees
from ptml.errors import UsageError
from ptml.evaluate.warning_bench import causes, judging, methods, organisation
from ptml.evaluate.warning_bench.causes import measure_causes
from ptml.evaluate.warning_bench.methods import PEER_NAMES
from ptml.evaluate.warning_bench.organisation import (
    Later,
    folds_of,
    judge_predicted,
    learn_earlier,
    measure_organisation,
)
from ptml.evaluate.warning_bench.page import TITLE, Page, write_page
from ptml.evaluate.warning_bench.results import Named, Result
from ptml.jobs.bench_lift_public import kept
from ptml.jobs.bench_warning_designs import (
    FIRST_ORGANISATION,
    SETTINGS,
    check_settings,
    organisation_config,
)
from ptml.jobs.bench_warning_oulad import OuladPlan, OuladResults, measure_oulad
from ptml.jobs.bench_warning_peers import PEER_SCRIPT, peers_predicted
from ptml.jobs.progress import Progress
from ptml.jobs.source_hash import source_hash
from ptml.jobs.work_folder import check_page, work_folder
from ptml.simulate import simulate
from ptml.transfer.completions import STAGES
from ptml.transfer.config import WarningConfig

_INSTALL = "not installed (`make bench-warning` installs them)"


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    n_seeds : int
        Organisations of each setting; 0 = none.
    designs : tuple of str
        Names of `ptml.jobs.bench_warning_designs.SETTINGS`.
    n_employees : int
    warning : WarningConfig
    oulad : OuladPlan or None
        None = left out.
    peers_python : Path or None
        Python of the environment of the peers; None = they are left out.
    peer_seeds : int
        First organisations of each setting that peers are run on: they take a minute each.
    """

    n_seeds: int = 10
    designs: tuple[str, ...] = tuple(SETTINGS)
    n_employees: int = 3_000
    warning: WarningConfig = field(default_factory=WarningConfig)
    oulad: OuladPlan | None = None
    peers_python: Path | None = None
    peer_seeds: int = 2


def bench_warning(
    plan: Plan, page: Path, progress: Progress, keep: Path | None = None
) -> dict[str, Any]:
    """Measure, and write the page.

    Parameters
    ----------
    keep : Path, optional
        Folder for what was measured; what is there already of organisations of the same size and
        of the same source is not done again, so that a stopped run goes on. Seeds and settings
        may be added.
    """
    check_settings(plan.designs)
    check_page(page, TITLE)
    begun = time.perf_counter()
    with work_folder(keep) as work:
        if keep is not None:
            _hold_to_plan(plan, keep)
        results, named = _all_organisations(plan, work / "organisations", progress)
        oulad = None
        if plan.oulad is not None:
            oulad = measure_oulad(plan.oulad, work / "oulad", plan.warning, progress)
    minutes = (time.perf_counter() - begun) / 60
    lines = write_page(_page(plan, results, named, oulad, minutes))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        "figures": [asdict(result) for result in results],
        "causes": [asdict(one) for one in named],
        "oulad": None if oulad is None else [asdict(one) for one in oulad.figures],
        "sentences": [*lines, "", f"Written to {page}."],
    }


def model_fingerprint() -> str:
    """Hash of all that a result depends on: the model, its features and reasons, who judges it."""
    judges = (organisation, judging, causes, methods)
    model = (ptml.transfer, ptml.trees, ptml.features, ptml.explain)
    return source_hash(*model, ptml.simulate, *judges)


def peers_fingerprint() -> str:
    """The same of the peers' results: they see the features and labels, and give no reasons."""
    judges = (organisation, judging, methods)
    return source_hash(ptml.transfer, ptml.features, ptml.simulate, *judges) + _script_hash()


def _script_hash() -> str:
    return hashlib.sha256(PEER_SCRIPT.read_bytes()).hexdigest() if PEER_SCRIPT.is_file() else ""


def _hold_to_plan(plan: Plan, keep: Path) -> None:
    """See that a kept folder is of the same plan, and write down which."""
    about = keep / "plan.json"
    sizes = {
        "employees": plan.n_employees,
        "warning": plan.warning.model_dump(mode="json", exclude={"num_threads"}),
    }
    if about.is_file() and json.loads(about.read_text(encoding="utf-8")) != sizes:
        raise UsageError(f"{keep} holds results of other sizes; give --keep another folder")
    about.write_text(json.dumps(sizes), encoding="utf-8")


def _all_organisations(
    plan: Plan, work: Path, progress: Progress
) -> tuple[list[Result], list[Named]]:
    results: list[Result] = []
    named: list[Named] = []
    model, rivals = model_fingerprint(), peers_fingerprint()
    # Seeds outside, so that a run that is stopped early has something of every setting.
    for seed in range(FIRST_ORGANISATION, FIRST_ORGANISATION + plan.n_seeds):
        for design in plan.designs:
            asked = _Asked(plan, design, seed, progress)
            place = work / f"{design}-{seed}"
            found = kept(place.with_suffix(".json"), model, asked.measure)
            figures = found["figures"]
            if plan.peers_python is not None and seed < FIRST_ORGANISATION + plan.peer_seeds:
                peers = kept(Path(f"{place}-peers.json"), rivals, asked.measure_peers)
                figures = {stage: figures[stage] | peers[stage] for stage in STAGES}
            results += _results(design, seed, figures)
            named += [
                Named(design, seed, stage, group, of_group)
                for stage, groups in found["causes"].items()
                for group, of_group in groups.items()
            ]
    return results, named


def _results(design: str, seed: int, figures: dict[str, Any]) -> list[Result]:
    return [
        Result(design, seed, stage, method, of_method)
        for stage, by_method in figures.items()
        for method, of_method in by_method.items()
    ]


@dataclass(frozen=True)
class _Asked:
    """One organisation, made anew where anything has to be measured on it."""

    plan: Plan
    design: str
    seed: int
    progress: Progress

    def told(self, words: str) -> None:
        self.progress.stage(f"{self.design}, seed {self.seed}: {words}")

    @contextmanager
    def learnt(self) -> Iterator[tuple[Later, Path]]:
        self.told("making it and learning")
        with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
            data = Path(scratch) / "data"
            simulate(organisation_config(self.design, self.seed, self.plan.n_employees), data)
            yield learn_earlier(data, self.plan.warning, 0), Path(scratch)

    def measure(self) -> dict[str, Any]:
        with self.learnt() as (later, scratch):
            terms = pd.read_parquet(scratch / "data" / "truth" / "transfer_causes.parquet")
            figures = measure_organisation(later, folds_of(later), self.told)
            return {"figures": figures, "causes": measure_causes(later, terms)}

    def measure_peers(self) -> dict[str, Any]:
        python = self.plan.peers_python
        assert python is not None
        with self.learnt() as (later, scratch):
            folds = folds_of(later)
            found = peers_predicted(folds, python, scratch / "peers", self.told)
            return {
                name: {
                    method: judge_predicted(later, stage, folds[stage], predicted[stage])
                    for method, predicted in found.items()
                }
                for stage, name in enumerate(STAGES)
            }


def _left_out(plan: Plan, results: list[Result], oulad: OuladResults | None) -> list[str]:
    """A line for each thing that was not measured, or broke."""
    lines = ["OULAD (--no-oulad)"] if oulad is None else list(oulad.left_out)
    if plan.peers_python is None:
        return [f"{', '.join(PEER_NAMES.values())}: {_INSTALL}", *lines]
    there: dict[tuple[str, int], set[str]] = {}
    for one in results:
        if one.seed < FIRST_ORGANISATION + plan.peer_seeds:
            there.setdefault(one.organisation, set()).add(one.method)
    for (design, seed), found in there.items():
        gone = [name for method, name in PEER_NAMES.items() if method not in found]
        lines += [f"{name} on {design}, seed {seed}: it broke" for name in gone]
    return lines


def _page(
    plan: Plan,
    results: list[Result],
    named: list[Named],
    oulad: OuladResults | None,
    minutes: float,
) -> Page:
    threads = "" if plan.warning.num_threads == 2 else f" --threads {plan.warning.num_threads}"
    peers = ""
    if plan.peers_python is not None:
        peers = f" --peers-python {plan.peers_python} --peer-seeds {plan.peer_seeds}"
    without = " --no-oulad" if plan.oulad is None else ""
    return Page(
        command=f"ptml bench warning --seeds {plan.n_seeds} --designs {','.join(plan.designs)} "
        f"--employees {plan.n_employees}{threads}{without}{peers}",
        n_seeds=plan.n_seeds,
        n_employees=plan.n_employees,
        designs={name: SETTINGS[name].words for name in plan.designs},
        minutes=minutes,
        n_cores=os.cpu_count() or 1,
        model=model_fingerprint(),
        results=results,
        named=named,
        oulad=() if oulad is None else oulad.figures,
        left_out=_left_out(plan, results, oulad),
    )
