"""What the site adds to the pages of `docs/`: navigation, the command line's help, few repairs."""

import posixpath
import re
from pathlib import Path
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
CLI_PAGE = "reference/cli.md"
# A link that leaves `docs/` is good on a code host, and leads nowhere on the site.
_LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#\s]+)(?:#[^)]*)?\)")
# A code host begins a list without an empty line before it; the site's Markdown wants one.
_TIGHT_LIST = re.compile(r"^(\*\*[^\n]*|[^\s|#>*-][^\n]*)\n(?=(?:- |1\. ))", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Build the navigation from the pages that are there, so that none is missing or in vain."""
    config.nav = navigation(Path(config.docs_dir))
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the command line's help as a page."""
    files.append(File.generated(config, CLI_PAGE, content=command_line()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Name files of the repository that are no pages, and let lists begin."""
    here = posixpath.dirname(page.file.src_uri)
    return _TIGHT_LIST.sub(r"\1\n\n", _LINK.sub(lambda found: _named(found, here), markdown))


def navigation(docs: Path) -> list[dict[str, Any]]:
    """Sections in the order of a reader who comes new; pages by name within each."""
    benchmarks = sorted(path.name for path in docs.glob("benchmarks*.md"))
    sections = {
        "Tutorials": _pages(docs, "tutorials"),
        "How-to guides": ["user-guide.md", *_pages(docs, "how-to")],
        "Method notes": _pages(docs, "methods"),
        "Reference": ["data-contract.md", CLI_PAGE, *_pages(docs, "reference"), "architecture.md"],
        "Benchmarks": benchmarks,
        "Decisions": _pages(docs, "decisions"),
    }
    return [{"Start": "index.md"}, *({words: pages} for words, pages in sections.items() if pages)]


def _pages(docs: Path, folder: str) -> list[str]:
    return [f"{folder}/{path.name}" for path in sorted((docs / folder).glob("*.md"))]


def _named(found: re.Match[str], here: str) -> str:
    place = posixpath.normpath(posixpath.join(here, found[2]))
    if not place.startswith("../"):
        return found[0]
    name = place.removeprefix("../")
    if not (ROOT / name).exists():
        raise PluginError(f"a page in docs/{here} links to {found[2]}, which is not there")
    return f"`{name}`" if found[1].strip("`") in name else f"{found[1]} (`{name}`)"


def command_line() -> str:
    """Every verb of `ptml` with its arguments and options, told by the command line itself."""
    from ptml.cli import app

    parts = [
        "# Command line",
        "[Exit codes](exit-codes.md) are the same for all; "
        "[`--log` and `--metrics`](logs-and-metrics.md) too.",
    ]
    for words, verb in _verbs("ptml", typer.main.get_command(app)):
        parts += [f"## {words}", _one_line(verb.help), _usage(words, verb)]
    return "\n\n".join(parts)


def _verbs(words: str, command: Any) -> list[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        return [(words, command)]
    return [verb for name, each in below.items() for verb in _verbs(f"{words} {name}", each)]


def _usage(words: str, verb: Any) -> str:
    places = [str(p.name).upper() for p in verb.params if p.param_type_name == "argument"]
    lines = ["    " + " ".join([words, *places, "[OPTIONS]"]), ""]
    if verb.params:
        lines += ["| Word | Meaning | Default |", "|---|---|---|", *map(_row, verb.params)]
    return "\n".join(lines)


def _row(param: Any) -> str:
    is_option = param.param_type_name == "option"
    names = [*param.opts, *param.secondary_opts] if is_option else [str(param.name).upper()]
    named = ", ".join(f"`{name}`" for name in names)
    return f"| {named} | {_one_line(getattr(param, 'help', None))} | {_default(param)} |"


def _default(param: Any) -> str:
    if param.required:
        return "required"
    value = param.default
    told = isinstance(value, str | int | float | Path) and not isinstance(value, bool)
    return f"`{value}`" if told and str(value) else ""


def _one_line(text: str | None) -> str:
    plain = re.sub(r"\[/?bold\]", "", text or "")
    return re.sub(r"([|\[\]<>])", r"\\\1", " ".join(plain.split()))
