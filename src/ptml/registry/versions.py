"""Copies of trainings that never change, named by their date and a hash of what they are."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ptml.contracts.artefacts import verified
from ptml.contracts.durable import flush, flush_tree
from ptml.errors import DataError

_IDENTITY = ("as_of", "fingerprint", "models", "settings", "sha256")
_READ_ONLY = 0o444


def version_of(about: Mapping[str, Any]) -> str:
    """Name of a training: its date and twelve hex digits.

    Where it lies and where its data lay are no part of it.

    Parameters
    ----------
    about : mapping
        A manifest as `ptml.contracts.artefacts.verified` gives it.
    """
    told = json.dumps({key: about.get(key) for key in _IDENTITY}, sort_keys=True)
    return f"{about['as_of']}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def copied(models: Path, versions: Path) -> str:
    """Copy a training into the folder of versions, whole or not at all; one that is there stays.

    Returns
    -------
    str
        The version's name.

    Raises
    ------
    DataError
        When a file of the training, or of the version that is there, is not what was trained.
    """
    version = version_of(verified(models))
    place = versions / version
    if place.exists():
        checked(place)
        return version
    fresh = versions / f".{version}.unfinished"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(models, fresh)
    checked(fresh, version)
    for path in fresh.rglob("*"):
        if path.is_file():
            path.chmod(_READ_ONLY)
    flush_tree(fresh)
    fresh.rename(place)
    flush(versions)
    return version


def checked(place: Path, version: str | None = None) -> Mapping[str, Any]:
    """Manifest of a version, after every file was held against it and it against its name.

    Raises
    ------
    DataError
        When a file changed, or the whole was exchanged for another training.
    """
    about = verified(place)
    wanted = place.name if version is None else version
    if version_of(about) != wanted:
        raise DataError(
            f"{place} holds version {version_of(about)}, not {wanted}: it was exchanged"
        )
    return about
