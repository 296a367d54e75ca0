"""Reading a run back: nothing there, damage of any kind, tables on demand."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ptml.errors import DataError, PtmlError, UsageError
from ptml.publish import read_run

from .runs import publish

N_PEOPLE = 30_000
Damage = Callable[[bytes], bytes]


def flipped(content: bytes) -> bytes:
    half = len(content) // 2
    return content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :]


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def emptied(_: bytes) -> bytes:
    return b""


def test_a_place_without_a_run_says_how_to_get_one(out: str) -> None:
    with pytest.raises(UsageError, match=r"no run was published to .*; `ptml score"):
        read_run(out)


def test_a_place_with_other_things_has_no_run(tmp_path: Path) -> None:
    (tmp_path / "lift.parquet").write_bytes(b"")
    with duckdb.connect(tmp_path / "mine.duckdb") as connection:
        connection.execute("CREATE TABLE lift AS SELECT 1 AS x")
    for out in (tmp_path, tmp_path / "mine.duckdb", tmp_path / "lift.parquet"):
        with pytest.raises(UsageError, match="no run was published"):
            read_run(str(out))


@pytest.mark.parametrize("damage", [flipped, cut, emptied])
@pytest.mark.parametrize("name", ["lift.parquet", "runs.parquet", "warnings.parquet"])
def test_a_damaged_table_is_named_and_not_read(tmp_path: Path, name: str, damage: Damage) -> None:
    publish(str(tmp_path / "out"))
    path = tmp_path / "out" / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=f"{name} in .* changed after writing; publish the run"):
        read_run(str(tmp_path / "out"))


@pytest.mark.parametrize("damage", [cut, emptied])
def test_a_damaged_manifest_is_seen(tmp_path: Path, damage: Damage) -> None:
    publish(str(tmp_path / "out"))
    path = tmp_path / "out" / "current" / "manifest.json"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=r"manifest\.json in .* is damaged"):
        read_run(str(tmp_path / "out"))


def test_a_manifest_that_was_edited_is_seen(tmp_path: Path) -> None:
    publish(str(tmp_path / "out"))
    path = tmp_path / "out" / "current" / "manifest.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**about, "as_of": "2026-10-02"}), encoding="utf-8")
    with pytest.raises(DataError, match=r"manifest\.json in .* is damaged"):
        read_run(str(tmp_path / "out"))


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    publish(str(tmp_path / "out"))
    (tmp_path / "out" / "current" / "needs.parquet").unlink()
    with pytest.raises(DataError, match=r"needs\.parquet in .* changed after writing"):
        read_run(str(tmp_path / "out"))


def test_any_flipped_bit_of_a_duckdb_file_is_harmless_or_seen(tmp_path: Path) -> None:
    path = tmp_path / "out.duckdb"
    publish(str(path), people=N_PEOPLE)
    content = path.read_bytes()
    whole = read_run(str(path)).arrow("lift")
    n_seen = 0
    for at in range(5, len(content), len(content) // 40):
        path.write_bytes(content[:at] + bytes([content[at] ^ 16]) + content[at + 1 :])
        told = outcome(path, whole)
        assert "\n" not in told
        n_seen += bool(told)
    assert n_seen > 5


def outcome(path: Path, whole: pa.Table) -> str:
    """What a reader is told; nothing when all that was written came back."""
    try:
        return "" if read_run(str(path)).arrow("lift") == whole else "another\ntable"
    except PtmlError as error:
        return str(error)


def test_a_table_is_read_when_it_is_looked_up_and_once(
    out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(out)
    run = read_run(out)
    assert run.tables["lift"] is run.tables["lift"]
    assert run.tables.get("no such table") is None
    assert isinstance(run.arrow("lift"), pa.Table)


def test_only_the_tables_that_are_looked_up_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(str(tmp_path / "out"))
    read: list[str] = []
    read_table = pq.read_table

    def noting(path: Path, **settings: object) -> pa.Table:
        read.append(path.name)
        return read_table(path, **settings)

    monkeypatch.setattr("ptml.publish.reading.pq.read_table", noting)
    run = read_run(str(tmp_path / "out"))
    assert read == []
    assert len(run.tables["segments"]) == 6
    assert read == ["segments.parquet"]
