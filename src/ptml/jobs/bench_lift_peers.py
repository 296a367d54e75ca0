"""EconML, CausalML and DoubleML on the pooled panel of an organisation."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ptml.evaluate.lift_bench.judging import judge
from ptml.evaluate.lift_bench.organisation import Figures, Organisation, judged_pairs
from ptml.evaluate.lift_bench.peers import PEER_NAMES
from ptml.jobs.bench_lift_public import run_peer, write_arrays


def peer_figures(
    organisation: Organisation, python: Path, work: Path, told: Callable[[str], None]
) -> dict[str, Figures]:
    """Figures of every peer that did not break, ``seconds`` as those of `measure_organisation`.

    A peer takes one treatment: starting a course, which one is a covariate. It sees what the
    meta-learners see.

    Parameters
    ----------
    work : Path
        Scratch folder.
    """
    panel = organisation.panel
    write_arrays(
        work / "tasks" / "0.npz",
        panel.x,
        panel.a,
        panel.y,
        organisation.x_pairs,
        panel.categorical,
    )
    pairs = judged_pairs(organisation)
    figures: dict[str, Figures] = {}
    for method, words in PEER_NAMES.items():
        told(words)
        begun = time.perf_counter()
        problem = run_peer(python, method, work / "tasks", work / method)
        seconds = time.perf_counter() - begun
        if problem is not None:
            told(f"{words} {problem}")
            continue
        lift = np.load(work / method / "0.npy", allow_pickle=False)
        figures[method] = {**judge(pairs.assign(score=lift, lift=lift)), "seconds": seconds}
    return figures
