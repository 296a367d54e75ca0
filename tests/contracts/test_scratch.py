"""The temporary database: limited, on disk, and gone when closed or forgotten."""

import gc
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ptml.contracts.scratch import Scratch, remove_left
from ptml.errors import TryAgainError, UsageError


def _folder(scratch: Scratch) -> Path:
    [(path,)] = scratch.connection.execute("SELECT current_setting('temp_directory')").fetchall()
    return Path(path).parent


def test_the_memory_limit_and_the_spill_folder_are_set() -> None:
    scratch = Scratch.on_disk("100MB")
    settings = dict(
        scratch.connection.execute(
            "SELECT name, value FROM duckdb_settings()"
            " WHERE name IN ('memory_limit', 'temp_directory')"
        ).fetchall()
    )
    assert settings["memory_limit"].startswith("95.")
    assert Path(settings["temp_directory"]).parent.name.startswith("ptml-")
    scratch.close()


@pytest.mark.parametrize(("limit", "settled"), [("2GB", "512.0 MiB"), ("300MB", "286.1 MiB")])
def test_what_is_read_gives_its_memory_back_and_stays(limit: str, settled: str) -> None:
    scratch = Scratch.on_disk(limit)
    scratch.connection.execute("CREATE TABLE t AS SELECT range AS n FROM range(1000)")
    scratch.settle()
    told = "SELECT current_setting('memory_limit'), (SELECT sum(n) FROM t)"
    assert scratch.connection.execute(told).fetchone() == (settled, 499_500)
    scratch.close()


def test_closing_removes_the_folder_and_may_be_done_twice() -> None:
    scratch = Scratch.on_disk()
    folder = _folder(scratch)
    assert folder.exists()
    scratch.close()
    scratch.close()
    assert not folder.exists()


def test_a_forgotten_one_is_removed_too() -> None:
    scratch = Scratch.on_disk()
    folder = _folder(scratch)
    del scratch
    gc.collect()
    assert not folder.exists()


def test_a_limit_that_is_no_size_is_refused() -> None:
    with pytest.raises(UsageError, match="a memory limit is like 2GB or 500MB, got plenty"):
        Scratch.on_disk("plenty")


def test_too_small_a_limit_says_what_to_do() -> None:
    scratch = Scratch.in_memory()
    scratch.connection.execute("SET memory_limit = '20MB'")
    with (
        pytest.raises(TryAgainError, match="the memory limit is too small") as raised,
        scratch.told_in_words(),
    ):
        scratch.connection.execute("SELECT list(range) FROM range(100_000_000)")
    assert "\n" not in str(raised.value)
    scratch.close()


def test_tables_beyond_the_memory_limit_go_to_the_folder() -> None:
    scratch = Scratch.on_disk("60MB")
    scratch.connection.execute(
        "CREATE TABLE numbers AS SELECT hash(range) AS n FROM range(12_000_000)"
    )
    assert any(path.is_file() for path in _folder(scratch).glob("spill/*"))
    [(n,)] = scratch.connection.execute("SELECT count(DISTINCT n % 1000) FROM numbers").fetchall()
    assert n == 1000
    scratch.close()


def test_a_folder_without_room_says_what_to_do() -> None:
    scratch = Scratch.on_disk("60MB")
    scratch.connection.execute("SET max_temp_directory_size = '1MB'")
    with pytest.raises(TryAgainError, match="make room or set TMPDIR"), scratch.told_in_words():
        scratch.connection.execute(
            "CREATE TABLE t AS SELECT hash(range) AS n FROM range(20_000_000)"
        )
    scratch.close()


def test_other_faults_of_the_database_stay_bugs() -> None:
    scratch = Scratch.in_memory()
    with pytest.raises(duckdb.ParserException), scratch.told_in_words():
        scratch.connection.execute("SELEKT")
    scratch.close()


def test_no_bar_is_drawn_amid_what_a_job_says() -> None:
    scratch = Scratch.in_memory()
    [(shown,)] = scratch.connection.execute(
        "SELECT current_setting('enable_progress_bar')"
    ).fetchall()
    assert shown is False
    scratch.close()


def test_what_a_killed_process_left_is_removed_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    script = (
        "import os, ptml.contracts.scratch as s; a = s.Scratch.on_disk(); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == -signal.SIGKILL
    [left] = tmp_path.iterdir()
    mine = tmp_path / "ptml-of-somebody-else"
    mine.mkdir()
    scratch = Scratch.on_disk()
    assert not left.exists()
    assert mine.exists()
    remove_left(tmp_path)
    assert _folder(scratch).exists()
    scratch.close()
    assert list(tmp_path.iterdir()) == [mine]


def test_a_temporary_disk_without_any_room_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("duckdb.connect", full)
    with pytest.raises(TryAgainError, match="make room or set TMPDIR"):
        Scratch.on_disk()
    assert list(tmp_path.iterdir()) == []
