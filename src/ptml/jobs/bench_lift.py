"""The lift model beside simpler rules, meta-learners and peers; writes docs/benchmarks-lift.md."""

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

import ptml.features
import ptml.lift
import ptml.lift.learners
import ptml.simulate
from ptml.errors import UsageError
from ptml.evaluate import lift_bench
from ptml.evaluate.lift_bench.organisation import (
    Organisation,
    load_organisation,
    measure_organisation,
)
from ptml.evaluate.lift_bench.page import TITLE, Page, write_page
from ptml.evaluate.lift_bench.peers import PEER_NAMES
from ptml.evaluate.lift_bench.results import Result
from ptml.jobs.bench_lift_designs import (
    DESIGNS,
    FIRST_ORGANISATION,
    GENERATOR,
    Design,
    check_generator,
    make_organisation,
    parse_design,
)
from ptml.jobs.bench_lift_peers import peer_figures
from ptml.jobs.bench_lift_public import (
    META_NAMES,
    PublicPlan,
    PublicResults,
    kept,
    measure_public,
)
from ptml.jobs.progress import Progress
from ptml.jobs.source_hash import source_hash
from ptml.jobs.work_folder import check_page, work_folder
from ptml.lift.config import LiftConfig


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    n_seeds : int
        Organisations of each design; 0 = none.
    designs : tuple of str
        Words of `ptml.jobs.bench_lift_designs.parse_design`.
    n_employees : int
    n_courses : int or None
        None = the designs' own number.
    lift : LiftConfig
    public : PublicPlan or None
        None = left out.
    peers_python : Path or None
        Python of the environment of the peers; None = they are left out.
    peer_seeds : int
        First organisations of each design that peers are run on: they take minutes each.
    peer_designs : tuple of str
        Those of ``designs`` that peers are run on; empty = all.
    """

    n_seeds: int = 20
    designs: tuple[str, ...] = DESIGNS
    n_employees: int = 5_000
    n_courses: int | None = None
    lift: LiftConfig = field(default_factory=LiftConfig)
    public: PublicPlan | None = None
    peers_python: Path | None = None
    peer_seeds: int = 1
    peer_designs: tuple[str, ...] = ()


def bench_lift(
    plan: Plan, page: Path, progress: Progress, keep: Path | None = None
) -> dict[str, Any]:
    """Measure, and write the page.

    Parameters
    ----------
    keep : Path, optional
        Folder for what was measured; what is there already of organisations of the same size and
        of the same lift model is not done again, so that a stopped run goes on. Seeds and designs
        may be added.
    """
    designs = [parse_design(word) for word in plan.designs]
    check_generator(designs if plan.n_seeds else [])
    check_page(page, TITLE)
    begun = time.perf_counter()
    with work_folder(keep) as work:
        if keep is not None:
            _hold_to_plan(plan, keep)
        results = _all_organisations(
            plan, designs, work / "organisations", model_fingerprint(), progress
        )
        public = None
        if plan.public is not None:
            public = measure_public(plan.public, work / "public", learners_fingerprint(), progress)
    minutes = (time.perf_counter() - begun) / 60
    lines = write_page(_page(plan, designs, results, public, minutes))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {
        "figures": [asdict(result) for result in results],
        "public": None if public is None else asdict(public),
        "sentences": [*lines, "", f"Written to {page}."],
    }


def model_fingerprint() -> str:
    """Hash of the lift model's source, with the features that it sees and who judges it."""
    return source_hash(ptml.lift, ptml.features, lift_bench)


def organisations_fingerprint() -> str:
    """Hash of what makes and judges organisations: peers depend on nothing else of ptml."""
    generator = GENERATOR.read_bytes() if GENERATOR.is_file() else b""
    made = source_hash(ptml.simulate, ptml.features, lift_bench)
    return made + hashlib.sha256(generator).hexdigest()[:16]


def learners_fingerprint() -> str:
    """The same of the learners of one treatment, which the public sets are answered by."""
    return source_hash(ptml.lift.learners)


def _hold_to_plan(plan: Plan, keep: Path) -> None:
    """See that a kept folder is of the same plan, and write down which."""
    about = keep / "plan.json"
    public = plan.public
    sizes = {
        "employees": plan.n_employees,
        "courses": plan.n_courses,
        "lift": plan.lift.model_dump(mode="json", exclude={"num_threads"}),
        "public": None if public is None else [str(public.data), public.n_splits],
    }
    if about.is_file():
        before = json.loads(about.read_text(encoding="utf-8"))
        # A run without public sets goes on in a folder that has them, and the other way round.
        sizes["public"] = sizes["public"] or before["public"]
        before["public"] = before["public"] or sizes["public"]
        if before != sizes:
            raise UsageError(f"{keep} holds results of other sizes; give --keep another folder")
    about.write_text(json.dumps(sizes), encoding="utf-8")


