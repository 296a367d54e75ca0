"""Files and folders that survive a crash: flushed to the disk, then put in place by one rename."""

import ctypes
import errno
import hashlib
import os
import shutil
from pathlib import Path

_BLOCK_BYTES = 1 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# <fcntl.h> and <linux/fs.h>; Python has no call for it.
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def flush(path: Path) -> None:
    """Make what is written to a file, or the names within a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Make a folder with all that it holds durable."""
    for path in sorted(folder.rglob("*")):
        flush(path)
    flush(folder)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def put_link(target: str, link: Path) -> None:
    """Make `link` point to `target`, in one step if it points elsewhere, durably.

    One process at a time (`ptml.contracts.lock`): the name used on the way is always the same, so
    that a killed one leaves nothing behind.
    """
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
    flush(link.parent)


def put_folder(fresh: Path, place: Path) -> None:
    """Put a finished folder where another one may be, in one step; the other one is removed."""
    if not place.exists():
        fresh.rename(place)
    elif not exchanged(fresh, place):
        place.rename(aside(place))
        fresh.rename(place)
    flush(place.parent)
    for old in (fresh, aside(place)):
        shutil.rmtree(old, ignore_errors=True)


def aside(place: Path) -> Path:
    """Where the folder before lies for a moment if two names cannot be exchanged in one step."""
    return place.with_name(f".{place.name}.before")


def exchanged(one: Path, other: Path) -> bool:
    """Let two names change places in one step; False where the system or the disk cannot."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done = rename(_AT_FDCWD, bytes(one), _AT_FDCWD, bytes(other), _RENAME_EXCHANGE)
    return bool(done == 0)


def has_no_room(error: OSError) -> bool:
    """Whether the disk, or the user's share of it, is full."""
    return error.errno in _NO_ROOM
