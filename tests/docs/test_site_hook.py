"""What the site makes of pages that are written for a code host too."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from mkdocs.exceptions import PluginError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The hook as mkdocs loads it: from its file."""
    spec = importlib.util.spec_from_file_location("site_hook", ROOT / "docs" / "site_hook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _page(uri: str) -> Any:
    return SimpleNamespace(file=SimpleNamespace(src_uri=uri))


def _made(hook: ModuleType, text: str, uri: str = "how-to/x.md") -> str:
    return str(hook.on_page_markdown(text, _page(uri), None, None))


def test_a_list_begins_without_an_empty_line(hook: ModuleType) -> None:
    assert _made(hook, "**Chosen.**\n- one\n- two\n") == "**Chosen.**\n\n- one\n- two\n"
    assert _made(hook, "| a |\n|---|\n- one\n") == "| a |\n|---|\n- one\n"


def test_a_link_out_of_the_pages_becomes_a_name(hook: ModuleType) -> None:
    assert _made(hook, "[the lock](../../uv.lock)") == "the lock (`uv.lock`)"
    assert _made(hook, "[guide](../user-guide.md)") == "[guide](../user-guide.md)"


def test_a_link_out_of_the_pages_that_leads_nowhere_ends_the_build(hook: ModuleType) -> None:
    with pytest.raises(PluginError, match="not there"):
        _made(hook, "[x](../../nowhere.md)")


def test_every_page_has_a_place_in_the_navigation(hook: ModuleType) -> None:
    docs = ROOT / "docs"
    there = {str(page.relative_to(docs)) for page in docs.rglob("*.md")}
    placed = set(re.findall(r"[\w./-]+\.md", str(hook.navigation(docs))))
    assert placed == there | {hook.CLI_PAGE}


def test_the_command_line_is_told_whole(hook: ModuleType) -> None:
    told = hook.command_line()
    for verb in ("simulate", "train", "score", "evaluate acting"):
        assert f"## ptml {verb}" in told
    assert "| `--as-of` |" in told
