"""A folder: links that show one whole run, runs that are never changed, old ones removed."""

import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import UsageError
from ptml.publish import open_publication, read_run
from ptml.publish.folder import KEPT_RUNS, Folder

from .runs import FINISHED, lift_piece, mark_of, publish, record


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "out"


def runs_of(place: Path) -> set[str]:
    return {path.name for path in (place / "runs").iterdir()}


def test_every_table_is_a_file_in_the_folder(place: Path) -> None:
    publish(str(place), mark=2)
    found = {name: pd.read_parquet(place / f"{name}.parquet") for name in OUTPUT_TABLES}
    assert set(found["lift"]["support"]) == {2}
    assert found["warnings"].empty


def test_a_run_that_was_published_is_not_touched_by_the_next(place: Path) -> None:
    publish(str(place), mark=1)
    folder = place / "runs" / record(1).run_id
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    publish(str(place), mark=2)
    publish(str(place), mark=1)
    after = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert before == after
    assert runs_of(place) == {record(1).run_id, record(2).run_id, f"{record(1).run_id}.2"}


def test_a_run_that_was_moved_to_its_name_and_never_shown_does_not_stay(place: Path) -> None:
    publish(str(place), mark=1)
    publish(str(place), mark=2)
    # As a job leaves it that is killed between the two steps.
    (place / "current").unlink()
    (place / "current").symlink_to(f"runs/{record(1).run_id}")
    publish(str(place), mark=2)
    assert runs_of(place) == {record(1).run_id, record(2).run_id}
    assert mark_of(read_run(str(place))) == 2


def test_who_opened_a_run_keeps_reading_it_while_another_is_published(place: Path) -> None:
    publish(str(place), mark=1)
    run = read_run(str(place))
    publish(str(place), mark=2)
    assert mark_of(run) == 1


def test_the_newest_runs_are_kept(place: Path) -> None:
    marks = range(1, KEPT_RUNS + 3)
    for mark in marks:
        publish(str(place), mark)
    assert runs_of(place) == {record(mark).run_id for mark in marks[-KEPT_RUNS:]}
    assert mark_of(read_run(str(place))) == marks[-1]


def test_the_run_that_is_shown_is_kept_though_its_folder_looks_old(place: Path) -> None:
    for mark in range(1, 4):
        publish(str(place), mark)
    shown = (place / "current").resolve()
    os.utime(shown, (0, 0))
    Folder(place, kept_runs=1)._sweep()
    assert mark_of(read_run(str(place))) == 3
    assert len(runs_of(place)) == 2


def test_other_peoples_folders_are_not_swept(place: Path) -> None:
    theirs = place / "runs" / "experiment-4"
    theirs.mkdir(parents=True)
    os.utime(theirs, (0, 0))
    for mark in range(KEPT_RUNS + 2):
        publish(str(place), mark)
    assert theirs.exists()


def test_what_a_dead_publisher_left_is_removed(place: Path) -> None:
    left = place / "runs" / ".unfinished"
    left.mkdir(parents=True)
    (left / "lift.parquet").write_bytes(b"PAR1 and then the power went")
    (place / ".current.new").symlink_to("runs/nowhere")
    publish(str(place))
    assert runs_of(place) == {record().run_id}
    assert not list(place.rglob(".*"))


@pytest.mark.parametrize("name", ["lift.parquet", "current"])
def test_a_file_that_is_not_ours_is_never_overwritten(place: Path, name: str) -> None:
    place.mkdir()
    (place / name).write_text("somebody's work", encoding="utf-8")
    with pytest.raises(UsageError, match=f"holds {name}, which ptml did not write"):
        publish(str(place))
    assert (place / name).read_text(encoding="utf-8") == "somebody's work"


def test_a_link_that_is_not_ours_is_never_replaced(place: Path, tmp_path: Path) -> None:
    place.mkdir()
    (place / "current").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="holds current, which ptml did not write"):
        publish(str(place))


def test_other_files_may_lie_beside_the_tables(place: Path) -> None:
    place.mkdir()
    (place / "report.html").write_text("<p>", encoding="utf-8")
    publish(str(place))
    assert (place / "report.html").exists()


def test_pages_carry_checksums(place: Path) -> None:
    publish(str(place), people=2000)
    path = place / "lift.parquet"
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    at = column.data_page_offset + column.total_compressed_size // 2
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"(?i)crc|checksum"):
        pq.read_table(path, page_checksum_verification=True)


def test_a_run_that_could_not_be_pointed_to_is_taken_away(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(str(place), mark=1)

    def refuse(target: str, link: Path) -> None:
        raise PermissionError(13, "Permission denied", str(link))

    monkeypatch.setattr("ptml.publish.folder.put_link", refuse)
    with pytest.raises(UsageError, match="Permission denied"):
        publish(str(place), mark=2)
    assert runs_of(place) == {record(1).run_id}
    assert mark_of(read_run(str(place))) == 1


def test_rows_reach_the_disk_piece_by_piece(place: Path) -> None:
    with open_publication(str(place), record(), lambda: FINISHED) as publication:
        file = place / "runs" / ".unfinished" / "run" / "lift.parquet"
        publication.append("lift", lift_piece(1, people=5000))
        first = file.stat().st_size
        publication.append("lift", lift_piece(1, piece=1, people=5000))
        assert first > 10_000
        assert file.stat().st_size > 1.5 * first
