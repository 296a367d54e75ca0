"""The metrics file: strict OpenMetrics, whole at any moment, the last success kept."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from ptml.errors import UsageError
from ptml.jobs.metrics import LAST_SUCCESS, Measured, families, places_of, size_of
from ptml.jobs.metrics_file import MetricsFile, with_places
from ptml.jobs.watch import Told

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)
TOLD = Told(
    [("Reading and checking", 1.5), ("Scoring people", 7.0), ("Reading and checking", 0.5)],
    {
        "as_of": "2026-10-02",
        "models_as_of": "2026-07-02",
        "people": 600,
        "refusals": ["lift"],
        "data": {"rows": {"employees": 601}, "set_aside": {"employees": 1}},
        "outcome": {"run_id": "20261002-0", "rows": {"recommendations": 6000}},
    },
)
DONE = Measured("score", 0, TOLD, NOON, 9.0, 512 << 20, sizes={"out": 7}, free={"out": 8})

Values = dict[tuple[str, ...], float]


def _read(path: Path) -> Values:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("# EOF\n")
    return {
        (sample.name, *(value for name, value in sorted(sample.labels.items()) if name != "job")): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _written(path: Path, measured: Measured) -> Values:
    MetricsFile.named(str(path), measured.job).write(measured)
    return _read(path)


def test_a_job_is_measured(tmp_path: Path) -> None:
    found = _written(tmp_path / "score.prom", DONE)
    expected = {
        (LAST_SUCCESS,): NOON.timestamp(),
        ("ptml_job_exit_code",): 0,
        ("ptml_job_action_needed",): 0,
        ("ptml_job_peak_memory_bytes",): 512 << 20,
        ("ptml_stage_duration_seconds", "Reading and checking"): 2.0,
        ("ptml_stage_duration_seconds", "Scoring people"): 7.0,
        ("ptml_rows_read", "employees"): 601,
        ("ptml_rows_set_aside", "employees"): 1,
        ("ptml_rows_written", "recommendations"): 6000,
        ("ptml_people_scored",): 600,
        ("ptml_refusals",): 1,
        ("ptml_stored_bytes", "out"): 7,
        ("ptml_disk_free_bytes", "out"): 8,
        ("ptml_data_as_of_timestamp_seconds",): datetime(2026, 10, 2, tzinfo=UTC).timestamp(),
        ("ptml_models_as_of_timestamp_seconds",): datetime(2026, 7, 2, tzinfo=UTC).timestamp(),
    }
    assert {name: found.get(name) for name in expected} == expected


def test_a_failed_run_keeps_when_the_job_last_ended_well(tmp_path: Path) -> None:
    path, later = tmp_path / "score.prom", datetime(2026, 10, 9, tzinfo=UTC)
    _written(path, DONE)
    failed = replace(DONE, exit_code=65, finished=later, told=Told())
    found = _written(path, failed)
    assert found[LAST_SUCCESS,] == NOON.timestamp()
    assert found["ptml_job_last_run_timestamp_seconds",] == later.timestamp()
    assert found["ptml_job_exit_code",] == 65
    # And the run after it too.
    assert _written(path, failed)[LAST_SUCCESS,] == NOON.timestamp()


def test_what_another_job_did_is_no_success_of_this_one(tmp_path: Path) -> None:
    path = tmp_path / "one.prom"
    _written(path, replace(DONE, job="train"))
    assert (LAST_SUCCESS,) not in _written(path, replace(DONE, exit_code=70))


def test_a_call_for_action_is_a_success_that_says_so(tmp_path: Path) -> None:
    found = _written(tmp_path / "m.prom", replace(DONE, job="monitor", exit_code=3))
    assert found[LAST_SUCCESS,] == NOON.timestamp()
    assert found["ptml_job_action_needed",] == 1


def test_promotions_that_were_refused_are_counted(tmp_path: Path) -> None:
    told = Told([], {"outcome": {"refused": ["worse", "unfair"]}})
    found = _written(tmp_path / "p.prom", replace(DONE, job="promote", exit_code=3, told=told))
    assert found["ptml_refusals",] == 2


def test_a_damaged_file_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "score.prom"
    path.write_text("ptml_job_last_success_timestamp_seconds{job=")
    assert (LAST_SUCCESS,) not in _written(path, replace(DONE, exit_code=75))


def test_what_cannot_be_written_leaves_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "score.prom"
    before = _written(path, DONE)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        MetricsFile.named(str(path), "score").write(replace(DONE, exit_code=70))
    assert _read(path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["score.prom"]


def test_the_collector_of_another_user_can_read_it(tmp_path: Path) -> None:
    _written(tmp_path / "score.prom", DONE)
    assert (tmp_path / "score.prom").stat().st_mode & 0o777 == 0o644


def test_a_name_that_nobody_would_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must end in \.prom"):
        MetricsFile.named(str(tmp_path / "score.txt"), "score")
    with pytest.raises(UsageError, match="no folder that this user may write"):
        MetricsFile.named(str(tmp_path / "nowhere" / "score.prom"), "score")
    named = MetricsFile.named(str(tmp_path / "ptml_{job}.prom"), "evaluate window")
    assert named.path.name == "ptml_evaluate_window.prom"


def test_places_are_those_on_disks_here(tmp_path: Path) -> None:
    asked = {"out": str(tmp_path), "models": "postgresql://ann@db/x", "registry": None}
    told = Told([], {"asked": asked})
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("a")
    assert places_of(told.facts) == {"out": tmp_path}
    assert size_of(tmp_path) == 5
    assert size_of(tmp_path / "nothing") is None
    found = with_places(replace(DONE, told=told), print)
    assert found.sizes == {"out": 5}
    assert set(found.free) == {"out", "temporary"}


def test_every_metric_is_documented_and_no_other() -> None:
    text = (DOCS / "reference" / "logs-and-metrics.md").read_text(encoding="utf-8")
    named = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `ptml_")]
    assert sorted(named) == sorted(family.name for family in families(DONE))


def test_files_of_two_jobs_have_no_sample_in_common(tmp_path: Path) -> None:
    """Node exporter refuses a sample that it has read in another file."""
    seen: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    for job in ("score", "report"):
        path = tmp_path / f"{job}.prom"
        MetricsFile.named(str(path), job).write(replace(DONE, job=job))
        for family in text_string_to_metric_families(path.read_text()):
            seen += [(s.name, tuple(sorted(s.labels.items()))) for s in family.samples]
    assert len(seen) == len(set(seen))


def test_promtool_finds_nothing_to_mend(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: apt-get install prometheus")
    _written(tmp_path / "score.prom", DONE)
    with (tmp_path / "score.prom").open() as file:
        found = subprocess.run(
            [promtool, "check", "metrics"], stdin=file, capture_output=True, text=True, check=False
        )
    assert (found.returncode, found.stdout + found.stderr) == (0, "")
