"""Who is meant: identifiers of other systems (addresses, accounts, numbers) as employee ids."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from ptml.errors import DataError, UsageError
from ptml.sources.importers.records import Records, open_records

COLUMNS = ("identifier", "employee_id")
IDENTIFIERS_FILE = "identifiers.csv"
_MAILTO = "mailto:"


class People:
    """Identifiers by employee; without a list everyone is called as the system calls them.

    Attributes
    ----------
    is_list : bool
        Whether a list was given: then one who is not in it is nobody.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self.is_list = known is not None
        self._known = dict(known or {})
        for identifier, employee in (known or {}).items():
            if "@" in identifier:
                self._known.setdefault(hashed_address(identifier), employee)

    def who(self, identifiers: Iterable[str]) -> str | None:
        """Give the employee whom the first known identifier names.

        Parameters
        ----------
        identifiers : iterable of str
            All that name the same person, the most particular first; the last is how the system
            itself calls them.

        Returns
        -------
        str or None
            None when a list was given and none of them is in it, or there is no identifier.
        """
        names = [plain(each) for each in identifiers]
        if self.is_list:
            return next((self._known[name] for name in names if name in self._known), None)
        return (names[-1] or None) if names else None


def plain(identifier: str) -> str:
    """An identifier as it is compared: addresses without ``mailto:`` and in small letters.

    Examples
    --------
    >>> plain("mailto:Ann.Lee@Example.com")
    'ann.lee@example.com'
    """
    name = identifier.strip()
    name = name[len(_MAILTO) :] if name[: len(_MAILTO)].lower() == _MAILTO else name
    return name.lower() if "@" in name and "://" not in name else name


def hashed_address(address: str) -> str:
    """The ``mbox_sha1sum`` of an address: SHA-1 of it with ``mailto:`` before it."""
    return hashlib.sha1(f"{_MAILTO}{plain(address)}".encode(), usedforsecurity=False).hexdigest()


def read_people(path: Path | None) -> People:
    """Read a list of identifiers: rows with the columns ``identifier`` and ``employee_id``.

    Raises
    ------
    UsageError
        When it is not there or has other columns.
    DataError
        When one identifier names two people.
    """
    if path is None:
        return People()
    if not path.is_file():
        raise UsageError(f"--people must be a CSV file, there is none at {path}")
    records = open_records(path)
    if not set(COLUMNS) <= set(records.columns):
        found = ", ".join(records.columns)
        raise UsageError(f"--people needs the columns {', '.join(COLUMNS)}; {path} has {found}")
    return People(_known(records))


def _known(records: Records) -> dict[str, str]:
    known: dict[str, str] = {}
    for record in records:
        name = plain(record.values.get("identifier", ""))
        employee = record.values.get("employee_id", "")
        if not name or not employee:
            continue
        if known.setdefault(name, employee) != employee:
            raise DataError(
                f"{records.path.name} gives {name} to {known[name]} and to {employee} (row"
                f" {record.row}); an identifier names one person"
            )
    return known
