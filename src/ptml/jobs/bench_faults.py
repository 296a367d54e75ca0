"""Harm runs of scoring in every way that we know of, and count what it did; writes a page."""

import os
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

import ptml
from ptml.errors import ACTION_NEEDED
from ptml.jobs.faults import connections, damage, memory, rivals, room
from ptml.jobs.faults.calls import Calls
from ptml.jobs.faults.database import has_server, local_database
from ptml.jobs.faults.forms import DATASET, DELTA, DUCKDB, FOLDER, Form, name_of
from ptml.jobs.faults.kills import kill_at_points, killed_and_resumed, random_moments
from ptml.jobs.faults.lab import Lab, Scene, make_lab
from ptml.jobs.faults.page import Page, write_page
from ptml.jobs.faults.points import named_points, points_of_showing
from ptml.jobs.faults.store import has_store, local_store
from ptml.jobs.faults.tally import Tally
from ptml.jobs.progress import Progress
from ptml.jobs.source_hash import source_hash

_IN_A_ROW, _AWAY_SECONDS = 5, 4.0
# At other places all but the last part of a run is the same.
_LATE = 0.6
# What is finished before leaves less to do.
_EARLY = 0.6
_FORMS = (FOLDER, DUCKDB)
_ALL_FORMS = (*_FORMS, DATASET, DELTA)


@dataclass(frozen=True)
class Plan:
    """How many trials.

    Attributes
    ----------
    share : float
        Of a full run; every fault has two trials at least.
    only : tuple of str
        Words that a fault's name holds; empty = all faults.
    seed : int
    keep : Path or None
        Folder with what was tried before, to go on from.
    """

    share: float = 1.0
    only: tuple[str, ...] = ()
    seed: int = 0
    keep: Path | None = None

    def has(self, name: str) -> bool:
        """Whether a fault of that name is asked for."""
        return not self.only or any(word in name for word in self.only)

    def n(self, full: int) -> int:
        """Trials of a fault that has so many in a full run."""
        return max(2, round(self.share * full))


@dataclass(frozen=True)
class Fault:
    """A fault at a form of place, and how it is tried."""

    name: str
    form: Form
    tried: Callable[[Tally, np.random.Generator], object]


def bench_faults(plan: Plan, page: Path | None, command: str, progress: Progress) -> dict[str, Any]:
    """Try every fault, and write the page.

    Returns
    -------
    dict
        ``figures``, ``sentences``, and ``exit_code`` 3 where anything was not as it should be.
    """
    tallies = []
    with (
        tempfile.TemporaryDirectory(prefix="ptml-bench-") as root,
        Calls() as calls,
        Calls() as rival,
    ):
        progress.stage("Simulating and training")
        lab = make_lab(Path(root) / "lab", calls, progress)
        served = chain(_of_store(lab, plan), _of_database(lab, plan))
        for fault in chain(faults(lab, rival, plan), served):
            progress.stage(f"{fault.name}, {fault.form.name}")
            tallies.append(_tried(fault, plan))
    told = Page(
        command=command,
        minutes=sum(tally.seconds for tally in tallies) / 60,
        cores=os.cpu_count() or 1,
        codes=sorted({tally.code for tally in tallies}),
        bucket_employees=lab.bucket_employees,
        tallies=tallies,
    )
    if page is not None:
        write_page(page, told)
    is_well = not any(tally.bad or tally.notes for tally in tallies)
    return {
        "figures": [vars(tally) for tally in tallies],
        "sentences": told.lines(),
        "exit_code": 0 if is_well else ACTION_NEEDED,
    }


def _tried(fault: Fault, plan: Plan) -> Tally:
    name = f"{fault.name}-{fault.form.name}-{plan.share:g}-{plan.seed}.json".replace(" ", "-")
    kept = None if plan.keep is None else plan.keep / name
    if kept is not None and kept.exists():
        return Tally.loaded(kept.read_text(encoding="utf-8"))
    began = time.monotonic()
    tally = Tally(fault.name, fault.form.name, source_hash(ptml))
    # Of its own: which trials a fault has does not depend on what was tried before it.
    own = zlib.crc32(f"{fault.name} {fault.form.name}".encode())
    fault.tried(tally, np.random.default_rng([plan.seed, own]))
    tally.seconds = time.monotonic() - began
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(tally.saved(), encoding="utf-8")
    return tally


def faults(lab: Lab, rival: Calls, plan: Plan) -> Sequence[Fault]:
    """All faults of a plan, in the order of the page."""
    every = [fault for form in _ALL_FORMS for fault in _kills(lab, form, plan)]
    every += [fault for form in _FORMS for fault in _damages(lab, form, plan)]
    every += _of_disks(lab, plan) if room.can_mount(lab.root / "disk") else []
    every += _of_memory(lab, plan)
    every += [fault for form in _FORMS for fault in _of_rivals(lab, form, rival, plan)]
    return [fault for fault in every if plan.has(fault.name)]


