"""The place that an address names."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from ptml.publish.config import PublishConfig
from ptml.publish.dates import DateFolders
from ptml.publish.delta import DeltaLake
from ptml.publish.duckdb_file import DuckDBFile
from ptml.publish.folder import Folder
from ptml.publish.form import Address, Form, address_of
from ptml.publish.place import Place
from ptml.publish.store import ObjectStore
from ptml.sources.postgres_config import PostgresConfig

PlaceHere = Folder | DuckDBFile | DateFolders | DeltaLake


def place_of(
    out: str,
    now: Callable[[], datetime],
    config: PublishConfig,
    postgres: PostgresConfig | None = None,
) -> Place:
    """Give the place to publish to; nothing is looked at yet.

    Parameters
    ----------
    now : callable
        The clock, for the lock of a place that several machines write to.
    postgres : PostgresConfig, optional
        How a server is talked to.

    Raises
    ------
    UsageError
        For an address of no form that we know, or one whose library is not installed.
    """
    address = address_of(out)
    here = place_here(address, config)
    if here is not None:
        return here
    if address.form is Form.store:
        return ObjectStore.at(address.place, now, config)
    # The driver is needed by few.
    from ptml.publish.postgres.place import PostgresSchema

    return PostgresSchema(address.place, postgres)


def place_here(address: Address, config: PublishConfig) -> PlaceHere | None:
    """Give the place of an address on a disk of this machine; None for any other.

    Raises
    ------
    UsageError
        When the form's library is not installed.
    """
    match address.form:
        case Form.folder:
            return Folder(address.path, config.kept_runs)
        case Form.duckdb:
            return DuckDBFile(address.path)
        case Form.dataset:
            return DateFolders(address.path, config)
        case Form.delta:
            return DeltaLake(address.path, config)
        case _:
            return None


def checked_place(
    out: str,
    now: Callable[[], datetime],
    config: PublishConfig,
    postgres: PostgresConfig | None = None,
) -> str:
    """Refuse at once what would be refused after hours; give the address as it may be shown.

    Raises
    ------
    UsageError
        As `place_of`, and for a server that does not take a run.
    TryAgainError
        When no server answers.
    """
    place = place_of(out, now, config, postgres)
    if isinstance(place, _LooksFirst):
        place.look()
    return str(place.out)


@runtime_checkable
class _LooksFirst(Protocol):
    def look(self) -> None: ...
