"""Settings as callers give them: whole, a part of them, or in a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ptml.config import FrozenConfig
from ptml.errors import UsageError
from ptml.jobs.settings import Settings, describe_errors, load_settings

SettingsLike = Settings | Mapping[str, Any] | str | Path | None
Part = TypeVar("Part", bound=FrozenConfig)


def resolved(given: SettingsLike) -> Settings:
    """Settings as they are given: as such, as a mapping, or in a file.

    Raises
    ------
    UsageError
        For a setting that does not exist or cannot be.
    """
    if isinstance(given, Settings):
        return given
    if isinstance(given, str | Path):
        return load_settings(Path(given))
    try:
        return Settings.model_validate(dict(given or {}))
    except ValidationError as error:
        raise UsageError(describe_errors(error, Settings, "settings")) from None


def part_of(given: SettingsLike, name: str, kind: type[Part]) -> Part:
    """The part of the settings that a function is about.

    Parameters
    ----------
    given : Settings, mapping, path of a TOML file, optional
        A mapping holds the settings of the part alone, as ``[settings.NAME]`` in a run file, or
        the part by its name.

    Raises
    ------
    UsageError
        For a setting that does not exist or cannot be.
    """
    if isinstance(given, Mapping) and set(given) != {name}:
        try:
            return kind.model_validate(dict(given))
        except ValidationError as error:
            raise UsageError(describe_errors(error, kind, "settings")) from None
    found: Part = getattr(resolved(given), name)
    return found
