"""A real Spark of two cores gives the bytes of the local engine, whatever dies on the way."""

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.spark.engine import OnSpark
from ptml.publish import read_run
from ptml.sources import read_dataset
from ptml.traces import Needle, look_at
from tests.conftest import SETTINGS, at_noon
from tests.contracts.test_erasures import erased
from tests.jobs.crowded import crowded

pytest.importorskip("pyspark", reason="pyspark is not installed: uv sync --extra spark")
pytestmark = pytest.mark.skipif(
    shutil.which("java") is None, reason="no Java: apt-get install openjdk-17-jre-headless"
)


def on_spark(settings: Settings, **spark: object) -> Settings:
    told = settings.model_dump()
    told["scoring"]["engine"] = "spark"
    told["spark"] = {"master": "local[2]", "driver_memory": "1g", "part_rows": 20_000, **spark}
    return Settings.model_validate(told)


@contextmanager
def killer(when: Callable[[], bool], killed: list[int]) -> Iterator[None]:
    """Kill one Python worker of Spark as soon as something is the case."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.02):
            workers = python_workers() if when() else []
            if workers:
                os.kill(workers[-1], signal.SIGKILL)
                killed.append(workers[-1])
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def python_workers() -> list[int]:
    """Processes forked by the daemon of this process's Spark."""
    daemons = [pid for pid, (parent, words) in processes().items() if "pyspark.daemon" in words]
    return [pid for pid in daemons if processes().get(pid, (0, ""))[0] in daemons]


def processes() -> dict[int, tuple[int, str]]:
    """Parent and command line of the descendants of this process."""
    found: dict[int, tuple[int, str]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            found[int(place.name)] = (parent, (place / "cmdline").read_text())
        except (OSError, ProcessLookupError):
            continue
    ours = {os.getpid()}
    while more := {pid for pid, (parent, _) in found.items() if parent in ours} - ours:
        ours |= more
    return {pid: about for pid, about in found.items() if pid in ours}


def test_a_run_whose_worker_is_killed_gives_the_bytes_of_the_local_one(
    organisation: Path, models: Path, published: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    killed: list[int] = []

    def is_scoring() -> bool:
        # A bucket's folder with a dot is one that a worker is writing.
        return any(out.glob("runs/.unfinished/buckets/.0*"))

    with killer(is_scoring, killed):
        settings = on_spark(SETTINGS)
        run_scoring(str(organisation), models, str(out), None, settings, [], at_noon, Silent())
    assert killed
    for name in OUTPUT_TABLES:
        ours, theirs = (place / f"{name}.parquet" for place in (out, published))
        assert ours.read_bytes() == theirs.read_bytes(), name
    about = [(place / "current" / "manifest.json").read_bytes() for place in (out, published)]
    assert about[0] == about[1]
    assert not list(out.glob("runs/.unfinished"))


def test_broken_rows_are_set_aside_as_the_local_engine_sets_them_aside(broken: Path) -> None:
    settings = on_spark(
        Settings.model_validate({"scoring": {"bucket_employees": 30}}),
        part_rows=700,
        lookup_rows=400,
    )
    with read_dataset(broken) as local, OnSpark().read(str(broken), settings) as far:
        assert far.rejected.to_pylist() == local.rejected.to_pylist()
        assert far.fingerprint == local.fingerprint


def test_erased_people_who_are_still_in_the_source_are_left_out(
    organisation: Path, models: Path, tmp_path: Path
) -> None:
    person = pd.read_parquet(organisation / "assignments.parquet")["manager_id"].dropna().iloc[0]
    # Few seats, so that the same people may plan on them.
    data = crowded(organisation, tmp_path / "data")
    erased(tmp_path / "erasures", person)
    places = {"spark": tmp_path / "out", "local": tmp_path / "here"}
    for name, settings in (("spark", on_spark(SETTINGS)), ("local", SETTINGS)):
        out = str(places[name])
        run_scoring(str(data), models, out, None, settings, [], at_noon, Silent())
    for name in OUTPUT_TABLES:
        ours, theirs = (place / f"{name}.parquet" for place in places.values())
        assert ours.read_bytes() == theirs.read_bytes(), name
    about = [(place / "current" / "manifest.json").read_bytes() for place in places.values()]
    assert about[0] == about[1]
    assert pq.read_table(places["spark"] / "path_seats.parquet")["short"].to_numpy().max() > 0
    [told] = read_run(str(places["spark"])).tables["runs"]["rows"]
    assert "1 erased person is still in the source" in told
    needle = Needle(frozenset({person}))
    assert look_at([place / "current" for place in places.values()], needle).traces == ()
