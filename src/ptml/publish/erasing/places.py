"""The place that an address names, as one that people can be taken out of."""

from collections.abc import Callable
from datetime import datetime

from ptml.publish.config import PublishConfig
from ptml.publish.erasing.database import ErasableFile
from ptml.publish.erasing.dates import ErasableDates
from ptml.publish.erasing.folder import ErasableFolder
from ptml.publish.erasing.lake import ErasableLake
from ptml.publish.erasing.place import Erasable
from ptml.publish.erasing.store import ErasableStore
from ptml.publish.form import Form, address_of
from ptml.sources.postgres_config import PostgresConfig


def erasable(
    out: str,
    now: Callable[[], datetime] | None = None,
    config: PublishConfig | None = None,
    postgres: PostgresConfig | None = None,
) -> Erasable:
    """Give the place of an ``--out``; nothing is looked at yet.

    Parameters
    ----------
    now : callable
        The clock, for the lock of a place that several machines write to.
    config : PublishConfig, optional
        Where runs for such a place are written before they are sent.
    postgres : PostgresConfig, optional
        How a server is talked to.

    Raises
    ------
    UsageError
        For an address of no form that we know.
    """
    address = address_of(out)
    settings = config or PublishConfig()
    match address.form:
        case Form.folder:
            return ErasableFolder(address.path)
        case Form.duckdb:
            return ErasableFile(address.path)
        case Form.dataset:
            return ErasableDates(address.path)
        case Form.delta:
            return ErasableLake(address.path)
        case Form.store:
            if now is None:
                raise AssertionError("the lock of a store needs a clock")
            return ErasableStore(address.place, now, settings)
        case Form.postgres:
            # The driver is needed by few.
            from ptml.publish.erasing.schema import ErasableSchema

            return ErasableSchema(address.place, postgres)
