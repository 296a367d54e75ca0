"""A run file as it will be run: every value checked, and where each comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ptml.errors import UsageError
from ptml.jobs.addresses import without_password
from ptml.jobs.overrides import as_text, override_layers, short
from ptml.jobs.run_files import BASE, Key, Layers, read_layers
from ptml.jobs.settings import RunFile, describe_errors

DEFAULT = "default"
# What TOML gives for `007` or `2026-10-02` is no text, and a text may look like that.
_WANTS_TEXT = ("string_type", "path_type")


@dataclass(frozen=True)
class Value:
    """One resolved key: dotted and without `settings.`, JSON-ready value, who said it."""

    key: str
    value: Any
    origin: str


@dataclass(frozen=True)
class Resolved:
    """A checked run file.

    Attributes
    ----------
    run : RunFile
    layers : Layers
        What files and `--set` said.
    """

    run: RunFile
    layers: Layers

    def values(self) -> list[Value]:
        """Every key with its value and where that comes from, in the order of declaration."""
        dumped = self.run.model_dump(mode="json", exclude={BASE})
        return [
            Value(
                short(".".join(key)),
                without_password(value) if isinstance(value, str) else value,
                self.layers.origin(key) or DEFAULT,
            )
            for key, value in leaves(dumped)
        ]


def leaves(table: Mapping[str, Any], prefix: Key = ()) -> list[tuple[Key, Any]]:
    """Every value of nested tables with its key."""
    found: list[tuple[Key, Any]] = []
    for name, value in table.items():
        key = (*prefix, name)
        found.extend(leaves(value, key) if isinstance(value, Mapping) else [(key, value)])
    return found


def resolve(path: Path, words: Sequence[str] = ()) -> Resolved:
    """Read a run file with its bases and `--set` words, and check every key.

    Raises
    ------
    UsageError
        Naming every wrong key, the file or word that said it, and the nearest key.
    """
    layers = read_layers(path).above(override_layers(words))
    wanted = _wanting_text(layers, words)
    try:
        run = RunFile.model_validate(wanted.merged)
    except ValidationError as error:
        raise UsageError(
            describe_errors(error, RunFile, lambda key: wanted.origin(key) or str(path))
        ) from None
    return Resolved(run, wanted)


def _wanting_text(layers: Layers, words: Sequence[str]) -> Layers:
    """The same, with words as text where text is wanted and something else was read."""
    try:
        RunFile.model_validate(layers.merged)
    except ValidationError as error:
        keys = [
            tuple(str(part) for part in problem["loc"])
            for problem in error.errors()
            if problem["type"] in _WANTS_TEXT
        ]
        texts = [as_text(words, key) for key in keys]
        return layers.above(layer for layer in texts if layer is not None)
    return layers
