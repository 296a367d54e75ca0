"""A folder of fitted models that is whole or not there, with a hash of each of its files."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ptml.contracts.durable import aside, has_no_room, put_folder
from ptml.contracts.lock import writer_lock
from ptml.contracts.manifest import MANIFEST, read_manifest, write_manifest
from ptml.errors import TryAgainError, UsageError

MOVES, VERSIONS = "moves.jsonl", "versions"
"""Log and copies of a registry (`ptml.registry`): no training writes among them."""


@contextmanager
def replace_folder(out: Path, about: Mapping[str, Any]) -> Iterator[Path]:
    """Give a folder to write models into; it takes the place of `out` when the block ends well.

    Parameters
    ----------
    out : Path
        Made where it is not there; one that holds models is replaced, any other is left alone.
    about : mapping
        JSON-ready; kept in the manifest beside the hash of each file.

    Raises
    ------
    UsageError
        For a place that cannot be written or belongs to a registry, or a folder that holds
        something else.
    TryAgainError
        For a full disk, or when another training writes to the same place.
    """
    place = out.resolve()
    _refuse_registry(place, out)
    fresh, lock = (place.with_name(f".{place.name}.{end}") for end in ("unfinished", "lock"))
    with _told(out, (place, fresh, lock)):
        place.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(lock, str(out)):
            _clear(fresh, place)
            _refuse_unfit(place, out)
            fresh.mkdir()
            try:
                yield fresh
                write_manifest(fresh, about)
                put_folder(fresh, place)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)


def _clear(fresh: Path, place: Path) -> None:
    """Mend what a killed training left: we hold the lock, so nobody works there."""
    shutil.rmtree(fresh, ignore_errors=True)
    if aside(place).exists() and not place.exists():
        aside(place).rename(place)
    shutil.rmtree(aside(place), ignore_errors=True)


def _refuse_registry(place: Path, out: Path) -> None:
    # `out` may be its link `champion`: what was promoted would be exchanged without a move.
    holders = [parent.parent for parent in place.parents if parent.name == VERSIONS]
    if any(_is_registry(folder) for folder in (place.parent, *holders)):
        raise UsageError(
            f"--out {out} belongs to a registry, whose trainings never change; name another folder"
            " and put it forward with `ptml promote`"
        )


def _is_registry(folder: Path) -> bool:
    with suppress(OSError):
        return (folder / MOVES).exists()
    # One that cannot be looked into is told when it is written to.
    return False


def _refuse_unfit(place: Path, out: Path) -> None:
    if place.exists() and not place.is_dir():
        raise UsageError(f"--out {out} is a file; name a folder for the models")
    if os.path.ismount(place):
        raise UsageError(f"--out {out} is where a disk begins; name a folder within it")
    if place.is_dir() and any(place.iterdir()) and not (place / MANIFEST).exists():
        raise UsageError(f"--out {out} holds something that is no models; name another folder")


@contextmanager
def _told(out: Path, ours: tuple[Path, ...]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if has_no_room(error):
            raise TryAgainError(
                f"no room to write {out} ({error.strerror}); the models before are untouched:"
                " free some space and run again"
            ) from error
        if not _is_about(error, ours):
            raise
        raise UsageError(
            f"--out {out} cannot be written ({error.strerror}); name a folder that you may write"
        ) from error


def _is_about(error: OSError, ours: tuple[Path, ...]) -> bool:
    # Fitting runs within the block: a file that it cannot read is no fault of `out`.
    if not isinstance(error.filename, str | os.PathLike):
        return False
    path = Path(error.filename).resolve()
    return any(path.is_relative_to(our) or our.is_relative_to(path) for our in ours)


def verified(folder: Path) -> dict[str, Any]:
    """Read the manifest of a models folder and check every file against it.

    Raises
    ------
    UsageError
        When there are no models.
    DataError
        When a file is missing, changed or was added.
    """
    try:
        return read_manifest(folder, "train again before scoring")
    except (FileNotFoundError, NotADirectoryError):
        if any((folder / f"employees.{form}").exists() for form in ("csv", "parquet")):
            raise UsageError(
                f"{folder} holds tables and no models; name the folder that `ptml train` wrote"
            ) from None
        before = aside(folder)
        kept = f"; those before lie in {before}" if before.exists() else ""
        raise UsageError(
            f"no trained models in {folder}; `ptml train DATA --out {folder}` makes them{kept}"
        ) from None
