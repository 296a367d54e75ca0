"""What goes along to the workers is what was sent."""

from pathlib import Path

import pytest

from ptml.errors import DataError
from ptml.jobs.spark.luggage import Luggage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.txt").write_text("a")
    return tmp_path / "in"


def test_a_folder_is_loaded_once_in_a_process(folder: Path) -> None:
    calls: list[Path] = []

    def load(place: Path) -> str:
        calls.append(place)
        return (place / "deep" / "a.txt").read_text()

    sent = Luggage.of(folder)
    assert [sent.loaded(load), sent.loaded(load)] == ["a", "a"]
    assert len(calls) == 1
    assert not calls[0].exists()


def test_the_same_files_give_the_same_bytes(folder: Path) -> None:
    assert Luggage.of(folder) == Luggage.of(folder)


def test_damaged_bytes_are_seen_before_use(folder: Path) -> None:
    sent = Luggage.of(folder)
    flipped = bytes([*sent.data[:-1], sent.data[-1] ^ 1])
    with pytest.raises(DataError, match="damaged"):
        Luggage(flipped, sent.sha256 + "0").loaded(lambda _: None)
