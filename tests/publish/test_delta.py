"""A Delta Lake: pinned versions, what engines see, history, damage."""

from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, TryAgainError
from ptml.publish import RunRecord, open_publication, read_run
from ptml.publish.config import PublishConfig
from ptml.publish.delta import DeltaLake

from .runs import FINISHED, STARTED, lift_piece, publish

DAYS = (date(2026, 9, 25), date(2026, 10, 2), date(2026, 10, 9))


def publish_day(out: Path, day: date, mark: int, config: PublishConfig | None = None) -> None:
    """Publish a run of a date to a Delta Lake."""
    record = RunRecord(day, f"data {mark}", {}, {}, STARTED)
    with open_publication(f"delta:{out}", record, lambda: FINISHED, config=config) as publication:
        publication.append("lift", lift_piece(mark))
        publication.commit({})


def lifts(out: Path, version: int | None = None) -> dict[date, set[int]]:
    """Marks by date that a reader of Delta finds."""
    rows = pl.from_arrow(DeltaTable(str(out / "lift"), version=version).to_pyarrow_table())
    assert isinstance(rows, pl.DataFrame)
    return {day: set(of_day["support"]) for (day,), of_day in rows.group_by("as_of")}


def test_a_date_takes_the_place_of_the_same_date(tmp_path: Path) -> None:
    for day, mark in ((DAYS[0], 1), (DAYS[1], 2), (DAYS[1], 3)):
        publish_day(tmp_path, day, mark)
    assert lifts(tmp_path) == {DAYS[0]: {1}, DAYS[1]: {3}}
    run = read_run(f"delta:{tmp_path}")
    assert set(run.tables["lift"]["support"]) == {3}
    assert run.arrow("lift").schema == OUTPUT_TABLES["lift"].arrow_schema
    assert lifts(tmp_path, run.about["versions"]["lift"])[DAYS[1]] == {3}


def test_a_run_that_died_between_two_commits_is_not_pointed_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(f"delta:{tmp_path}", 1)
    commit = DeltaLake._commit

    def dies(place: DeltaLake, staged: Path, name: str, as_of: str, run_id: str) -> int:
        if name == "runs":
            raise KeyboardInterrupt
        return commit(place, staged, name, as_of, run_id)

    monkeypatch.setattr(DeltaLake, "_commit", dies)
    with pytest.raises(KeyboardInterrupt):
        publish(f"delta:{tmp_path}", 2)
    monkeypatch.undo()
    run = read_run(f"delta:{tmp_path}")
    assert set(run.tables["lift"]["support"]) == {1}
    # Who does not go by the pointer sees two runs.
    [marks] = lifts(tmp_path).values()
    assert marks == {2}
    assert lifts(tmp_path, run.about["versions"]["lift"]).popitem()[1] == {1}


def test_old_dates_and_files_go(tmp_path: Path) -> None:
    config = PublishConfig(kept_dates=2, vacuum_hours=0)
    for mark, day in enumerate((*DAYS, DAYS[2])):
        publish_day(tmp_path, day, mark, config)
    assert lifts(tmp_path) == {DAYS[1]: {1}, DAYS[2]: {3}}
    assert len(list((tmp_path / "lift").rglob("*.parquet"))) == 2
    assert set(read_run(f"delta:{tmp_path}").tables["lift"]["support"]) == {3}


def test_a_flipped_bit_is_seen_when_the_table_is_looked_up(tmp_path: Path) -> None:
    publish(f"delta:{tmp_path}")
    [part] = (tmp_path / "lift").rglob("*.parquet")
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    run = read_run(f"delta:{tmp_path}")
    assert isinstance(run.arrow("segments"), pa.Table)
    with pytest.raises(DataError, match="changed after writing"):
        run.arrow("lift")


def test_a_damaged_pointer_is_seen(tmp_path: Path) -> None:
    publish(f"delta:{tmp_path}")
    path = tmp_path / "current.json"
    path.write_text(path.read_text(encoding="utf-8").replace("2026", "2027"), encoding="utf-8")
    with pytest.raises(DataError, match=r"current\.json is damaged"):
        read_run(f"delta:{tmp_path}")


def test_files_that_a_vacuum_took_are_named(tmp_path: Path) -> None:
    publish(f"delta:{tmp_path}")
    [part] = (tmp_path / "lift").rglob("*.parquet")
    part.unlink()
    with pytest.raises(TryAgainError, match="is gone"):
        read_run(f"delta:{tmp_path}").arrow("lift")
