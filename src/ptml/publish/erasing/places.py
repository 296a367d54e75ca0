"""The place that an address names, as one that people can be taken out of."""

from ptml.errors import UsageError
from ptml.publish.erasing.database import ErasableFile
from ptml.publish.erasing.dates import ErasableDates
from ptml.publish.erasing.folder import ErasableFolder
from ptml.publish.erasing.lake import ErasableLake
from ptml.publish.erasing.place import Erasable
from ptml.publish.form import Form, address_of


def erasable(out: str) -> Erasable:
    """Give the place of an ``--out``; nothing is looked at yet.

    Raises
    ------
    UsageError
        For an address of a form from which nobody can be taken.
    """
    address = address_of(out)
    match address.form:
        case Form.folder:
            return ErasableFolder(address.path)
        case Form.duckdb:
            return ErasableFile(address.path)
        case Form.dataset:
            return ErasableDates(address.path)
        case Form.delta:
            return ErasableLake(address.path)
        case _:
            raise UsageError(
                f"nobody can be taken out of a {address.form} (--out) yet; publish it anew"
                " without the person, and remove its older dates or runs"
            )
