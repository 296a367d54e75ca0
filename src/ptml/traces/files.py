"""Look through every file below a place, hidden ones and what is packed within others too."""

import gzip
import io
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from ptml.errors import TryAgainError
from ptml.traces.needle import Needle
from ptml.traces.values import (
    Found,
    cut_ends,
    in_array,
    in_arrow,
    in_duckdb,
    in_parquet,
    in_sqlite,
)

_BLOCK_BYTES = 1 << 22
# Longer than any form of an id; what lies across the end of a block is seen in the next.
_OVERLAP_BYTES = 1 << 13
_DUCKDB_AT = 8
_PARQUET, _ARROW, _NPY = b"PAR1", b"ARROW1", b"\x93NUMPY"
_ZIP, _GZIP, _SQLITE = b"PK\x03\x04", b"\x1f\x8b", b"SQLite format 3\0"


@dataclass(frozen=True)
class Trace:
    """A place that names the person.

    Attributes
    ----------
    path : str
        The file, and after ``!`` what is packed in it.
    where : str
        Column, table, ``text``, ``name`` or ``raw bytes``.
    n : int
    """

    path: str
    where: str
    n: int


@dataclass(frozen=True)
class Look:
    """What was found below some places.

    Attributes
    ----------
    traces : tuple of Trace
    looked_at : int
        Files, and members of packed files.
    unread : tuple of str
        Files that could not be decoded as what they are; their bytes were looked at.
    """

    traces: tuple[Trace, ...]
    looked_at: int
    unread: tuple[str, ...] = ()

    def __add__(self, other: "Look") -> "Look":
        return Look(
            self.traces + other.traces,
            self.looked_at + other.looked_at,
            self.unread + other.unread,
        )


def look_at(places: list[Path], needle: Needle) -> Look:
    """Look through all files of the places.

    Raises
    ------
    TryAgainError
        When a database is open elsewhere for writing, so that it cannot be looked at.
    """
    looker = _Looker(needle)
    for path in sorted({path.absolute() for place in places for path in files_of(place)}):
        looker.look_at_file(path)
    return Look(tuple(looker.traces), looker.looked_at, tuple(looker.unread))


def files_of(place: Path) -> Iterator[Path]:
    """All files and links at or below a place; links are not followed."""
    if place.is_dir() and not place.is_symlink():
        for folder, folders, files in os.walk(place):
            yield from (Path(folder, name) for name in files)
            yield from (Path(folder, name) for name in folders if Path(folder, name).is_symlink())
    elif place.exists() or place.is_symlink():
        yield place


class _Looker:
    def __init__(self, needle: Needle) -> None:
        self.needle = needle
        self.traces: list[Trace] = []
        self.unread: list[str] = []
        self.looked_at = 0

    def look_at_file(self, path: Path) -> None:
        self._note(str(path), [("name", self.needle.in_text(path.name))])
        if path.is_symlink():
            self.looked_at += 1
            return
        with suppress(FileNotFoundError):
            with path.open("rb") as file:
                head = file.read(32)
                size = file.seek(0, io.SEEK_END)
            self._look(str(path), head, path, size)

    def _look(self, name: str, head: bytes, source: Path | bytes, size: int) -> None:
        self.looked_at += 1
        found: Found | None = None
        if head.startswith(_PARQUET):
            found = in_parquet(_opened(source), self.needle)
        elif head.startswith(_ARROW) or name.endswith((".arrow", ".arrows")):
            found = in_arrow(_native(source), self.needle)
        elif head.startswith(_NPY):
            found = in_array(_whole(source), self.needle)
        elif head[_DUCKDB_AT:].startswith(b"DUCK") and isinstance(source, Path):
            found = in_duckdb(source, self.needle)
        elif head.startswith(_SQLITE) and isinstance(source, Path):
            found = in_sqlite(source, self.needle)
        elif head.startswith((_ZIP, _GZIP)):
            self._unpack(name, head, source)
        if found is not None:
            self._decode(name, found)
        is_packed = found is not None or head.startswith((_ZIP, _GZIP))
        if not is_packed or self.needle.is_raw:
            where = "raw bytes" if is_packed else "text"
            n = sum(map(self.needle.in_bytes, _blocks(source)))
            if n and head.startswith(_PARQUET):
                n -= self._n_at_cuts(source)
            self._note(name, [(where, n)])

    def _n_at_cuts(self, source: Path | bytes) -> int:
        """Hits in the bytes of Parquet that are ends of cut values of its footer."""
        try:
            cuts = set(cut_ends(_opened(source), self.needle))
        except (pa.ArrowException, OSError, ValueError):
            return 0
        raw = _whole(source) if cuts else b""
        return sum(self._n_cut(raw, text) for text in cuts)

    def _n_cut(self, raw: bytes, text: bytes) -> int:
        """Hits at the end of a cut value, wherever it stands, with the byte that follows there."""
        n, within = 0, self.needle.in_bytes(text + b"x")
        at = raw.find(text)
        while at >= 0:
            end = at + len(text)
            n += self.needle.in_bytes(raw[at : end + 1]) - within
            at = raw.find(text, end)
        return n

    def _decode(self, name: str, found: Found) -> None:
        try:
            self._note(name, found)
        except duckdb.IOException as error:
            if "lock" in str(error):
                first = str(error).partition("\n")[0]
                raise TryAgainError(f"{name} is in use and cannot be looked at ({first})") from None
            self.unread.append(name)
        except (pa.ArrowException, OSError, ValueError, duckdb.Error, sqlite3.Error):
            self.unread.append(name)

    def _unpack(self, name: str, head: bytes, source: Path | bytes) -> None:
        try:
            for member, raw in _members(head, source):
                whole = f"{name}!{member}"
                self._note(whole, [("name", self.needle.in_text(member))])
                self._look(whole, raw[:32], raw, len(raw))
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError):
            self.unread.append(name)

    def _note(self, name: str, found: Iterator[tuple[str, int]] | list[tuple[str, int]]) -> None:
        counts: dict[str, int] = {}
        for where, n in found:
            counts[where] = counts.get(where, 0) + n
        self.traces += [Trace(name, where, n) for where, n in counts.items() if n]


def _members(head: bytes, source: Path | bytes) -> Iterator[tuple[str, bytes]]:
    file = source if isinstance(source, Path) else io.BytesIO(source)
    if head.startswith(_GZIP):
        with gzip.open(file) as unpacked:
            yield "unpacked", unpacked.read()
        return
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, archive.read(info)


def _opened(source: Path | bytes) -> Path | pa.BufferReader:
    return source if isinstance(source, Path) else pa.BufferReader(source)


def _native(source: Path | bytes) -> pa.NativeFile:
    return pa.OSFile(str(source)) if isinstance(source, Path) else pa.BufferReader(source)


def _whole(source: Path | bytes) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source


def _blocks(source: Path | bytes) -> Iterator[bytes]:
    """Bytes piece by piece, each with the end of the one before."""
    if isinstance(source, bytes):
        yield source
        return
    rest = b""
    with source.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield rest + block
            rest = block[-_OVERLAP_BYTES:]
