"""A folder of fitted models that is whole or not there, with a hash of each of its files."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ptml.errors import DataError, TryAgainError, UsageError

MANIFEST = "manifest.json"
_NO_ROOM = 28


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@contextmanager
def replace_folder(out: Path, about: Mapping[str, Any]) -> Iterator[Path]:
    """Give a folder to write models into; it becomes `out` when the block ends well.

    Parameters
    ----------
    out : Path
        Made where it is not there; one that holds models is replaced, any other is left alone.
    about : mapping
        JSON-ready; kept in the manifest beside the hash of each file.

    Raises
    ------
    UsageError
        For a place that cannot be written, or a folder that holds something else.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise UsageError(f"--out {out} holds something that is no models; name another folder")
    fresh = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        fresh.mkdir(parents=True)
        yield fresh
        told = {**about, "sha256": _hashes(fresh)}
        text = json.dumps(told, sort_keys=True, indent=1, ensure_ascii=False)
        (fresh / MANIFEST).write_text(text + "\n", encoding="utf-8")
        _swap(fresh, out)
    except OSError as error:
        if error.errno == _NO_ROOM:
            raise TryAgainError(f"no room to write {out}; free some space and run again") from error
        raise UsageError(f"--out {out} cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, out: Path) -> None:
    old = out.with_name(f".{out.name}.old.{os.getpid()}")
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def verified(folder: Path) -> dict[str, Any]:
    """Read the manifest of a models folder and check every file against it.

    Raises
    ------
    UsageError
        When there are no models.
    DataError
        When a file is missing, changed or was added.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise UsageError(
            f"no trained models in {folder}; `ptml train DATA --out {folder}` makes them"
        )
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found, wanted = _hashes(folder), about["sha256"]
    wrong = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if wrong:
        raise DataError(
            f"{', '.join(wrong)} in {folder} is not what was trained; train again before scoring"
        )
    return about
