"""A folder that goes along to the workers as bytes, and is checked and loaded once a process."""

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ptml.errors import DataError

T = TypeVar("T")
_LOADED: dict[str, Any] = {}
# The date of every entry: the same files give the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Luggage:
    """Files of a folder.

    Attributes
    ----------
    data : bytes
        An uncompressed zip archive: most of it is compressed already.
    sha256 : str
        Of `data`.
    """

    data: bytes
    sha256: str

    @classmethod
    def of(cls, folder: Path) -> "Luggage":
        """Take a folder along."""
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = path.relative_to(folder).as_posix()
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), path.read_bytes())
        data = sink.getvalue()
        return cls(data, hashlib.sha256(data).hexdigest())

    def loaded(self, load: Callable[[Path], T]) -> T:
        """What a loader makes of the folder, once in each process.

        Raises
        ------
        DataError
            When the bytes are not those that were sent.
        """
        found = _LOADED.get(self.sha256)
        if found is None:
            if hashlib.sha256(self.data).hexdigest() != self.sha256:
                raise DataError("what was sent to a Spark worker came damaged; run again")
            with tempfile.TemporaryDirectory(prefix="ptml-") as folder:
                with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                    archive.extractall(folder)
                found = load(Path(folder))
            _LOADED[self.sha256] = found
        return found
