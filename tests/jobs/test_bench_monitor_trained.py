"""Looks with trained models: only Tuesdays after training, and what was never tested is said."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ptml.contracts.manifest import write_manifest
from ptml.jobs import bench_monitor_trained as bench
from ptml.jobs.progress import Silent
from ptml.jobs.settings import Settings
from ptml.monitor.finding import Finding
from ptml.monitor.look import Look


class Nothing:
    def __enter__(self) -> "Nothing":
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def look_of(*asked: Any) -> tuple[date, Look]:
        day = asked[4]
        p = 1e-9 if day == date(2026, 9, 29) else 0.5
        found = Finding("outcomes", "it", p, True, "action", "seen", "expected", "to do")
        return day, Look((found,), ())

    monkeypatch.setattr(bench, "look_of", look_of)
    monkeypatch.setattr(bench, "read_dataset", lambda *_, **__: Nothing())
    monkeypatch.setattr(bench, "as_of_range", lambda _: (date(2020, 1, 1), date(2026, 10, 2)))
    folder = tmp_path / "models"
    folder.mkdir()
    write_manifest(folder, {"as_of": "2026-09-09"})
    return folder


def test_looks_are_on_tuesdays_after_training(models: Path) -> None:
    found = bench.bench_trained("data", [models], None, 13, Settings(), Silent())
    assert [look["as_of"].day for look in found["looks"]] == [29, 22, 15]
    assert [look["called"] for look in found["looks"]] == [True, False, False]


def test_families_that_were_never_tested_are_named(models: Path) -> None:
    said = bench.bench_trained("data", [models], None, 3, Settings(), Silent())["sentences"]
    assert "outcomes: it" in said[1]
    assert "outcomes 3" in said[-2]
    assert "groups" in said[-1]
    assert "outcomes" not in said[-1]