def _kills(lab: Lab, form: Form, plan: Plan) -> list[Fault]:
    n_buckets = 6

    def at_points(tally: Tally, _: np.random.Generator) -> None:
        # What comes before a run is shown is the same at all places.
        points = named_points(n_buckets) if form is FOLDER else {}
        kill_at_points(lab, form, points | points_of_showing(form), tally)

    def at_random(tally: Tally, rng: np.random.Generator) -> None:
        whole = lab.beginning(form).undisturbed
        n, first = (25, 0.02) if form in _FORMS else (10, _LATE)
        for harm in random_moments(whole, plan.n(n), rng, first):
            killed_and_resumed(lab, form, [harm], tally)

    def in_a_row(tally: Tally, rng: np.random.Generator) -> None:
        whole = lab.beginning(form).undisturbed
        for _ in range(plan.n(4)):
            harms = list(random_moments(whole, _IN_A_ROW, rng, last=_EARLY))
            killed_and_resumed(lab, form, harms, tally)

    def side_by_side(tally: Tally, rng: np.random.Generator) -> None:
        both = lab.side_by_side(2)
        for harm in random_moments(both.beginning(form).undisturbed, plan.n(8), rng):
            killed_and_resumed(both, form, [harm], tally)

    return [
        Fault("killed at a named point", form, at_points),
        Fault("killed at a random moment", form, at_random),
        *([Fault(f"killed {_IN_A_ROW} times in a row", form, in_a_row)] if form in _FORMS else []),
        *(
            [Fault("killed with processes side by side", form, side_by_side)]
            if form is FOLDER
            else []
        ),
    ]


def _of_store(lab: Lab, plan: Plan) -> Iterator[Fault]:
    """Faults at an object store, which serves while they are tried."""
    if not has_store():
        return
    with local_store() as (form, wire):

        def cut(_: Scene) -> None:
            wire.cut()

        def lose(_: Scene) -> None:
            wire.is_cut = True
            wire.cut()
            threading.Timer(_AWAY_SECONDS, wire.mend).start()

        tried = {
            "connections cut while a run is sent": cut,
            "the server away for some seconds": lose,
        }
        yield from (fault for fault in _kills(lab, form, plan) if plan.has(fault.name))
        for name, harm in tried.items():
            if plan.has(name):
                yield Fault(name, form, partial(connections.lost, lab, form, harm, plan.n(10)))


def _of_database(lab: Lab, plan: Plan) -> Iterator[Fault]:
    """Faults at a PostgreSQL server, which serves while they are tried."""
    if not has_server():
        return
    with local_database(lab.calls) as form:
        cluster = form.cluster

        def drop(scene: Scene) -> None:
            cluster.drop_connections(name_of(scene.folder))

        def restart(_: Scene) -> None:
            cluster.restart()

        tried = {
            "connections ended while a run is sent": drop,
            "the server killed and started again": restart,
        }
        yield from (fault for fault in _kills(lab, form, plan) if plan.has(fault.name))
        for name, harm in tried.items():
            if plan.has(name):
                yield Fault(name, form, partial(connections.lost, lab, form, harm, plan.n(10)))


def _damages(lab: Lab, form: Form, plan: Plan) -> list[Fault]:
    published = Fault(
        "a bit of what is published flipped",
        form,
        partial(damage.damage_published, lab, form, plan.n(200)),
    )
    if not form.is_files:
        return [published]
    tried = {
        "a file of a finished bucket flipped, cut, removed": (damage.damage_pieces, 24),
        "a bit of the source flipped": (damage.damage_inputs, 40),
        "a bit of the models flipped": (damage.damage_models, 30),
    }
    return [
        *(
            Fault(name, form, partial(what, lab, form, plan.n(full)))
            for name, (what, full) in tried.items()
        ),
        published,
    ]


def _of_disks(lab: Lab, plan: Plan) -> list[Fault]:
    n = plan.n(12)
    return [
        *(Fault("disk full", f, partial(room.full_place, lab, f, n)) for f in _FORMS),
        Fault("temporary disk full", FOLDER, partial(room.full_temporary, lab, FOLDER, n)),
        *(Fault("place read-only", f, partial(room.read_only_place, lab, f)) for f in _FORMS),
    ]


def _of_memory(lab: Lab, plan: Plan) -> list[Fault]:
    tried = {
        "memory refused": memory.refused_memory,
        "memory refused to processes side by side": memory.workers_refused_memory,
        "one of the processes side by side killed": memory.workers_killed,
    }
    return [
        Fault(name, FOLDER, partial(what, lab, FOLDER, plan.n(10))) for name, what in tried.items()
    ]


def _of_rivals(lab: Lab, form: Form, rival: Calls, plan: Plan) -> list[Fault]:
    n, often = plan.n(6), plan.n(20)
    return [
        Fault(
            "a second call while the first writes",
            form,
            partial(rivals.second_while_first_writes, lab, form, rival, n),
        ),
        Fault(
            "two calls at the same moment",
            form,
            partial(rivals.both_at_once, lab, form, rival, often if form.is_files else n),
        ),
    ]
