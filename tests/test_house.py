"""The house and its habits: what the documents say of the tree holds."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "ptml"
LONGEST_MODULE_LINES = 400
VAGUE = {"utils", "util", "helpers", "common", "misc"}


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_architecture_names_every_room_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `src/ptml/([a-z_]+)(?:/|\.py)`", text, re.MULTILINE))
    there = {
        path.stem if path.is_file() else path.name
        for path in PACKAGE.iterdir()
        if path.name not in ("__init__.py", "py.typed", "__pycache__")
    }
    assert named == there


def test_architecture_draws_the_layers_that_are_checked() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = re.search(r"    cli \| api > .*\n.*errors", text)
    assert drawn is not None
    assert [part.strip() for part in " ".join(drawn.group().split()).split(">")] == layers


def test_no_module_is_two_ideas() -> None:
    long = {
        str(path.relative_to(ROOT)): n
        for path in _modules()
        if (n := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE_LINES
    }
    assert long == {}


def test_no_module_has_a_vague_name() -> None:
    assert [path for path in _modules() if path.stem in VAGUE] == []


def test_nothing_is_pickled() -> None:
    wrong = [
        path
        for path in _modules()
        if re.search(
            r"^\s*(import|from) (pickle|joblib|cloudpickle)", path.read_text("utf-8"), re.M
        )
    ]
    assert wrong == []


def test_no_clock_or_global_seed_below_the_command_line() -> None:
    pattern = re.compile(
        r"datetime\.now\(|date\.today\(|\btime\.time\(|np\.random\.seed|random\.seed\("
    )
    wrong = [
        path
        for path in _modules()
        if path.parent.name != "cli" and pattern.search(path.read_text("utf-8"))
    ]
    assert wrong == []


def test_folder_mlflow_holds_no_python() -> None:
    assert list((ROOT / "mlflow").rglob("*.py")) == []


def test_tests_mirror_the_package() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name[0] != "_"}
    tested = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert rooms - tested == set()


def test_the_lock_is_up_to_date() -> None:
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("uv is not in this environment: the lock is not checked")
    found = subprocess.run(
        [uv, "lock", "--check", "--offline"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if "network" in found.stderr.lower() or "offline" in found.stderr.lower():
        pytest.skip("the package index is not cached here: the lock is not checked")
    assert found.returncode == 0, found.stderr
