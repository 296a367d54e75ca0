"""One address in, one checked data set out."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ptml.contracts.dataset import Dataset, check_source
from ptml.contracts.erasures import Erasures
from ptml.contracts.raw import RawSource
from ptml.contracts.scratch import DEFAULT_MEMORY_LIMIT, Scratch
from ptml.contracts.staging import Progress
from ptml.contracts.store import STORE_PREFIXES
from ptml.contracts.suppression import forgotten, without_erased
from ptml.errors import DataError
from ptml.sources.decisions import with_decisions
from ptml.sources.duckdb_file import duckdb_source
from ptml.sources.folder import folder_source
from ptml.sources.postgres import POSTGRES_PREFIXES, postgres_source
from ptml.sources.postgres_config import PostgresConfig
from ptml.sources.postgres_connection import LostConnectionError
from ptml.sources.store import store_source
from ptml.sources.sums import check_sums

_FORMS = (
    "a folder of TABLE.csv or TABLE.parquet, a *.duckdb file, a postgresql:// address or an object"
    " store (s3://BUCKET/PREFIX)"
)


def read_dataset(
    address: str | Path,
    memory_limit: str = DEFAULT_MEMORY_LIMIT,
    progress: Progress | None = None,
    erasures: Sequence[Erasures] = (),
    postgres: PostgresConfig | None = None,
    reviews: str | None = None,
) -> Dataset:
    """Read and check the source at an address.

    Parameters
    ----------
    address : str or Path
        A folder of ``TABLE.csv`` or ``TABLE.parquet``, a ``*.duckdb`` file, such a folder in an
        object store (``s3://BUCKET/PREFIX``), or ``postgresql://USER@HOST/DATABASE?schema=SCHEMA``.
    memory_limit : str
        What DuckDB may use, ``2GB``; the rest is spilled to a temporary folder.
    progress : callable, optional
        Called with a table and the rows of it read since the last call.
    erasures : sequence of Erasures, optional
        People who were erased: their rows are left out before they are checked or counted.
    postgres : PostgresConfig, optional
        How a server is talked to.
    reviews : str, optional
        A review database, whose decisions count beside the source's own `warning_actions`.

    Returns
    -------
    Dataset
        Close it when done (it is a context manager).

    Raises
    ------
    DataError
        When nothing can be read there, or the data break the contract too far.
    TryAgainError
        When a server does not answer, or another process holds the file.
    """
    config = postgres or PostgresConfig()
    for wait in config.waits():
        try:
            return _read(str(address), memory_limit, progress, erasures, config, reviews)
        except LostConnectionError:
            # All tables again from a new snapshot: those of two would not fit together.
            time.sleep(wait)
    return _read(str(address), memory_limit, progress, erasures, config, reviews)


def _read(
    address: str,
    memory_limit: str,
    progress: Progress | None,
    erasures: Sequence[Erasures],
    config: PostgresConfig,
    reviews: str | None,
) -> Dataset:
    with opened_source(address, config) as opened:
        source = with_decisions(opened, reviews) if reviews else opened
        allowed, left_out = without_erased(source, erasures)
        dataset = check_source(allowed, Scratch.on_disk(memory_limit), progress)
    return forgotten(dataset, erasures, left_out) if erasures else dataset


@contextmanager
def opened_source(address: str, config: PostgresConfig | None = None) -> Iterator[RawSource]:
    """Open the source at an address, unchecked.

    Raises
    ------
    DataError
        When there is none.
    TryAgainError
        When a server does not answer, or another process holds the file.
    """
    path = Path(address)
    if address.startswith(POSTGRES_PREFIXES):
        with postgres_source(address, config) as source:
            yield source
    elif address.startswith(STORE_PREFIXES):
        with store_source(address) as source:
            yield source
    elif "://" in address:
        raise DataError(f"DATA must be {_FORMS}, got {address.partition('://')[0]}://...")
    elif not path.exists():
        raise DataError(f"DATA must be {_FORMS}; there is nothing at {address}")
    elif path.is_dir():
        check_sums(path)
        yield folder_source(path)
    elif path.suffix == ".duckdb":
        with duckdb_source(path) as source:
            yield source
    else:
        raise DataError(f"DATA must be {_FORMS}, got the file {address}")
