"""Twins: a training's recipe fitted again on what was known before a window.

A model that has seen a window cannot be judged by it. What can is how it was made: the same
settings and seed, by the code of today, on the data as they stood on the window's first day.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import ptml
from ptml.contracts.artefacts import replace_folder, verified
from ptml.errors import PtmlError
from ptml.jobs.fitting import Learning, fit_models
from ptml.jobs.models import Models, load_models
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.jobs.source_hash import source_hash

# What of the settings makes a model; the seed does too.
PARTS = {
    "recommend": ("recommend", "completion", "ranker"),
    "lift": ("lift",),
    "warnings": ("warning",),
}
_NOT_THE_MODEL = "num_threads"


def settings_of(about: Mapping[str, Any]) -> Settings | None:
    """Settings that a training was made with; None where this version of ptml reads them not."""
    try:
        return Settings.model_validate(about["settings"])
    except (KeyError, ValidationError):
        return None


def recipe_of(name: str, settings: Settings) -> dict[str, Any]:
    """Everything of the settings that makes a model what it is."""
    told = settings.model_dump(mode="json")
    return {"seed": settings.seed, **{part: _plain(told[part]) for part in PARTS[name]}}


def _plain(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {key: _plain(value) for key, value in part.items() if key != _NOT_THE_MODEL}


@dataclass(frozen=True)
class Twins:
    """Where twins are fitted and kept.

    Attributes
    ----------
    learning : Learning
        As of the window's first day; its settings are those of the run and not used.
    folder : Path
    """

    learning: Learning
    folder: Path

    def of(self, models: Models, names: tuple[str, ...], progress: Progress) -> Models | None:
        """The twin of each of a training's models; None where its settings are not read."""
        settings = settings_of(models.about)
        if settings is None:
            return None
        found = replace(
            models, preference=None, completion=None, ranker=None, lift=None, warning=None
        )
        for name in names:
            one = load_models(self._fitted(name, settings, progress), (name,), [])
            parts = {
                part: getattr(one, part)
                for part in ("preference", "completion", "ranker", "lift", "warning")
                if getattr(one, part) is not None
            }
            found = replace(found, **parts)
        return found

    def _fitted(self, name: str, settings: Settings, progress: Progress) -> Path:
        about = self._about(name, settings)
        key = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]
        place = self.folder / f"{name}-{key}"
        try:
            verified(place)
        except PtmlError:
            learning = replace(self.learning, settings=settings)
            with replace_folder(place, {**about, "models": [name]}) as fresh:
                fit_models([name], learning, fresh, progress)
        return place

    def _about(self, name: str, settings: Settings) -> dict[str, Any]:
        return {
            "name": name,
            "recipe": recipe_of(name, settings),
            "as_of_day": self.learning.as_of_day,
            "fingerprint": self.learning.history.fingerprint,
            "code": _code(),
        }


@cache
def _code() -> str:
    return source_hash(ptml)
