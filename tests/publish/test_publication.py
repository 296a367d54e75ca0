"""What holds for every place: tables come in pieces and become visible together, or never."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from ptml.contracts.conformity import BrokenOutputError
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import UsageError
from ptml.publish import open_publication, read_run

from .runs import (
    ALL_FORMS,
    AS_OF,
    FINISHED,
    STARTED,
    lift_piece,
    mark_of,
    placed,
    publish,
    record,
    segments_piece,
)


@pytest.fixture(params=ALL_FORMS)
def out(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place where nothing was published yet: all forms on this machine."""
    return placed(request.param, tmp_path)


def test_pieces_become_one_table_in_their_order(out: str) -> None:
    publish(out)
    lift = read_run(out).tables["lift"]
    assert lift["employee_id"].tolist() == ["e0-0", "e0-1", "e0-2", "e1-0", "e1-1", "e1-2"]
    assert mark_of(read_run(out)) == 1


def test_every_table_is_there_with_its_columns_though_nothing_is_known(out: str) -> None:
    with open_publication(out, record(), lambda: FINISHED) as publication:
        publication.commit({})
    run = read_run(out)
    assert set(run.tables) == set(OUTPUT_TABLES)
    for name, contract in OUTPUT_TABLES.items():
        table = run.arrow(name)
        assert table.schema.names == list(contract.columns)
        assert len(table) == (1 if name == "runs" else 0)


def test_each_row_carries_date_and_run(out: str) -> None:
    publish(out)
    segments = read_run(out).tables["segments"]
    assert set(segments["as_of"]) == {AS_OF}
    assert set(segments["run_id"]) == {record().run_id}


def test_the_record_counts_what_was_written(out: str) -> None:
    publish(out)
    run = read_run(out)
    [row] = run.tables["runs"].to_dict("records")
    assert '"notes": ["mark 1"]' in row["rows"]
    assert '"lift": 6' in row["rows"]
    assert row["model_versions"] == '{"lift": "3f"}'
    assert (row["started_at"], row["finished_at"]) == (STARTED, FINISHED)
    assert run.about["settings"] == {"seed": 7}


def test_a_later_run_takes_the_place_of_the_one_before(out: str) -> None:
    publish(out, mark=1)
    publish(out, mark=2)
    assert mark_of(read_run(out)) == 2


def test_the_same_run_can_be_published_again(out: str) -> None:
    for _ in range(3):
        publish(out, mark=1)
    assert mark_of(read_run(out)) == 1


def test_the_same_run_gives_the_same_tables_but_for_its_times(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder, seconds in zip(folders, (0, 9), strict=True):
        later = replace(record(), started_at=STARTED + pd.Timedelta(seconds=seconds))
        with open_publication(str(folder), later, lambda: FINISHED) as publication:
            publication.append("lift", lift_piece(1))
            publication.commit({})
    for name in OUTPUT_TABLES:
        first, second = ((folder / f"{name}.parquet").read_bytes() for folder in folders)
        assert (first == second) is (name != "runs"), name


@pytest.mark.parametrize(
    "other",
    [
        {"as_of": date(2026, 10, 2)},
        {"data_fingerprint": "other"},
        {"model_versions": {"lift": "40"}},
        {"settings": {"seed": 8}},
    ],
)
def test_a_run_is_named_by_what_went_into_it(other: dict[str, object]) -> None:
    assert replace(record(), **other).run_id != record().run_id  # type: ignore[arg-type]
    assert replace(record(), started_at=FINISHED).run_id == record().run_id


def test_without_commit_nothing_is_seen(out: str) -> None:
    publish(out, mark=1)
    with open_publication(out, record(2), lambda: FINISHED) as publication:
        publication.append("lift", lift_piece(2))
    assert mark_of(read_run(out)) == 1


def test_a_first_run_without_commit_leaves_no_run_and_no_file_to_read(out: str) -> None:
    with open_publication(out, record(), lambda: FINISHED) as publication:
        publication.append("lift", lift_piece(1))
    with pytest.raises(UsageError, match="no run was published"):
        read_run(out)
    assert not list(Path(out).parent.rglob("*.parquet"))


def test_rows_that_break_the_contract_stop_the_run(out: str) -> None:
    publish(out, mark=1)
    broken = lift_piece(2).set_column(6, "status", pa.array(["fine"] * 3))
    with open_publication(out, record(2), lambda: FINISHED) as publication:
        publication.append("segments", segments_piece(0))
        with pytest.raises(BrokenOutputError, match="lift breaks its contract"):
            publication.append("lift", broken)
    assert mark_of(read_run(out)) == 1


def test_an_error_of_the_callers_is_not_told_as_one_of_the_place(out: str) -> None:
    with (
        pytest.raises(FileNotFoundError, match="no-such-model"),
        open_publication(out, record(), lambda: FINISHED),
    ):
        Path("no-such-model").read_text(encoding="utf-8")


def test_nothing_but_the_run_is_left_behind(out: str) -> None:
    publish(out)
    place = Path(out)
    hidden = [path.name for path in place.parent.rglob(".*")]
    assert hidden == []
