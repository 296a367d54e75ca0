"""A prefix of an object store with ``TABLE.csv`` or ``TABLE.parquet``, copied here to be read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.lock import writer_lock
from ptml.contracts.raw import RawSource
from ptml.contracts.store import open_store
from ptml.errors import DataError
from ptml.sources.folder import folder_source
from ptml.sources.sums import SUMS, check_sums


@contextmanager
def store_source(address: str) -> Iterator[RawSource]:
    """Copy the contract's tables to a temporary folder, which is gone afterwards.

    A table may be one object or a "folder" of parts, as Spark writes it. Each is held against what
    the store tells of it, before and after: one that is replaced meanwhile is not read.

    Raises
    ------
    DataError
        When there is no table at all.
    TryAgainError
        When the store does not answer, or a table changed while it was read.
    """
    store = open_store(address)
    names = store.names()
    wanted = [name for name in names if _is_table(name)]
    if not wanted:
        raise DataError(
            f"{store.address} has no table of the contract: no employees.csv or"
            " employees.parquet, ..."
        )
    with tempfile.TemporaryDirectory(prefix="ptml-") as scratch, _in_use(Path(scratch)) as folder:
        for name in wanted:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            store.fetch(name, path, names[name])
        if SUMS in names:
            store.fetch(SUMS, folder / SUMS, names[SUMS])
            check_sums(folder)
        yield replace(folder_source(folder), address=store.address)


@contextmanager
def _in_use(scratch: Path) -> Iterator[Path]:
    """Where the tables go, under a lock: `ptml erase` and `ptml prune` take what nobody holds."""
    with writer_lock(scratch / "lock", str(scratch)):
        yield scratch / "tables"


def _is_table(name: str) -> bool:
    parts = name.split("/")
    stem, dot, ending = parts[0].rpartition(".")
    is_part = len(parts) == 2 and ending == "parquet" and name.endswith(".parquet")
    known = stem in INPUT_TABLES and ending in ("csv", "parquet")
    return bool(dot) and known and (len(parts) == 1 or is_part)
