"""The place that an address names."""

from collections.abc import Callable
from datetime import datetime

from ptml.publish.config import PublishConfig
from ptml.publish.dates import DateFolders
from ptml.publish.delta import DeltaLake
from ptml.publish.duckdb_file import DuckDBFile
from ptml.publish.folder import Folder
from ptml.publish.form import Form, address_of
from ptml.publish.place import Place
from ptml.publish.store import ObjectStore


def place_of(out: str, now: Callable[[], datetime], config: PublishConfig) -> Place:
    """Give the place to publish to; nothing is looked at yet.

    Parameters
    ----------
    now : callable
        The clock, for the lock of a place that several machines write to.

    Raises
    ------
    UsageError
        For an address of no form that we know, or one whose library is not installed.
    """
    address = address_of(out)
    match address.form:
        case Form.folder:
            return Folder(address.path, config.kept_runs)
        case Form.duckdb:
            return DuckDBFile(address.path)
        case Form.dataset:
            return DateFolders(address.path, config)
        case Form.delta:
            return DeltaLake(address.path, config)
        case Form.store:
            return ObjectStore.at(address.place, now, config)
