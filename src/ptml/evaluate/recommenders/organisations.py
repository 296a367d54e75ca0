"""Simulated organisations: learnt before a day, judged on the choices of the quarter after it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from ptml.evaluate.recommenders.split import Split, drawn
from ptml.features.history import History, load_history
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.recommend.choices import choices_before, taken_before
from ptml.sources import read_dataset

QUARTER_DAYS = 90


def organisation_splits(data: Path, seed: int, n_judged: int) -> tuple[Split, Mapping[str, Split]]:
    """Read an organisation; tune on the last quarter but one with choices, judge on the last."""
    with read_dataset(str(data)) as dataset:
        history = load_history(dataset)
    known = int(history.enrolments.enrolled.max()) + 1
    ends = int(choices_before(history, known).day.max()) + 1
    test, validation = (ends - n * QUARTER_DAYS for n in (1, 2))
    judged = _split(history, test, seed, n_judged)
    return _split(history, validation, seed, n_judged), {f"organisation_{seed}": judged}


def _split(history: History, day: int, seed: int, n_judged: int) -> Split:
    shape = (history.n_employees, history.n_courses)
    choices = choices_before(history, day)
    later = choices_before(history, day + QUARTER_DAYS)
    later = later.take(later.day >= day)
    held_out = csr_matrix(later.matrix(*shape) != 0, dtype=np.float32)
    excluded = taken_before(history, day)
    excluded.sum_duplicates()
    excluded.data[:] = 1
    catalogue = history.catalogue
    closed = ~catalogue.open_on(day) | catalogue.mandatory
    everybody = Rows.at(np.arange(history.n_employees, dtype=np.int32), day)
    return Split(
        choices,
        np.ones(len(choices), dtype=np.bool_),
        standing(history, everybody).role.astype(np.int32),
        history.n_courses,
        len(history.roles),
        day,
        excluded,
        held_out,
        closed,
        {seed: drawn(held_out, excluded, closed, n_judged, seed)},
    )
