"""Putting finished folders and links in place in one step, on disks that can and that cannot."""

from pathlib import Path

import pytest

from ptml.contracts import durable
from ptml.contracts.durable import aside, exchanged, put_folder, put_link, sha256_of


def folder(place: Path, text: str) -> Path:
    place.mkdir()
    (place / "file").write_text(text, encoding="utf-8")
    return place


def text_in(place: Path) -> str:
    return (place / "file").read_text(encoding="utf-8")


def test_a_hash_is_that_of_the_content(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_link_is_made_and_moved(tmp_path: Path) -> None:
    link = tmp_path / "current"
    for target in ("one", "two"):
        put_link(target, link)
        assert str(link.readlink()) == target
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


def test_a_folder_is_put_where_nothing_was(tmp_path: Path) -> None:
    put_folder(folder(tmp_path / "fresh", "new"), tmp_path / "place")
    assert text_in(tmp_path / "place") == "new"


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_folder_takes_the_place_of_another_and_nothing_else_is_left(
    tmp_path: Path, can_exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_exchange:
        monkeypatch.setattr(durable, "exchanged", lambda one, other: False)
    place = folder(tmp_path / "place", "old")
    put_folder(folder(tmp_path / "fresh", "new"), place)
    assert text_in(place) == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_two_names_change_places_in_one_step(tmp_path: Path) -> None:
    one, other = folder(tmp_path / "one", "1"), folder(tmp_path / "other", "2")
    if not exchanged(one, other):
        pytest.skip("this system or disk cannot exchange two names")
    assert (text_in(one), text_in(other)) == ("2", "1")


def test_names_that_cannot_be_exchanged_stay(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", "1")
    assert not exchanged(one, tmp_path / "absent")
    assert text_in(one) == "1"


def test_a_system_without_the_call_says_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.contracts.durable.ctypes.CDLL", lambda *_, **__: object())
    assert not exchanged(folder(tmp_path / "one", "1"), folder(tmp_path / "other", "2"))


def test_the_folder_before_lies_beside_its_place() -> None:
    assert aside(Path("demo/models")) == Path("demo/.models.before")
