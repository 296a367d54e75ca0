"""Places that cannot be written, and disks that fill up: one line, and the last run untouched."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from ptml.errors import PtmlError, TryAgainError, UsageError
from ptml.publish import open_publication, read_run
from ptml.publish.form import Form
from ptml.publish.staging import Staging

from .runs import FINISHED, is_a, mark_of, on_disk, placed, publish, record

# Too many for the small disk; and few enough for the files of a run but not for the database too.
TOO_MANY, TOO_MANY_FOR_BOTH = 100_000, 45_000


def refusal(out: str) -> PtmlError:
    """What a publisher is told, before it has done any work."""
    with pytest.raises(PtmlError) as raised, open_publication(out, record(), lambda: FINISHED):
        pytest.fail("the place was taken")
    assert "\n" not in str(raised.value)
    return raised.value


@pytest.mark.parametrize(
    "out",
    [
        *("mysql://ptml:secret@db/hr", "ftp://secret@host/x"),
        *("dataset:s3://bucket/secret", "delta:gs://bucket/secret"),
        "delta:postgresql://ptml:secret@db/hr",
    ],
)
def test_an_address_is_refused_with_what_works(out: str) -> None:
    error = refusal(out)
    assert isinstance(error, UsageError)
    assert "takes a folder" in str(error)
    assert out.partition("://")[0].rpartition(":")[2] in str(error)
    assert "secret" not in str(error)


def test_an_empty_name_is_refused() -> None:
    assert isinstance(refusal(" "), UsageError)


@pytest.mark.parametrize("name", ["", "/deeper", "/deeper.duckdb"])
def test_a_file_in_the_way_is_refused_and_kept(tmp_path: Path, name: str) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    error = refusal(f"{file}{name}")
    assert isinstance(error, UsageError)
    assert "cannot be written" in str(error)
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_folder_where_a_duckdb_file_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out.duckdb").mkdir()
    assert isinstance(refusal(str(tmp_path / "out.duckdb")), UsageError)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
@pytest.mark.parametrize("out", ["/proc/ptml", "/proc/ptml.duckdb"])
def test_a_place_that_nobody_may_write_is_refused(out: str) -> None:
    error = refusal(out)
    assert isinstance(error, UsageError)
    assert f"--out {out} cannot be written" in str(error)


@pytest.fixture(params=["out", "out.duckdb", "dataset:out", "delta:out"])
def place_on_a_small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A place on a disk of 3 MB, in which a small run was published."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a disk to fill cannot be mounted: needs root")
    out = placed(request.param, disk)
    try:
        publish(out, mark=1)
        yield out
    finally:
        # Lazily: Arrow may still hold a file that it could not finish.
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("people", [TOO_MANY, TOO_MANY_FOR_BOTH])
def test_a_disk_that_fills_up_leaves_the_last_run_and_no_half_file(
    place_on_a_small_disk: str, people: int
) -> None:
    out = place_on_a_small_disk
    if people == TOO_MANY_FOR_BOTH and is_a(Form.folder, out):
        return
    before = names_beside(out)
    with pytest.raises(TryAgainError, match="no room to write") as raised:
        publish(out, mark=2, people=people)
    assert "\n" not in str(raised.value)
    # Delta commits a table at a time: some may hold a newer version that nothing points to.
    assert is_a(Form.delta, out) or names_beside(out) == before
    assert mark_of(read_run(out)) == 1
    publish(out, mark=3)
    assert mark_of(read_run(out)) == 3


def names_beside(out: str) -> set[str]:
    """Every file of the disk that the place is on, but what the database itself keeps open."""
    disk = on_disk(out).parent
    return {str(path.relative_to(disk)) for path in disk.rglob("*")}


def test_a_disk_that_is_full_from_the_start_is_told_before_any_work(
    place_on_a_small_disk: str,
) -> None:
    out = place_on_a_small_disk
    filling = on_disk(out).parent / "filling"
    with pytest.raises(OSError, match="No space left"):
        filling.write_bytes(b"x" * 4_000_000)
    with pytest.raises(TryAgainError, match="no room to write"):
        publish(out, mark=2)
    filling.unlink()
    assert mark_of(read_run(out)) == 1


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_write_that_finds_no_room_is_told_as_such(
    out: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, mark=1)
    write, n_writes = Staging.write, [0]

    def full(staging: Staging, name: str, table: pa.Table) -> None:
        n_writes[0] += 1
        if n_writes[0] > 3:
            raise OSError(code, os.strerror(code))
        write(staging, name, table)

    monkeypatch.setattr(Staging, "write", full)
    with pytest.raises(TryAgainError, match=r"no room to write .* free some space and run again"):
        publish(out, mark=2)
    monkeypatch.undo()
    assert mark_of(read_run(out)) == 1
    assert {path.name for path in on_disk(out).parent.rglob(".*")} <= {".publishing"}


@pytest.mark.parametrize("step", ["flush", "flush_tree"])
def test_a_disk_that_fills_while_files_are_flushed_shows_nothing(
    out: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out, mark=1)

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"ptml.contracts.manifest.{step}", full)
    with pytest.raises(TryAgainError):
        publish(out, mark=2)
    monkeypatch.undo()
    assert mark_of(read_run(out)) == 1


def test_a_folder_of_models_is_not_published_into(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    assert "holds trained models" in str(refusal(str(tmp_path)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json"]
