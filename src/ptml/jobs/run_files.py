"""Run files that build on each other: base, file and `--set`, and which of them said what."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptml.errors import UsageError

Key = tuple[str, ...]
BASE = "base"


@dataclass(frozen=True)
class Layer:
    """What one file, or one word `--set KEY=VALUE`, says.

    Attributes
    ----------
    origin : str
        How it is named in messages.
    table : mapping
        Nested as in TOML.
    """

    origin: str
    table: Mapping[str, Any]

    def touches(self, key: Key) -> bool:
        """Whether it says something of a key, of a table above it, or of one below it."""
        found: Any = self.table
        for part in key:
            if not isinstance(found, Mapping):
                return True
            if part not in found:
                return False
            found = found[part]
        return True


@dataclass(frozen=True)
class Layers:
    """Layers from the lowest to the highest: the higher one wins, key by key.

    Attributes
    ----------
    files : tuple of Path
        The files among them, the lowest base first.
    """

    layers: tuple[Layer, ...]
    files: tuple[Path, ...]

    @property
    def merged(self) -> dict[str, Any]:
        """All layers in one."""
        return merged(layer.table for layer in self.layers)

    def origin(self, key: Key) -> str | None:
        """Who had the last word on a key; all who had a say on a table; None = nobody."""
        named = [layer.origin for layer in self.layers if layer.touches(key)]
        if not named:
            return None
        is_table = isinstance(_at(self.merged, key), Mapping)
        return " and ".join(dict.fromkeys(named)) if is_table else named[-1]

    def above(self, layers: Iterable[Layer]) -> "Layers":
        """The same with more on top."""
        return Layers((*self.layers, *layers), self.files)


def merged(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Merge tables key by key, the later one wins; what is no table is replaced as a whole.

    >>> merged([{"a": {"x": 1, "y": [1, 2]}}, {"a": {"y": [3]}}])
    {'a': {'x': 1, 'y': [3]}}
    """
    out: dict[str, Any] = {}
    for table in tables:
        for key, value in table.items():
            if isinstance(value, Mapping):
                under = out.get(key)
                out[key] = merged([under if isinstance(under, Mapping) else {}, value])
            else:
                out[key] = value
    return out


def read_layers(path: Path) -> Layers:
    """Read a run file with the files that it builds on (`base = "other.toml"`, beside it).

    Raises
    ------
    UsageError
        When a file is missing or no TOML, or when the bases lead back to where they began.
    """
    chain: list[tuple[Path, dict[str, Any]]] = []
    seen: list[Path] = []
    here: Path | None = path
    while here is not None:
        _refuse_circle(here, seen)
        seen.append(here)
        table = _read(here, seen)
        base = table.pop(BASE, None)
        chain.append((here, table))
        here = _base_of(here, base)
    chain.reverse()
    layers = tuple(Layer(str(file), table) for file, table in chain)
    return Layers(layers, tuple(file for file, _ in chain))


def _refuse_circle(here: Path, seen: Sequence[Path]) -> None:
    if here.resolve() in (path.resolve() for path in seen):
        way = " -> ".join(str(path) for path in (*seen, here))
        raise UsageError(f"`{BASE}` leads round in a circle: {way}; remove it from one of them")


def _read(here: Path, seen: Sequence[Path]) -> dict[str, Any]:
    if len(seen) > 1 and not here.is_file():
        raise UsageError(f"{seen[-2]}: its base {here} is not there; `{BASE}` is a path from there")
    return read_toml(here)


def _base_of(here: Path, base: Any) -> Path | None:
    if base is None:
        return None
    if not isinstance(base, str) or not base.strip():
        raise UsageError(f"{here}: `{BASE}` wants the path of another run file, got {base!r}")
    return here.parent / base


def _at(table: Any, key: Key) -> Any:
    for part in key:
        if not isinstance(table, Mapping):
            return None
        table = table.get(part)
    return table


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file, with a usage error that says what is wrong with it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} is not there; see pipelines/ for examples") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None
