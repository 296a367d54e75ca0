"""The examples of the tutorials and guides run as they stand, in order, in an empty folder."""

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ptml.jobs.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SETTINGS = re.compile(r"(?:^    \S.*\n)+", re.MULTILINE)
# Made once for all tutorials: they begin with the same company.
_COMPANY = "ptml simulate company "

Call = Callable[..., tuple[int, str, str]]


def _steps(page: Path) -> Iterator[tuple[str, str]]:
    for kind, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "python":
            yield kind, text
        else:
            yield from (("console", line[2:]) for line in text.splitlines() if line[:2] == "$ ")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the commands of all tutorials run; what was run once is not run again."""
    return tmp_path_factory.mktemp("tutorials")


@pytest.fixture(scope="module")
def done() -> set[str]:
    """Commands that were run."""
    return set()


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_the_examples_of_a_tutorial_run(
    page: Path, workshop: Path, done: set[str], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workshop)
    for kind, text in _steps(page):
        if kind == "python":
            exec(compile(text, str(page), "exec"), {})
        elif text not in done:
            program, *words = shlex.split(text)
            assert program == "ptml", text
            code, _, error = call(*words)
            assert code == 0, f"{text}\n{error}"
            done.add(text)


def test_tutorials_begin_with_the_same_company() -> None:
    made = {t for page in TUTORIALS for _, t in _steps(page) if t.startswith(_COMPANY)}
    assert len(made) == 1


def test_settings_shown_in_guides_are_settings(tmp_path: Path) -> None:
    shown = 0
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for block in _SETTINGS.findall(page.read_text(encoding="utf-8")):
            text = re.sub(r"^    ", "", block, flags=re.MULTILINE)
            if not text.startswith("[settings."):
                continue
            (tmp_path / "shown.toml").write_text(text)
            assert tomllib.loads(text)
            assert isinstance(load_settings(tmp_path / "shown.toml"), Settings)
            shown += 1
    assert shown >= 2


def test_the_readme_and_the_pages_name_no_verb_that_is_not_there(call: Call) -> None:
    _, out, _ = call("--help")
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    named = {
        verb
        for page in pages
        if "decisions" not in page.parts
        for verb in re.findall(r"^ {4}ptml ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert {verb for verb in named if not re.search(rf"\b{verb}\b", out)} == set()
