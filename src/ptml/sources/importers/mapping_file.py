"""A mapping file: TOML, checked as a whole, every fault named at once."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ptml.errors import UsageError

Mapped = TypeVar("Mapped", bound=BaseModel)


def read_mapping(path: Path, shape: type[Mapped]) -> Mapped:
    """Read a mapping file.

    Raises
    ------
    UsageError
        When it is not there, no TOML, or holds what a mapping has not: all faults in one line.
    """
    if not path.is_file():
        raise UsageError(f"--map must be a TOML file, there is none at {path}")
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"--map {path} is not TOML: {error}") from error
    try:
        return shape.model_validate(told)
    except ValidationError as error:
        faults = [_fault(each["loc"], each["msg"]) for each in error.errors()]
        raise UsageError(f"--map {path}: {'; '.join(faults)}") from error


def _fault(place: tuple[int | str, ...], message: str) -> str:
    plain = message.removeprefix("Value error, ")
    if plain == "Extra inputs are not permitted":
        plain = "there is no such key"
    return f"{'.'.join(map(str, place))}: {plain}" if place else plain
