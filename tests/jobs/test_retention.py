"""What is too old goes when that is meant; what is in use, held or young stays."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ptml.contracts.manifest import write_manifest
from ptml.errors import UsageError
from ptml.jobs.erasing_places import Places
from ptml.jobs.ledger import Ledger
from ptml.jobs.retention import run_pruning
from ptml.jobs.retention_config import RetentionConfig
from ptml.jobs.settings import load_settings
from ptml.publish import read_run
from ptml.publish.erasing import People, erasable
from ptml.registry import Registry, Said
from tests.publish.people import publish_people

NOW = datetime(2027, 11, 3, tzinfo=UTC)
RULES = RetentionConfig(runs_days=200, records_days=200, versions_days=200)


def old(path: Path, days: int) -> None:
    """Let all at or below a path be so old."""
    second = (NOW - timedelta(days=days)).timestamp()
    for one in (*path.rglob("*"), path):
        os.utime(one, (second, second), follow_symlinks=False)


def prune(place: Path, is_meant: bool, rules: RetentionConfig = RULES) -> list[str]:
    registry = place / "registry"
    where = Places((str(place / "out"),), registry=registry if registry.exists() else None)
    told = run_pruning(where, rules, Said("me", "old", NOW), is_meant)
    return sorted(Path(row["name"]).name for row in told["old"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Three runs, the newest shown, and two records; of each the first is old."""
    out = tmp_path / "out"
    for mark in (1, 2, 3):
        publish_people(str(out), ["E1"], mark)
    old(first_run(tmp_path), 300)
    for began in (NOW - timedelta(days=300), NOW - timedelta(days=10)):
        Ledger(tmp_path / "runs").begin({"job": "score"}, began).finish({"job": "score"})
    for run in (out / "runs").iterdir():
        if run != first_run(tmp_path):
            old(run, 20)
    return tmp_path


def test_a_date_of_a_dataset_goes_too_and_an_erasure_does_not_make_it_young(
    tmp_path: Path,
) -> None:
    out = f"dataset:{tmp_path / 'out'}"
    for mark, day in enumerate((date(2026, 9, 24), date(2026, 10, 1))):
        publish_people(out, ["E1", "E2"], mark, day)
    old(tmp_path / "out" / "as_of=2026-09-24", 300)
    place = erasable(out)
    with place.alone():
        list(place.erase(People.of(["E1"], [place.known(["E1"])]), {}))
    told = run_pruning(Places((out,)), RULES, Said("me", "old", NOW), True)
    assert [Path(row["name"]).name for row in told["old"]] == ["as_of=2026-09-24"]
    assert [path.name for path in (tmp_path / "out").glob("as_of=*")] == ["as_of=2026-10-01"]


def first_run(place: Path) -> Path:
    runs = place / "out" / "runs"
    shown = (place / "out" / "current").resolve()
    return sorted(run for run in runs.iterdir() if run.resolve() != shown)[0]


def test_what_is_too_old_is_listed_then_gone_then_nothing(place: Path) -> None:
    run = first_run(place)
    record = Ledger(place / "runs").ended()[0][0]
    wanted = sorted([run.name, record.name])
    assert prune(place, is_meant=False) == wanted
    assert run.exists()
    assert prune(place, is_meant=True) == wanted
    assert not run.exists()
    assert not record.exists()
    assert prune(place, is_meant=True) == []
    assert len(read_run(str(place / "out")).tables["segments"]) == 1


def test_the_run_that_is_shown_stays_however_old(place: Path) -> None:
    for run in (place / "out" / "runs").iterdir():
        old(run, 900)
    shown = (place / "out" / "current").resolve().name
    assert shown not in prune(place, is_meant=True)
    assert [run.name for run in (place / "out" / "runs").iterdir()] == [shown]


def test_what_is_held_stays(place: Path) -> None:
    run = first_run(place)
    held = RULES.model_copy(update={"hold": (run.name,)})
    assert run.name not in prune(place, is_meant=True, rules=held)
    assert run.exists()


def test_a_run_that_goes_on_and_its_record_stay(place: Path) -> None:
    entry = Ledger(place / "runs").begin({"job": "train"}, NOW - timedelta(days=400))
    assert f"{entry.run_id}.running" not in prune(place, is_meant=True)
    entry.journal.close()
    assert f"{entry.run_id}.running" in prune(place, is_meant=True)


@pytest.mark.parametrize("key", ["runs_days", "records_days"])
def test_logs_are_kept_for_six_months_whatever_is_said(tmp_path: Path, key: str) -> None:
    file = tmp_path / "short.toml"
    file.write_text(f"[retention]\n{key} = 30\n")
    with pytest.raises(UsageError, match="183"):
        load_settings(file)


def test_versions_out_of_use_are_retired_and_the_log_tells_it(place: Path) -> None:
    registry = Registry(place / "registry")
    long_ago = Said("me", "first", NOW - timedelta(days=400))
    names = [registry.add(_training(place / f"m{k}", k), long_ago) for k in range(4)]
    for name in names[1:3]:
        registry.promote(name, long_ago, {}, registry.state().champion)
    assert list(registry.out_of_use()) == [names[0]]
    assert names[0] in prune(place, is_meant=True)
    assert [path.name for path in (place / "registry" / "versions").iterdir()] != names
    assert registry.problems() == []
    assert registry.moves()[-1]["what"] == "retire"
    assert registry.state().champion == names[2]
    with pytest.raises(UsageError, match="in use"):
        registry.retire(names[2], long_ago)
    again = Said("me", "wanted after all", NOW)
    assert registry.add(place / "m0", again) == names[0]
    assert registry.moves()[-1]["what"] == "add"


def _training(folder: Path, k: int) -> Path:
    folder.mkdir()
    (folder / "model.json").write_text(f'{{"k": {k}}}')
    about = {"as_of": f"2026-0{k + 1}-01", "fingerprint": str(k), "models": [], "settings": {}}
    write_manifest(folder, about)
    return folder


def test_the_command_only_looks_unless_yes_is_said(
    place: Path, call: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(place))
    monkeypatch.setattr("ptml.cli.erase.now", lambda: NOW)
    run = first_run(place)
    rules = place / "rules.toml"
    rules.write_text("[retention]\nruns_days = 200\n")
    told = ("prune", "--out", place / "out", "--settings", rules)
    code, said, _ = call(*told)
    assert (code, "nothing was changed" in said, run.exists()) == (0, True, True)
    code, said, _ = call(*told, "--yes")
    assert (code, "freed" in said, run.exists()) == (0, True, False)
