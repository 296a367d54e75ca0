"""A dataset by date: what engines read of it, one step a date, history, damage."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import DataError, TryAgainError, UsageError
from ptml.publish import RunRecord, clear_left, open_publication, read_run
from ptml.publish.config import PublishConfig

from .runs import FINISHED, STARTED, lift_piece, publish, segments_piece

DAYS = (date(2026, 9, 25), date(2026, 10, 2))


def publish_day(
    out: Path, day: date, mark: int, people: int = 3, config: PublishConfig | None = None
) -> None:
    """Publish a run of a date to a dataset."""
    record = RunRecord(day, f"data {mark}", {}, {}, STARTED)
    with open_publication(f"dataset:{out}", record, lambda: FINISHED, config=config) as publication:
        publication.append("lift", lift_piece(mark, people=people))
        publication.append("segments", segments_piece(0, people))
        publication.commit({})


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Two dates, the first one of which was published twice."""
    out = tmp_path / "out"
    for day, mark in ((DAYS[0], 9), (DAYS[0], 1), (DAYS[1], 2)):
        publish_day(out, day, mark)
    return out


def supports_by_day(rows: pa.Table) -> dict[date, set[int]]:
    """The marks of each date."""
    found: dict[date, set[int]] = {}
    for day, mark in zip(rows["as_of"].to_pylist(), rows["support"].to_pylist(), strict=True):
        found.setdefault(day, set()).add(mark)
    return found


def by_duckdb(out: Path) -> pa.Table:
    """As the documentation says."""
    files = f"{out}/as_of=*/lift/*.parquet"
    with duckdb.connect() as connection:
        rows = connection.sql(f"FROM read_parquet('{files}', hive_partitioning = true)")
        return rows.to_arrow_table()


def by_polars(out: Path) -> pa.Table:
    """As the documentation says."""
    return pl.read_parquet(f"{out}/as_of=*/lift/*.parquet", hive_partitioning=True).to_arrow()


def by_pyarrow(out: Path) -> pa.Table:
    """As the documentation says."""
    dates = ds.partitioning(pa.schema([("as_of", pa.date32())]), flavor="hive")
    return ds.dataset(sorted(out.glob("as_of=*/lift/*.parquet")), partitioning=dates).to_table()


@pytest.mark.parametrize("read", [by_duckdb, by_polars, by_pyarrow])
def test_engines_read_every_date_of_a_table(history: Path, read: object) -> None:
    assert callable(read)
    rows = read(history)
    assert supports_by_day(rows) == {DAYS[0]: {1}, DAYS[1]: {2}}
    assert set(rows.column_names) == set(OUTPUT_TABLES["lift"].columns)


def test_the_latest_date_is_the_run_that_is_read(history: Path) -> None:
    publish_day(history, DAYS[0], 3)
    run = read_run(f"dataset:{history}")
    assert run.about["as_of"] == "2026-10-02"
    assert set(run.tables["lift"]["support"]) == {2}
    assert run.arrow("lift").schema == OUTPUT_TABLES["lift"].arrow_schema


def test_a_table_is_cut_into_parts(tmp_path: Path) -> None:
    publish_day(tmp_path, DAYS[0], 1, people=10, config=PublishConfig(part_rows=4))
    parts = sorted((tmp_path / "as_of=2026-09-25" / "lift").iterdir())
    assert [len(pl.read_parquet(part)) for part in parts] == [4, 4, 2]
    assert len(read_run(f"dataset:{tmp_path}").tables["lift"]) == 10


def test_old_dates_go_but_never_the_one_just_shown(tmp_path: Path) -> None:
    config = PublishConfig(kept_dates=1)
    for day in (DAYS[1], DAYS[0]):
        publish_day(tmp_path, day, 1, config=config)
    assert sorted(p.name for p in tmp_path.glob("as_of=*")) == [f"as_of={day}" for day in DAYS]
    publish_day(tmp_path, date(2026, 10, 9), 2, config=config)
    assert [p.name for p in tmp_path.glob("as_of=*")] == ["as_of=2026-10-09"]


def test_a_flipped_bit_is_seen(history: Path) -> None:
    [part] = (history / "as_of=2026-10-02" / "lift").iterdir()
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    with pytest.raises(DataError, match=r"lift/part-.* changed after writing"):
        read_run(f"dataset:{history}")


def test_a_reader_never_mixes_two_runs_of_a_date(history: Path) -> None:
    run = read_run(f"dataset:{history}")
    publish_day(history, DAYS[1], 7)
    with pytest.raises(TryAgainError, match="another run took the place"):
        run.arrow("lift")


@pytest.mark.parametrize("form", ["dataset", "delta"])
def test_a_folder_of_another_form_is_not_published_into(tmp_path: Path, form: str) -> None:
    publish(str(tmp_path))
    with pytest.raises(UsageError, match="holds runs that were published as a folder"):
        publish(f"{form}:{tmp_path}")


def test_the_rows_of_the_run_before_do_not_stay_after_a_kill_between_showing_and_clearing(
    history: Path,
) -> None:
    old = history / ".publishing" / f"as_of={DAYS[1]}" / "lift"
    unfinished = history / ".publishing" / "unfinished"
    for left in (old, unfinished):
        left.mkdir(parents=True)
    shown = read_run(f"dataset:{history}").about
    clear_left(f"dataset:{history}", lambda: FINISHED)
    assert not old.exists()
    assert not unfinished.exists()
    assert read_run(f"dataset:{history}").about == shown
