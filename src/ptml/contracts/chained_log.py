"""A log that only grows: each line holds the hash of the one before, so that a change is seen.

A cut tail leaves a whole chain behind: keep the last hash (`Reading.head`) in another place too.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptml.contracts.durable import flush
from ptml.errors import DataError

START = "0" * 64
"""What the first line holds for the one before."""
_NUMBER, _BEFORE, _HASH = "n", "before_hash", "hash"


@dataclass(frozen=True)
class Reading:
    """What a log holds.

    Attributes
    ----------
    entries : tuple of dict
        Up to the first line that breaks the chain.
    problem : str or None
        Which line breaks it, and how.
    torn : bool
        Whether a last line was not written to its end: whoever wrote it was stopped.
    n_bytes : int
        Of the whole lines of the chain.
    """

    entries: tuple[dict[str, Any], ...]
    problem: str | None
    torn: bool
    n_bytes: int

    @property
    def head(self) -> str:
        """Hash of the last line."""
        return str(self.entries[-1][_HASH]) if self.entries else START


class ChainedLog:
    """A file of JSON lines. One writer at a time (`ptml.contracts.lock`)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Reading:
        """Read all lines and follow the chain."""
        text = self.path.read_bytes() if self.path.exists() else b""
        *lines, rest = text.split(b"\n")
        entries: list[dict[str, Any]] = []
        before, n_bytes = START, 0
        for number, line in enumerate(lines, start=1):
            entry = _entry(line, number, before)
            if isinstance(entry, str):
                problem = f"line {number} of {self.path}: {entry}"
                return Reading(tuple(entries), problem, bool(rest), n_bytes)
            entries.append(entry)
            before, n_bytes = entry[_HASH], n_bytes + len(line) + 1
        return Reading(tuple(entries), None, bool(rest), n_bytes)

    def append(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Add a line and make it durable; what a stopped writer left half written is cut off.

        Raises
        ------
        DataError
            When the chain is broken: nothing is added to a log that was changed.
        """
        found = self.read()
        if found.problem is not None:
            raise DataError(f"{found.problem}; nothing is added to a log that was changed")
        told = {**entry, _NUMBER: len(found.entries) + 1, _BEFORE: found.head}
        told[_HASH] = _hash(told)
        with self.path.open("ab") as file:
            file.truncate(found.n_bytes)
            file.write(_line(told) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        flush(self.path.parent)
        return told


def _entry(line: bytes, number: int, before: str) -> dict[str, Any] | str:
    """The entry of a line, or what is wrong with it."""
    try:
        entry = json.loads(line)
    except ValueError:
        return "it is no JSON"
    if not isinstance(entry, dict) or entry.get(_HASH) != _hash(entry):
        return "its hash does not fit what it says: it was changed"
    if entry.get(_NUMBER) != number or entry.get(_BEFORE) != before:
        return "it does not follow the line before: a line was taken out, put in or moved"
    return entry


def _line(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()


def _hash(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(_line({k: v for k, v in entry.items() if k != _HASH})).hexdigest()
