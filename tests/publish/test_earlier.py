"""Which runs a place still keeps, and what their columns hold."""

from datetime import date
from pathlib import Path

import pytest

from ptml.errors import DataError
from ptml.publish.earlier import kept_runs
from ptml.publish.form import address_of

from .people import publish_people
from .runs import placed
from .stores import BUCKET, LocalStore

DAYS = (date(2026, 9, 17), date(2026, 9, 24), date(2026, 10, 1))
PEOPLE = (["E1"], ["E1", "E2"], ["E1", "E2", "E3"])


def publish_all(out: str) -> None:
    for mark, (day, people) in enumerate(zip(DAYS, PEOPLE, strict=True)):
        publish_people(out, people, mark, day, part_rows=1)


def kept(out: str) -> list[tuple[date, list[str]]]:
    runs = sorted(kept_runs(address_of(out)), key=lambda run: (run.as_of, run.name))
    found = []
    for run in runs:
        ids = run.column("segments", "employee_id")
        found.append((run.as_of, [] if ids is None else ids.to_pylist()))
    return found


@pytest.mark.parametrize("form", ["out", "dataset:out", "delta:out"])
def test_every_run_gives_its_own_columns(form: str, tmp_path: Path) -> None:
    out = placed(form, tmp_path)
    assert kept(out) == []
    publish_all(out)
    assert kept(out) == list(zip(DAYS, PEOPLE, strict=True))
    assert [run.model_versions for run in kept_runs(address_of(out))] == [{}, {}, {}]


def test_a_store_gives_runs_of_a_day_in_the_order_in_which_they_came(store: LocalStore) -> None:
    out = f"s3://{BUCKET}/kept"
    assert kept(out) == []
    publish_all(out)
    publish_people(out, ["E9"], 9, DAYS[-1])
    assert kept(out) == [*zip(DAYS, PEOPLE, strict=True), (DAYS[-1], ["E9"])]


def test_a_database_file_keeps_none_but_the_newest(tmp_path: Path) -> None:
    out = str(tmp_path / "out.duckdb")
    publish_all(out)
    assert kept(out) == []


def test_a_damaged_manifest_is_told(tmp_path: Path) -> None:
    out = f"dataset:{tmp_path / 'out'}"
    publish_all(out)
    manifest = tmp_path / "out" / f"as_of={DAYS[0]}" / "manifest.json"
    manifest.write_text(manifest.read_text().replace("E", "e").replace("data 0", "data 9"))
    with pytest.raises(DataError, match=r"manifest\.json is damaged"):
        kept(out)
