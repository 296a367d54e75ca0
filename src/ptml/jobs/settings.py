"""All settings of a job in one typed tree; each part stands beside what it configures."""

import difflib
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ValidationError

from ptml.config import FrozenConfig
from ptml.errors import UsageError

Job = Literal["validate", "train", "score", "report"]
"""What a run file may ask for."""


class RunFile(FrozenConfig):
    """A file under `pipelines/`: which job, on what, with which settings."""

    job: Job
    data: str | None = None
    """Source of the contract's tables: a folder, a `*.duckdb` file or a PostgreSQL address."""
    as_of: date | None = None
    """The date as of which everything is known; empty = the newest that the data allow."""
    models: Path | None = None
    """Folder of trained models: written by `train`, read by `score`."""
    out: str | None = None
    """Where `score` publishes and what `report` reads."""


def known_keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Every key of a settings tree, dotted."""
    keys: list[str] = []
    for name, info in model.model_fields.items():
        keys.append(prefix + name)
        for part in (info.annotation, *get_args(info.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                keys.extend(known_keys(part, f"{prefix}{name}."))
    return keys


def describe_errors(error: ValidationError, model: type[BaseModel], where: str) -> str:
    """One line per wrong key, an unknown one with the nearest that exists."""
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            near = difflib.get_close_matches(key, known_keys(model), n=1, cutoff=0.5)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            lines.append(f"{where}: unknown setting `{key}`{hint}")
        else:
            lines.append(f"{where}: `{key}` {problem['msg'].lower()}, got {problem['input']!r}")
    return "\n".join(lines)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file, with a usage error that says what is wrong with it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} is not there; see pipelines/ for examples") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None
