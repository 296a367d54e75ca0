"""Which training is in use: copies that never change, pointers that follow a log."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ptml.contracts.artefacts import replace_folder
from ptml.contracts.lock import writer_lock
from ptml.errors import DataError, TryAgainError, UsageError
from ptml.registry import Registry, Said

NOON = datetime(2026, 10, 2, 12, tzinfo=UTC)
SAID = Said("anna", "monthly", NOON)
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from ptml.registry import Registry, Said, registry
vars(registry)["put_link"] = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
Registry(Path(sys.argv[1])).roll_back(Said("anna", "why", datetime(2026, 10, 2)))
"""


def trained(place: Path, text: str, as_of: str = "2026-10-01") -> Path:
    """A training as far as a registry looks at one."""
    about = {"as_of": as_of, "fingerprint": "f", "models": ["lift"], "settings": {}}
    with replace_folder(place, about) as folder:
        (folder / "lift").mkdir()
        (folder / "lift" / "model.json").write_text(text)
    return place


@pytest.fixture
def used(tmp_path: Path) -> tuple[Registry, list[str]]:
    """Three versions, each champion after the other."""
    registry = Registry(tmp_path / "registry")
    versions = []
    for text in ("one", "two", "three"):
        version = registry.add(trained(tmp_path / text, text), SAID)
        registry.promote(version, SAID, {"why": text}, registry.state().champion)
        versions.append(version)
    return registry, versions


def content(registry: Registry) -> str:
    return (registry.folder / "champion" / "lift" / "model.json").read_text()


def test_the_pointer_leads_to_the_champion_and_every_move_is_logged(
    used: tuple[Registry, list[str]],
) -> None:
    registry, versions = used
    assert content(registry) == "three"
    assert registry.state().in_use == tuple(versions)
    assert [move["what"] for move in registry.moves()] == ["add", "promote"] * 3
    assert {move["who"] for move in registry.moves()} == {"anna"}
    assert registry.problems() == []


def test_adding_twice_keeps_one_copy_and_one_line(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry")
    models = trained(tmp_path / "one", "one")
    assert registry.add(models, SAID) == registry.add(models, SAID)
    assert len(registry.moves()) == 1
    assert len(list((registry.folder / "versions").iterdir())) == 1


def test_a_damaged_training_is_not_added(tmp_path: Path) -> None:
    models = trained(tmp_path / "one", "one")
    (models / "lift" / "model.json").write_text("other")
    with pytest.raises(DataError, match="changed"):
        Registry(tmp_path / "registry").add(models, SAID)


def test_rollback_restores_the_bytes_and_twice_goes_back_two(
    used: tuple[Registry, list[str]],
) -> None:
    registry, versions = used
    registry.roll_back(SAID)
    assert content(registry) == "two"
    registry.roll_back(SAID)
    assert content(registry) == "one"
    with pytest.raises(UsageError, match="no champion before"):
        registry.roll_back(SAID)
    registry.roll_back(SAID, versions[2])
    assert content(registry) == "three"
    assert registry.problems() == []


def test_rollback_to_what_was_never_champion_is_refused(
    used: tuple[Registry, list[str]], tmp_path: Path
) -> None:
    registry, versions = used
    fourth = registry.add(trained(tmp_path / "four", "four"), SAID)
    registry.refuse(fourth, SAID, {}, versions[-1])
    with pytest.raises(UsageError, match="was champion"):
        registry.roll_back(SAID, fourth)
    assert registry.state().challenger == fourth
    assert content(registry) == "three"


def test_rollback_to_a_version_that_was_changed_moves_nothing(
    used: tuple[Registry, list[str]],
) -> None:
    registry, versions = used
    changed = registry.path_of(versions[1]) / "lift" / "model.json"
    changed.chmod(0o644)
    changed.write_text("other")
    with pytest.raises(DataError, match="changed"):
        registry.roll_back(SAID)
    assert content(registry) == "three"
    assert any("changed" in problem for problem in registry.problems())


@pytest.mark.parametrize(("who", "why"), [("", "a reason"), ("anna", "  ")])
def test_who_and_why_must_be_said(who: str, why: str) -> None:
    with pytest.raises(UsageError, match="must say something"):
        Said(who, why, NOON)


def test_another_champion_in_the_meantime_stops_the_move(used: tuple[Registry, list[str]]) -> None:
    registry, versions = used
    with pytest.raises(TryAgainError, match="in the meantime"):
        registry.promote(versions[0], SAID, {}, versions[0])


def test_one_writer_at_a_time(used: tuple[Registry, list[str]]) -> None:
    registry, _ = used
    with (
        writer_lock(registry.folder / ".lock", "registry"),
        pytest.raises(TryAgainError, match="another run"),
    ):
        registry.roll_back(SAID)


def test_a_kill_between_log_and_pointer_is_told_and_finished(
    used: tuple[Registry, list[str]],
) -> None:
    registry, versions = used
    killed = subprocess.run([sys.executable, "-c", KILLED, registry.folder], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert content(registry) == "three"
    assert registry.state().champion == versions[1]
    assert any("not finished" in problem for problem in registry.problems())
    told = registry.mend()
    assert "finished now" in told[0]
    assert content(registry) == "two"
    assert registry.problems() == []


def test_a_pointer_that_was_moved_by_hand_stops_every_move(
    used: tuple[Registry, list[str]],
) -> None:
    registry, versions = used
    link = registry.folder / "champion"
    link.unlink()
    link.symlink_to(f"versions/{versions[0]}")
    assert any("by hand" in problem for problem in registry.problems())
    with pytest.raises(DataError, match="by hand"):
        registry.roll_back(SAID)


def test_changed_evidence_and_a_changed_log_are_found(used: tuple[Registry, list[str]]) -> None:
    registry, _ = used
    evidence = next((registry.folder / "evidence").glob("*.json"))
    evidence.write_text("{}")
    assert any("rested on" in problem for problem in registry.problems())
    registry.log.path.write_bytes(registry.log.path.read_bytes().replace(b"anna", b"emma", 1))
    assert any("was changed" in problem for problem in registry.problems())
    with pytest.raises(DataError, match="not to be believed"):
        registry.state()


@pytest.mark.parametrize("out", ["champion", "versions/{}", "versions/new", "champion/lift", "new"])
def test_no_training_writes_over_what_a_registry_keeps(
    used: tuple[Registry, list[str]], tmp_path: Path, out: str
) -> None:
    registry, versions = used
    with pytest.raises(UsageError, match="belongs to a registry"):
        trained(registry.folder / out.format(versions[0]), "four")
    assert registry.problems() == []
    assert content(registry) == "three"
    trained(registry.twins / "lift-aa", "a twin")
