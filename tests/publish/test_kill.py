"""kill -9 at any moment: the last whole run stays readable, no half one shows, the next one works.

Two kinds of moment: before each call that changes names or flushes a file, one after another until
the publisher gets through; and after random times, which also hit the middle of a write or of the
database's transaction.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import UsageError
from ptml.publish import read_run
from ptml.publish.form import Form, address_of

from .killed_publisher import N_PEOPLE
from .runs import ALL_FORMS, is_a, mark_of, on_disk, placed, publish, record
from .talker import talking

N_RANDOM_KILLS = 12
MAX_STEPS = 1500
# Of the steps of a form every so many; all of them are gone through by hand when its code changes.
STRIDE = {Form.folder: 11, Form.duckdb: 13, Form.dataset: 41, Form.delta: 83}

Publisher = Callable[..., str]


@pytest.fixture(params=ALL_FORMS)
def out(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place where nothing was published yet: all forms on this machine."""
    return placed(request.param, tmp_path)


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    """Publish in another process: `publisher(out, mark, step=3)` dies before the third step."""
    with talking("tests.publish.killed_publisher") as ask:
        yield lambda out, mark, **when: ask(out=out, mark=mark, **when)


def shown(out: str) -> int | None:
    """The mark of the run that a reader finds, by our reading and by links; None before any."""
    try:
        run = read_run(out)
    except UsageError:
        assert is_a(Form.duckdb, out) or not [
            p for p in on_disk(out).glob("*.parquet") if p.exists()
        ]
        return None
    if not is_a(Form.folder, out):
        return mark_of(run, N_PEOPLE, ("lift", "segments", "runs"))
    mark = mark_of(run, N_PEOPLE)
    for name in OUTPUT_TABLES:
        run_ids = pq.read_table(Path(out) / f"{name}.parquet", columns=["run_id"])["run_id"]
        assert len(run_ids) == run.about["rows"][name]
        assert set(run_ids.unique().to_pylist()) <= {record(mark).run_id}
    return mark


def test_killed_before_each_step_of_a_second_run(publisher: Publisher, out: str) -> None:
    publish(out, 1, N_PEOPLE)
    seen = set()
    for step in range(1, MAX_STEPS, STRIDE[address_of(out).form]):
        if publisher(out, 2, step=step) == "done":
            break
        found = shown(out)
        seen.add(found)
        if found == 2:
            # It died after the moment of truth; back to the start for the next one.
            assert publisher(out, 1) == "done"
    else:
        pytest.fail("the publisher never got through")
    assert step > 10
    assert seen <= {1, 2}
    assert 1 in seen
    assert shown(out) == 2


def test_killed_on_the_way_to_a_first_run(publisher: Publisher, out: str, tmp_path: Path) -> None:
    seen = set()
    for step in range(1, MAX_STEPS, 3 * STRIDE[address_of(out).form]):
        fresh = placed(out.replace(str(tmp_path), f"{step}"), tmp_path)
        if publisher(fresh, 1, step=step) == "done":
            break
        seen.add(shown(fresh))
        if step % 4 == 1:
            assert publisher(fresh, 2) == "done"
            assert shown(fresh) == 2
    assert None in seen
    assert seen <= {None, 1}


def test_killed_at_random_times(publisher: Publisher, out: str) -> None:
    publish(out, 1, N_PEOPLE)
    began = time.perf_counter()
    assert publisher(out, 2) == "done"
    whole_seconds = time.perf_counter() - began
    last: int | None = 2
    n_kills = max(N_RANDOM_KILLS // STRIDE[address_of(out).form], 2)
    for i, share in enumerate(np.random.default_rng(7).uniform(0.02, 1.1, n_kills)):
        mark = 3 + i
        answer = publisher(out, mark, seconds=share * whole_seconds)
        found = shown(out)
        assert found in ((last, mark) if answer == "died" else (mark,))
        last = found
    assert publisher(out, 99) == "done"
    assert shown(out) == 99
