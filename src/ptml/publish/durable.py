"""Writes that survive a crash: flushed to the disk, then put in place by one rename."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ptml.errors import PtmlError, TryAgainError, UsageError

_BLOCK = 1 << 20
_TRY_AGAIN = (errno.ENOSPC, errno.EDQUOT)


def flush(path: Path) -> None:
    """Make what is written to a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_link(target: str, link: Path) -> None:
    """Make `link` point to `target`, in one step if it points elsewhere."""
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
    flush(link.parent)


def put_text(path: Path, text: str) -> None:
    """Write a whole text file or none of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    flush(fresh)
    fresh.replace(path)
    flush(path.parent)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def told_plainly(out: str) -> Iterator[None]:
    """Turn what the operating system says of a place into one line for its user."""
    try:
        yield
    except OSError as error:
        raise as_told(out, error) from error


def as_told(out: str, error: OSError) -> PtmlError:
    """The error that a user reads: a full disk may have room later, a wrong place will not."""
    reason = error.strerror or str(error)
    if error.errno in _TRY_AGAIN:
        return TryAgainError(
            f"no room to write {out} ({reason}); the last published run is untouched: "
            "free some space and run again"
        )
    return UsageError(
        f"--out {out} cannot be written ({reason}); name a folder that you may write, "
        "or a *.duckdb file in one"
    )
