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


@pytest.fixture(autouse=True)
def _young_java(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Java compiles best takes longest: in a minute's life it does not pay."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


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


def test_broken_rows_are_set_aside_as_the_local_engine_sets_them_aside(broken: Path) -> None:
    settings = on_spark(
        Settings.model_validate({"scoring": {"bucket_employees": 70}}),
        part_rows=2_000,
        lookup_rows=900,
    )
    with read_dataset(broken) as local, OnSpark().read(str(broken), settings) as far:
        assert far.rejected.to_pylist() == local.rejected.to_pylist()
        assert far.fingerprint == local.fingerprint


def test_with_a_killed_worker_and_an_erased_person_the_bytes_are_those_of_the_local_run(
    organisation: Path, models: Path, tmp_path: Path
) -> None:
    person = pd.read_parquet(organisation / "assignments.parquet")["manager_id"].dropna().iloc[0]
    # Few seats, so that the same people may plan on them.
    data = crowded(organisation, tmp_path / "data")
    erased(tmp_path / "erasures", person)
    spark, local = tmp_path / "out", tmp_path / "here"
    killed: list[int] = []

    def is_scoring() -> bool:
        # A bucket's folder with a dot is one that a worker is writing.
        return any(spark.glob("runs/.unfinished/buckets/.0*"))

    with killer(is_scoring, killed):
        settings = on_spark(SETTINGS)
        run_scoring(str(data), models, str(spark), None, settings, [], at_noon, Silent())
    assert killed
    run_scoring(str(data), models, str(local), None, SETTINGS, [], at_noon, Silent())
    for name in OUTPUT_TABLES:
        ours, theirs = (place / f"{name}.parquet" for place in (spark, local))
        assert ours.read_bytes() == theirs.read_bytes(), name
    about = [(place / "current" / "manifest.json").read_bytes() for place in (spark, local)]
    assert about[0] == about[1]
    assert not list(spark.glob("runs/.unfinished"))
    assert pq.read_table(spark / "path_seats.parquet")["short"].to_numpy().max() > 0
    [told] = read_run(str(spark)).tables["runs"]["rows"]
    assert "1 erased person is still in the source" in told
    needle = Needle(frozenset({person}))
    assert look_at([place / "current" for place in (spark, local)], needle).traces == ()
