"""Settings as a TOML file with the evidence for them in its head."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ptml.contracts.durable import flush
from ptml.jobs.settings import Settings
from ptml.search.space import with_values

_WIDTH = 98


def write_pinned(
    path: Path, settings: Settings, chosen: Mapping[str, Any], evidence: Sequence[str]
) -> None:
    """Write what differs from the defaults of ptml and what was searched, whole or not at all.

    Parameters
    ----------
    settings : Settings
        What the search began with.
    chosen : mapping
        Values by dotted key; written even where they are those of the default.
    evidence : sequence of str
        Lines of the comment at the head.
    """
    differing = with_values(settings, chosen).model_dump(mode="json", exclude_defaults=True)
    for key, value in chosen.items():
        *parts, last = key.split(".")
        place = differing
        for part in parts:
            place = place.setdefault(part, {})
        place[last] = value
    head = [f"# {line}".rstrip() for one in evidence for line in _wrapped(one)]
    # As in a run file, so that one may take it as its base; `--settings` reads that as well.
    tables = _tables({"settings": differing}, ())
    text = "\n".join([*head, "", *tables]).rstrip() + "\n"
    draft = path.with_name(f".{path.name}")
    draft.write_text(text, encoding="utf-8")
    flush(draft)
    draft.replace(path)


def _tables(values: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """Lines of a table and of those within it; what is None is left out."""
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    lines = [f"{key} = {_said(value)}" for key, value in plain.items() if value is not None]
    if lines and path:
        lines = [f"[{'.'.join(path)}]", *lines]
    lines += [""] if lines else []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines += _tables(value, (*path, key))
    return lines


def _said(value: Any) -> str:
    """A value as TOML writes it; JSON's way is TOML's for all that settings hold."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_said(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_said(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _wrapped(text: str) -> list[str]:
    # A command stays on one line, so that it can be copied.
    if text.startswith("  "):
        return [text]
    return textwrap.wrap(text, _WIDTH) or [""]
