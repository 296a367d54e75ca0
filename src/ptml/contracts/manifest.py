"""What a folder holds, with a hash of each file, so that a changed or cut one is seen."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ptml.contracts.durable import flush, flush_tree, sha256_of
from ptml.errors import DataError

MANIFEST = "manifest.json"
FILES, _SEAL = "sha256", "seal"


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file under a folder by its relative path, the manifest left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: sha256_of(path) for name, path in named.items() if name != MANIFEST}


def write_manifest(folder: Path, about: Mapping[str, Any], is_durable: bool = True) -> None:
    """Make the folder durable and write its manifest as the last file.

    Parameters
    ----------
    about : mapping
        JSON-ready; kept beside the hashes, and covered by a hash of its own.
    is_durable : bool
        False = not flushed to the disk: for what can be made again.
    """
    text = sealed_text({**about, FILES: file_hashes(folder)})
    if is_durable:
        flush_tree(folder)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    if is_durable:
        flush(folder / MANIFEST)
        flush(folder)


def read_manifest(folder: Path, remedy: str) -> dict[str, Any]:
    """Read a folder's manifest and hold every file against it.

    Parameters
    ----------
    remedy : str
        What a person can do about a damaged folder; ends the error's sentence.

    Returns
    -------
    dict
        What was given to `write_manifest`, and ``sha256``: file to hash.

    Raises
    ------
    FileNotFoundError
        When there is no manifest.
    DataError
        Naming the files that are missing, changed or added.
    """
    about = sealed((folder / MANIFEST).read_bytes())
    if about is None:
        raise DataError(f"{MANIFEST} in {folder} is damaged; {remedy}")
    found, wanted = file_hashes(folder), about[FILES]
    wrong = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if wrong:
        raise DataError(f"{', '.join(wrong)} in {folder} changed after writing; {remedy}")
    return about


def sealed_text(about: Mapping[str, Any]) -> str:
    """Write down what is JSON-ready, with a hash over all of it."""
    # Through JSON and back, as a reader will have it: keys are text there.
    told = json.loads(json.dumps(about))
    text = json.dumps({**told, _SEAL: _seal(told)}, sort_keys=True, indent=1, ensure_ascii=False)
    return text + "\n"


def sealed(content: bytes) -> dict[str, Any] | None:
    """Give back what `sealed_text` wrote; None where it was changed or cut."""
    try:
        about = json.loads(content.decode("utf-8"))
    except ValueError:
        return None
    if not isinstance(about, dict) or about.pop(_SEAL, None) != _seal(about):
        return None
    return about


def _seal(about: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