def _all_organisations(
    plan: Plan, designs: list[Design], work: Path, model: str, progress: Progress
) -> list[Result]:
    results = []
    # Seeds outside, so that a run that is stopped early has something of every design.
    for seed in range(FIRST_ORGANISATION, FIRST_ORGANISATION + plan.n_seeds):
        for design in designs:
            asked = _Asked(plan, design, seed, progress)
            place = work / f"{design.name}-{seed}"
            found = kept(place.with_suffix(".json"), model, asked.measure)
            peered = not plan.peer_designs or design.name in plan.peer_designs
            first = seed < FIRST_ORGANISATION + plan.peer_seeds
            if plan.peers_python is not None and first and peered:
                # Peers know nothing of the model: what they did once stands.
                found |= kept(
                    Path(f"{place}-peers.json"), organisations_fingerprint(), asked.measure_peers
                )
            results += [
                Result(design.name, design.group, seed, method, figures)
                for method, figures in found.items()
            ]
    return results


@dataclass(frozen=True)
class _Asked:
    """One organisation, made anew where anything has to be measured on it."""

    plan: Plan
    design: Design
    seed: int
    progress: Progress

    def told(self, words: str) -> None:
        self.progress.stage(f"{self.design.name}, seed {self.seed}: {words}")

    @contextmanager
    def organisation(self) -> Iterator[tuple[Organisation, Path]]:
        self.told("making it")
        plan = self.plan
        with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
            data = Path(scratch) / "data"
            make_organisation(self.design, self.seed, plan.n_employees, plan.n_courses, data)
            yield load_organisation(data), Path(scratch) / "peers"

    def measure(self) -> dict[str, Any]:
        with self.organisation() as (organisation, _):
            return dict(
                measure_organisation(organisation, self.plan.lift, 0, time.perf_counter, self.told)
            )

    def measure_peers(self) -> dict[str, Any]:
        python = self.plan.peers_python
        assert python is not None
        with self.organisation() as (organisation, work):
            return dict(peer_figures(organisation, python, work, self.told))


def _public_words(public: PublicPlan | None) -> str:
    if public is None:
        return " --no-public"
    few = "" if public.n_tasks is None else f" --public-tasks {public.n_tasks}"
    return f" --splits {public.n_splits}{few}"


def _left_out(results: list[Result], public: PublicResults | None) -> list[str]:
    """A line for each thing that was not measured, or broke."""
    lines = ["the public sets (--no-public)"] if public is None else list(public.left_out)
    by_peer = {(r.design, r.seed): set[str]() for r in results if r.method in PEER_NAMES}
    for one in results:
        if one.method in PEER_NAMES:
            by_peer[one.design, one.seed].add(one.method)
    for (design, seed), there in by_peer.items():
        gone = [name for method, name in PEER_NAMES.items() if method not in there]
        lines += [f"{name} on {design}, seed {seed}: it broke" for name in gone]
    return lines


def _page(
    plan: Plan,
    designs: list[Design],
    results: list[Result],
    public: PublicResults | None,
    minutes: float,
) -> Page:
    named = ",".join(plan.designs)
    size = "" if plan.n_courses is None else f" --courses {plan.n_courses}"
    without = _public_words(plan.public)
    peers = ""
    if plan.peers_python is not None:
        peers = f" --peers-python {plan.peers_python} --peer-seeds {plan.peer_seeds}"
        if plan.peer_designs:
            peers += f" --peer-designs {','.join(plan.peer_designs)}"
    threads = "" if plan.lift.num_threads == 2 else f" --threads {plan.lift.num_threads}"
    return Page(
        command=f"ptml bench lift --seeds {plan.n_seeds} --designs {named} "
        f"--employees {plan.n_employees}{size}{threads}{without}{peers}",
        n_seeds=plan.n_seeds,
        n_employees=plan.n_employees,
        n_courses=plan.n_courses,
        designs=tuple(design.name for design in designs),
        minutes=minutes,
        n_cores=os.cpu_count() or 1,
        model=model_fingerprint(),
        results=results,
        public_rows=[] if public is None else public.rows,
        public_names={"ptml": "ptml", **META_NAMES, **PEER_NAMES},
        gate=[] if public is None else public.gate,
        left_out=_left_out(results, public),
    )
