"""Published scores are held against those of the same models only."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.contracts.manifest import MANIFEST, write_manifest
from ptml.jobs.monitor_runs import look_at_runs
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged
from ptml.publish import RunRecord, open_publication
from ptml.publish.earlier import kept_runs
from ptml.publish.folder import RUNS
from ptml.publish.form import address_of
from ptml.publish.postgres.migrating import migrate
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from tests.postgres_server import Server
from tests.publish.runs import ALL_FORMS, FINISHED, STARTED, lift_piece, placed

DAY = date(2026, 9, 29)


def models(folder: Path) -> tuple[Path, dict[str, str]]:
    folder.mkdir()
    (folder / "model.json").write_text(folder.name, encoding="utf-8")
    write_manifest(folder, {})
    found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return folder, found["sha256"]


def published(out: Path, day: int, of: dict[str, str], middle: float) -> None:
    folder = out / RUNS / f"202609{day:02}-0"
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text("{}", encoding="utf-8")
    run = {"as_of": [date(2026, 9, day)], "model_versions": [json.dumps(of)]}
    pd.DataFrame(run).to_parquet(folder / "runs.parquet")
    p = np.random.default_rng(day).normal(middle, 0.05, 500)
    flags = {"p_weak": p, "flagged": p > middle}
    pd.DataFrame(flags).to_parquet(folder / "warnings.parquet")


@pytest.mark.parametrize(
    ("by_new", "why"),
    [([22, 29], ""), ([29], "changed on 2026-09-29"), ([], "other models than those")],
)
def test_a_promotion_is_no_drift_of_scores(tmp_path: Path, by_new: Sequence[int], why: str) -> None:
    _, old = models(tmp_path / "old")
    champion, new = models(tmp_path / "new")
    for day in (8, 15, 22, 29):
        is_new = day in by_new
        published(tmp_path / "out", day, new if is_new else old, 0.8 if is_new else 0.2)
    found = list(look_at_runs(str(tmp_path / "out"), champion, DAY, MonitorConfig()))
    if why:
        (only,) = found
        assert isinstance(only, NotJudged)
        assert why in only.why
    else:
        assert all(isinstance(f, Finding) and not f.counts for f in found)


def test_runs_in_a_database_are_held_against_one_another(server: Server, tmp_path: Path) -> None:
    champion, new = models(tmp_path / "new")
    out = server.address("monitored")
    assert [type(f) for f in look_at_runs(out, champion, DAY, MonitorConfig())] == [NotJudged]
    migrate(PostgresAddress.parse(out), PostgresConfig())
    four_runs(out, new)
    assert_compared(out, champion)


def four_runs(out: str, of: dict[str, str]) -> None:
    for day in (8, 15, 22, 29):
        record = RunRecord(date(2026, 9, day), f"data {day}", of, {}, STARTED)
        with open_publication(out, record, lambda: FINISHED) as publication:
            publication.append("lift", lift_piece(day, people=400))
            publication.commit({})


def assert_compared(out: str, champion: Path) -> None:
    found = list(look_at_runs(out, champion, DAY, MonitorConfig()))
    assert [f.subject for f in found if isinstance(f, Finding)] == ["published lift"]
    assert len(kept_runs(address_of(out))) == 4
    early = list(look_at_runs(out, champion, date(2026, 9, 1), MonitorConfig()))
    assert isinstance(early[0], NotJudged)


@pytest.mark.parametrize("form", ALL_FORMS[2:])
def test_dates_of_a_dataset_and_a_lake_are_held_against_one_another(
    form: str, tmp_path: Path
) -> None:
    champion, new = models(tmp_path / "new")
    out = placed(form, tmp_path)
    four_runs(out, new)
    assert_compared(out, champion)


def test_a_database_file_keeps_the_newest_run_alone(tmp_path: Path) -> None:
    champion, _ = models(tmp_path / "new")
    [only] = look_at_runs(str(tmp_path / "out.duckdb"), champion, DAY, MonitorConfig())
    assert isinstance(only, NotJudged)
    assert "the newest run alone" in only.why
