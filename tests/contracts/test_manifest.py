"""The manifest: every change to a folder after it was written is seen and named."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ptml.contracts.manifest import MANIFEST, read_manifest, write_manifest
from ptml.errors import DataError

REMEDY = "make it again"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "weights.npz").write_bytes(b"1" * 100)
    (tmp_path / "model.json").write_text("{}", encoding="utf-8")
    write_manifest(tmp_path, {"as_of": "2026-10-01", "by_code": {10: "b", 9: "a"}, "ü": None})
    return tmp_path


def edited(folder: Path) -> None:
    (folder / "deep" / "weights.npz").write_bytes(b"1" * 99 + b"2")


def removed(folder: Path) -> None:
    (folder / "deep" / "weights.npz").unlink()


def added(folder: Path) -> None:
    (folder / "deep" / "weights.npz").rename(folder / "deep" / "weights.npz.bak")


def test_what_was_written_comes_back_with_the_hashes(folder: Path) -> None:
    about = read_manifest(folder, REMEDY)
    assert about["as_of"] == "2026-10-01"
    assert about["by_code"] == {"10": "b", "9": "a"}
    assert set(about["sha256"]) == {"deep/weights.npz", "model.json"}
    assert "seal" not in about


@pytest.mark.parametrize("change", [edited, removed, added])
def test_a_changed_file_is_named_with_the_way_out(
    folder: Path, change: Callable[[Path], None]
) -> None:
    change(folder)
    with pytest.raises(DataError, match=r"deep/weights\.npz.* changed after .*; make it again$"):
        read_manifest(folder, REMEDY)


def test_a_manifest_without_its_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_manifest(tmp_path, REMEDY)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "\x00\xff"])
def test_a_manifest_that_is_none_is_damaged(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=r"manifest\.json in .* is damaged; make it again"):
        read_manifest(folder, REMEDY)


def test_a_hash_exchanged_together_with_its_file_is_seen(folder: Path) -> None:
    about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    del about["sha256"]["model.json"]
    (folder / "model.json").unlink()
    (folder / MANIFEST).write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(DataError, match="is damaged"):
        read_manifest(folder, REMEDY)


def test_any_flipped_bit_of_the_manifest_is_seen(folder: Path) -> None:
    content = (folder / MANIFEST).read_bytes()
    for at in range(len(content)):
        (folder / MANIFEST).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        try:
            about = read_manifest(folder, REMEDY)
        except DataError:
            continue
        # Only white space may have changed.
        assert about["sha256"]
        assert content[at : at + 1].isspace()
