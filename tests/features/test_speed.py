"""How long features take on a data set of one's own: set PTML_BENCH to its address."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest

from ptml.features.capability import capability
from ptml.features.eligibility import eligibility
from ptml.features.history import load_history
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages
from ptml.sources.read import read_dataset

ADDRESS = os.environ.get("PTML_BENCH", "")
N_PAIRS = 1_000_000

Result = TypeVar("Result")


@pytest.mark.skipif(not ADDRESS, reason="a benchmark: set PTML_BENCH to a data set's address")
def test_speed_on_a_data_set() -> None:
    with read_dataset(ADDRESS) as dataset:
        history = timed("load_history", lambda: load_history(dataset))
        shared = timed("shared_averages", lambda: shared_averages(dataset))
    rows = Rows.at(range(history.n_employees), int(history.organisation.period_end.max()) + 2)
    portrait = timed("capability", lambda: capability(history, shared, rows))
    for call in ("first", "again"):
        timed(f"person_features, {call}", lambda: person_features(history, shared, rows, portrait))
    reasons = timed("eligibility", lambda: eligibility(history, rows, portrait))
    row, course = (index[:N_PAIRS] for index in np.nonzero(reasons == 0))
    for call in ("first", "again"):
        timed(
            f"pair_features of {len(row)}, {call}",
            lambda: pair_features(history, shared, rows, portrait, row, course),
        )


def timed(name: str, work: Callable[[], Result]) -> Result:
    """Do the work and say how long it took."""
    start = time.perf_counter()
    result = work()
    print(f"{name:32s}{time.perf_counter() - start:8.2f} s")  # noqa: T201
    return result
