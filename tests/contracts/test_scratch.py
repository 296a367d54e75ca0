"""The temporary database: limited, on disk, and gone when closed or forgotten."""

import gc
from pathlib import Path

from ptml.contracts.scratch import Scratch


def _folder(scratch: Scratch) -> Path:
    [(path,)] = scratch.connection.execute(
        "SELECT path FROM duckdb_databases() WHERE path IS NOT NULL"
    ).fetchall()
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
    assert Path(settings["temp_directory"]).parent == _folder(scratch)
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
