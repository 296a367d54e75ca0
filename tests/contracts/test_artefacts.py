"""A models folder is replaced whole or not at all, and a damaged one is not used."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ptml.contracts import durable
from ptml.contracts.artefacts import replace_folder, verified
from ptml.errors import DataError, TryAgainError, UsageError

TRAINING = """
import os, signal, sys
from pathlib import Path
from ptml.contracts import artefacts, durable, manifest
from ptml.contracts.artefacts import replace_folder

seen = 0
def count(event, arguments):
    global seen
    if event in ("os.rename", "os.mkdir", "os.rmdir", "os.remove", "ctypes.dlsym", "open"):
        if event == "open" and sys.argv[1] not in str(arguments[0]):
            return
        seen += 1
        if seen == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[4] == "two steps":
    durable.exchanged = lambda one, other: False
sys.addaudithook(count)
with replace_folder(Path(sys.argv[1]), {"models": [sys.argv[2]]}) as folder:
    for name in ("a.txt", "b.npz"):
        (folder / name).write_text(sys.argv[2])
"""
MAX_STEPS = 60


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def train(models: Path, text: str) -> None:
    with replace_folder(models, {"models": [text]}) as folder:
        (folder / "a.txt").write_text(text, encoding="utf-8")
        (folder / "b.npz").write_text(text, encoding="utf-8")


def trained(models: Path) -> str:
    """The training that a reader finds, once all of it was found to be of that training."""
    [text] = verified(models)["models"]
    found = {(models / name).read_text(encoding="utf-8") for name in ("a.txt", "b.npz")}
    assert found == {text}
    return str(text)


def test_models_are_there_when_the_block_ends_well(models: Path) -> None:
    train(models, "one")
    assert trained(models) == "one"
    train(models, "two")
    assert trained(models) == "two"
    assert [path.name for path in models.parent.iterdir()] == ["models"]


def test_models_before_stay_when_training_fails(models: Path) -> None:
    train(models, "one")
    with (
        pytest.raises(ZeroDivisionError),
        replace_folder(models, {"models": ["two"]}) as folder,
    ):
        (folder / "a.txt").write_text(str(1 / 0), encoding="utf-8")
    assert trained(models) == "one"
    assert [path.name for path in models.parent.iterdir()] == ["models"]


def test_a_link_to_a_folder_stays_a_link(models: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    models.symlink_to(tmp_path / "disk")
    train(models, "one")
    assert models.is_symlink()
    assert trained(tmp_path / "disk") == "one"


def test_a_folder_that_holds_something_else_is_left_alone(models: Path) -> None:
    models.mkdir()
    (models / "thesis.tex").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something that is no models"):
        train(models, "one")
    assert [path.name for path in models.iterdir()] == ["thesis.tex"]


def test_a_file_in_the_way_is_left_alone(models: Path) -> None:
    models.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file; name a folder for the models"):
        train(models, "one")
    with pytest.raises(UsageError, match="cannot be written"):
        train(models / "deeper", "one")
    assert models.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_place_that_nobody_may_write_is_refused() -> None:
    with pytest.raises(UsageError, match="--out /proc/models cannot be written"):
        train(Path("/proc/models"), "one")


def test_the_root_of_a_disk_cannot_be_replaced(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.mkdir()
    monkeypatch.setattr("ptml.contracts.artefacts.os.path.ismount", lambda path: True)
    with pytest.raises(UsageError, match="is where a disk begins; name a folder within it"):
        train(models, "one")


def test_a_full_disk_is_told_as_such_and_the_models_before_stay(models: Path) -> None:
    train(models, "one")
    with pytest.raises(TryAgainError, match="no room to write"), replace_folder(models, {}):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert trained(models) == "one"


def test_an_error_of_fitting_is_not_told_as_one_of_the_place(models: Path) -> None:
    with pytest.raises(FileNotFoundError), replace_folder(models, {}):
        (models.parent / "data" / "enrolments.parquet").read_bytes()


def test_a_second_training_to_the_same_place_waits_its_turn(models: Path) -> None:
    with (
        replace_folder(models, {}),
        pytest.raises(TryAgainError, match=r"another run is writing to .*models"),
    ):
        train(models, "two")


def test_a_damaged_model_is_named(models: Path) -> None:
    train(models, "one")
    (models / "b.npz").write_text("0ne", encoding="utf-8")
    with pytest.raises(DataError, match=r"b\.npz in .* changed after .*; train again"):
        verified(models)


def test_no_models_says_how_to_make_them(models: Path) -> None:
    with pytest.raises(UsageError, match=r"no trained models in .*; `ptml train DATA --out"):
        verified(models)
    durable.aside(models).mkdir(parents=True)
    with pytest.raises(UsageError, match=r"those before lie in .*\.models\.before"):
        verified(models)


@pytest.mark.parametrize("swap", ["one step", "two steps"])
def test_a_killed_training_leaves_whole_models_and_the_next_one_works(
    models: Path, swap: str
) -> None:
    train(models, "one")
    n_kills = 0
    for step in range(1, MAX_STEPS):
        command = [sys.executable, "-c", TRAINING, str(models), "two", str(step), swap]
        died = subprocess.run(command, check=False).returncode == -signal.SIGKILL
        if swap == "one step" or models.exists():
            assert trained(models) in ("one", "two")
        train(models, "one")
        assert trained(models) == "one"
        assert [path.name for path in models.parent.iterdir()] == ["models"]
        if not died:
            break
        n_kills += 1
    assert n_kills > 4


def test_a_folder_of_tables_is_not_advised_to_be_trained_into(tmp_path: Path) -> None:
    (tmp_path / "employees.csv").write_text("employee_id\na\n", encoding="utf-8")
    with pytest.raises(UsageError, match="holds tables and no models"):
        verified(tmp_path)
