"""Simulate chunk by chunk: memory is set by the chunk, not by the organisation."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ptml.errors import UsageError
from ptml.simulate.catalogue import write_catalogue
from ptml.simulate.config import SimulationConfig
from ptml.simulate.living import live
from ptml.simulate.people import UNIT_SIZE, draw_people
from ptml.simulate.planted_courses import with_planted_courses
from ptml.simulate.records import (
    names_of,
    write_learning,
    write_people,
    write_performance,
    write_surroundings,
)
from ptml.simulate.seats import seats_of, started_in
from ptml.simulate.structure import Structure, build_structure
from ptml.simulate.truth import (
    write_changes,
    write_course_truth,
    write_earlier_lift_truth,
    write_lift_truth,
    write_people_truth,
    write_transfer_causes,
    write_transfer_truth,
)
from ptml.simulate.wishes import write_wishes
from ptml.simulate.writing import TableWriter, fresh_folder

TRUTH = "truth"


def simulate(
    config: SimulationConfig, out: Path, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write the contract's tables to a folder and the truth to its subfolder ``truth``.

    Parameters
    ----------
    progress : callable, optional
        Told the number of chunks done and to do.

    Raises
    ------
    UsageError
        When `out` is not empty or cannot be written.
    """
    if config.chunk_employees % UNIT_SIZE:
        raise UsageError(f"chunk_employees must be a multiple of {UNIT_SIZE}, the size of a unit")
    structure = with_planted_courses(build_structure(config))
    chunks = range(0, config.n_employees, config.chunk_employees)
    with fresh_folder(out) as folder:
        (folder / TRUTH).mkdir()
        tables = TableWriter(folder, config.file_format)
        truth = TableWriter(folder / TRUTH, config.file_format)
        started = np.zeros((config.n_courses, config.n_quarters), dtype=np.int64)
        for done, first in enumerate(chunks):
            n = min(config.chunk_employees, config.n_employees - first)
            started += _simulate_chunk(structure, first, n, tables, truth)
            if progress is not None:
                progress(done + 1, len(chunks))
        # How many seats there are goes by how many were ever taken.
        write_catalogue(structure, seats_of(structure, started), tables)
        tables.close()
        truth.close()
        write_changes(structure, folder / TRUTH)
        # What is planted has a file of its own.
        settings = config.model_dump(mode="json", exclude={"changes"})
        about = {"settings": settings, "lift_sampled": _truth_share(config)}
        text = json.dumps(about, indent=1, sort_keys=True) + "\n"
        (folder / TRUTH / "about.json").write_text(text, encoding="utf-8")


def _truth_share(config: SimulationConfig) -> float:
    return min(config.truth_max_employees / config.n_employees, 1.0)


def _simulate_chunk(
    structure: Structure, first: int, n: int, tables: TableWriter, truth: TableWriter
) -> NDArray[np.int64]:
    """Write a chunk; give how many started each course in each quarter."""
    rng = np.random.default_rng([structure.config.seed, 1, first])
    people = draw_people(structure, first, n, rng)
    names = names_of(structure, people)
    life = live(structure, people, rng)
    write_people(structure, people, names, tables)
    write_performance(structure, people, life, names, tables, rng)
    for taken in life.taken:
        ids, signs = write_learning(structure, people, taken, names, tables, rng)
        write_transfer_truth(taken, ids, signs, truth)
        write_transfer_causes(taken, ids, truth)
    write_surroundings(structure, people, life, names, tables, rng)
    write_wishes(structure, people, life, names, tables, truth)
    share = _truth_share(structure.config)
    write_lift_truth(structure, people, life, names, truth, share, rng)
    write_earlier_lift_truth(structure, people, life, names, truth)
    write_people_truth(structure, people, names, truth)
    if first == 0:
        write_course_truth(structure, names, truth)
    return started_in(structure, life.taken)
