"""Imports are whole or not there, and say in one line what is wrong."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import DataError, UsageError
from ptml.sources.importers import import_mooccubex, import_oulad


@pytest.mark.parametrize("name", ["mooccubex", "oulad"])
def test_an_absent_source_is_named_with_the_shared_data(name: str, tmp_path: Path) -> None:
    run = {"mooccubex": import_mooccubex, "oulad": import_oulad}[name]
    with pytest.raises(UsageError) as raised:
        run(tmp_path / "nowhere", tmp_path / "out")
    message = str(raised.value)
    assert str(tmp_path / "nowhere") in message
    assert f"shared {name} data are expected" in message
    assert "\n" not in message
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_named(mooccubex_source: Path, tmp_path: Path) -> None:
    (mooccubex_source / "users.parquet").unlink()
    with pytest.raises(UsageError, match=r"has no users\.parquet"):
        import_mooccubex(mooccubex_source, tmp_path / "out")


def test_a_failed_import_leaves_nothing_behind(mooccubex_source: Path, tmp_path: Path) -> None:
    pd.DataFrame({"user": [7]}).to_parquet(mooccubex_source / "enrolments.parquet")
    with pytest.raises(DataError, match="not the mooccubex data set as expected"):
        import_mooccubex(mooccubex_source, tmp_path / "out")
    assert [entry.name for entry in tmp_path.iterdir()] == ["mooccubex"]


def test_a_folder_that_holds_something_is_not_touched(
    mooccubex_source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        import_mooccubex(mooccubex_source, out)
    assert [entry.name for entry in out.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled(mooccubex_source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    import_mooccubex(mooccubex_source, tmp_path / "out")
    assert (tmp_path / "out" / "courses.parquet").is_file()
