"""Every key of a run file with its type, default and meaning, from the types themselves."""

import difflib
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ptml.errors import UsageError
from ptml.jobs.overrides import short
from ptml.jobs.settings import RunFile

_BOUNDS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_TABLE = "table"


@dataclass(frozen=True)
class Entry:
    """One key: its name without `settings.`, what it takes, its default and what it means."""

    key: str
    kind: str
    default: str
    meaning: str

    @property
    def is_table(self) -> bool:
        """Whether it holds other keys."""
        return self.kind == _TABLE


def entries(prefix: str = "") -> list[Entry]:
    """Every key, or those that are or lie below ``prefix``, in the order of declaration.

    Raises
    ------
    UsageError
        When there is no such key.
    """
    wanted = short(prefix).rstrip(".")
    found = [
        entry
        for entry in _of(RunFile, "")
        if not wanted or entry.key == wanted or entry.key.startswith(f"{wanted}.")
    ]
    if not found:
        near = difflib.get_close_matches(wanted, [e.key for e in _of(RunFile, "")], n=1, cutoff=0.5)
        if near:
            raise UsageError(f"no setting begins with {prefix}; did you mean `{near[0]}`?")
        tables = ", ".join(e.key for e in _of(RunFile, "") if e.is_table and "." not in e.key)
        raise UsageError(f"no setting begins with {prefix}; there are {tables}")
    return found


def _of(model: type[BaseModel], prefix: str) -> list[Entry]:
    found: list[Entry] = []
    for name, info in model.model_fields.items():
        key, part = prefix + name, info.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            meaning = _one_line(info.description or part.__doc__)
            if short(key) != "settings":
                found.append(Entry(short(key), _TABLE, "", meaning))
            found.extend(_of(part, f"{key}."))
        else:
            found.append(
                Entry(short(key), _kind(info), _default(info), _one_line(info.description))
            )
    return found


def _kind(info: FieldInfo) -> str:
    said = _named(info.annotation)
    bounds = _bounds(info.metadata)
    return f"{said} {bounds}".strip() if bounds else said


def _named(kind: Any) -> str:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return f"{_named(parts[0])} {_bounds(parts[1:])}".strip()
    if origin is Literal:
        return " or ".join(f'"{part}"' for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(_named(part) for part in parts if part is not type(None))
    if origin is tuple:
        return f"list of {_named(parts[0])}"
    words = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}
    name = getattr(kind, "__name__", str(kind))
    return words.get(name, name.lower())


def _bounds(metadata: Any) -> str:
    told = [
        f"{sign} {getattr(rule, name):g}"
        for rule in metadata
        for name, sign in _BOUNDS.items()
        if isinstance(getattr(rule, name, None), int | float)
    ]
    told += [f"like `{rule.pattern}`" for rule in metadata if getattr(rule, "pattern", None)]
    return ", ".join(told)


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    value = info.default
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(list(value) if _many(value) else value)


def _many(value: Any) -> bool:
    return isinstance(value, tuple)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def markdown() -> str:
    """The page `docs/reference/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Made by `make settings` from the types that check a run file; do not edit it by hand.",
        "`ptml settings PREFIX` shows a part of it in the terminal. Keys from `seed` on stand",
        "below `[settings]` in a file; `--set` may leave that out: `--set lift.n_folds=10`.",
        "",
        "## The run",
    ]
    lines += _HEAD
    for entry in entries():
        if entry.is_table:
            lines += ["", f"## {entry.key}", "", _cell(entry.meaning), *_HEAD]
        else:
            lines.append(
                f"| `{entry.key}` | {_cell(entry.kind)} | {_cell(entry.default)} |"
                f" {_cell(entry.meaning)} |"
            )
    return "\n".join(lines) + "\n"


_HEAD = ["", "| key | takes | default | meaning |", "|---|---|---|---|"]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
