"""Who was erased: a keyed hash of each id in a log that only grows, never an id.

    ERASURES/key             32 random bytes
    ERASURES/erasures.jsonl  each line chained to the one before (`ptml.contracts.chained_log`)

Who holds both can ask whether one id is on the list; no id can be read from it.

Jobs that read people drop the rows of those who stand here, so that nobody comes back with the next
run while a source still has them.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ptml.contracts.chained_log import ChainedLog
from ptml.contracts.durable import flush
from ptml.contracts.lock import writer_lock
from ptml.errors import DataError, UsageError

FOLDER = "erasures"
LOG, KEY = "erasures.jsonl", "key"
ERASE, DONE, READMIT = "erase", "done", "readmit"
N_KEY_BYTES = 32
_BLOCK_BYTES = 64
_INNER, _OUTER = 0x36, 0x5C


class Erasures:
    """The folder that knows who was erased.

    Parameters
    ----------
    folder : Path
        Made with the first person.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = ChainedLog(folder / LOG)

    def entries(self) -> tuple[dict[str, Any], ...]:
        """All lines, the oldest first.

        Raises
        ------
        DataError
            When a line was changed: it is not known who was erased.
        """
        found = self.log.read()
        if found.problem is not None:
            raise DataError(f"{found.problem}; put the log back from a copy")
        return found.entries

    def hashes(self) -> frozenset[str]:
        """Keyed hashes of all who are erased and were not admitted again."""
        erased: set[str] = set()
        for entry in self.entries():
            if entry["what"] == ERASE:
                erased.add(str(entry["person"]))
            elif entry["what"] == READMIT:
                erased.discard(str(entry["person"]))
        return frozenset(erased)

    def hash_of(self, employee_id: str) -> str:
        """HMAC-SHA256 (RFC 2104) of an id under the folder's key."""
        return hmac.new(self._key(), employee_id.encode(), hashlib.sha256).hexdigest()

    def erased_among(self, ids: pa.Array | pa.ChunkedArray) -> list[str]:
        """Which of some ids belong to people who were erased; the same HMAC, a million a second."""
        wanted = self.hashes()
        if not wanted or len(ids) == 0:
            return []
        key = self._key().ljust(_BLOCK_BYTES, b"\0")
        found = duckdb.connect(":memory:")
        try:
            asked = pa.table({"id": ids.cast(pa.string())})
            found.register("asked", asked)
            rows = found.execute(
                """SELECT id FROM (SELECT DISTINCT id FROM asked WHERE id IS NOT NULL)
                WHERE list_contains($wanted,
                    sha256($outer::BLOB || unhex(sha256($inner::BLOB || encode(id)))))
                ORDER BY id""",
                {
                    "wanted": sorted(wanted),
                    "inner": bytes(byte ^ _INNER for byte in key),
                    "outer": bytes(byte ^ _OUTER for byte in key),
                },
            ).fetchall()
        finally:
            found.close()
        return [str(row[0]) for row in rows]

    @contextmanager
    def writing(self, fresh_key: Callable[[], bytes]) -> Iterator[None]:
        """Hold the folder: one erasure at a time; the key is made with the first.

        Parameters
        ----------
        fresh_key : callable
            Gives 32 random bytes.

        Raises
        ------
        UsageError
            When the folder cannot be written.
        TryAgainError
            When another erasure is going on, with its process.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"--erasures {self.folder} cannot be written ({error.strerror})"
            ) from error
        with writer_lock(self.folder / ".lock", str(self.folder)):
            self._make_key(fresh_key)
            yield

    def append(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Add a line; the caller holds the folder (`writing`)."""
        return self.log.append(entry)

    def _make_key(self, fresh_key: Callable[[], bytes]) -> None:
        path = self.folder / KEY
        if path.exists():
            return
        if self.log.path.exists():
            raise DataError(f"{path} is missing: who was erased cannot be told; put it back")
        draft = self.folder / f".{KEY}.new"
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(fresh_key())
        flush(draft)
        draft.replace(path)
        flush(self.folder)

    def _key(self) -> bytes:
        try:
            key = (self.folder / KEY).read_bytes()
        except FileNotFoundError:
            raise DataError(
                f"{self.folder / KEY} is missing: who was erased cannot be told; put it back"
            ) from None
        if len(key) != N_KEY_BYTES:
            raise DataError(f"{self.folder / KEY} is damaged: it must be {N_KEY_BYTES} bytes")
        return key
