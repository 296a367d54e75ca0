"""Which occupation of a framework each role of the company is."""

from pathlib import Path

from ptml.errors import UsageError
from ptml.sources.importers.records import open_records

COLUMNS = ("role_id", "occupation")


def read_roles(path: Path | None) -> dict[str, list[str]] | None:
    """Read roles by occupation: CSV with the columns ``role_id`` and ``occupation``.

    Returns
    -------
    dict of str to list of str, optional
        Roles by the occupation's id, code or name in small letters; None where no file was given:
        then each occupation is a role.

    Raises
    ------
    UsageError
        When it is not there or has other columns.
    """
    if path is None:
        return None
    if not path.is_file():
        raise UsageError(f"--roles must be a CSV file, there is none at {path}")
    records = open_records(path)
    if not set(COLUMNS) <= set(records.columns):
        raise UsageError(f"--roles needs the columns {', '.join(COLUMNS)}: {path}")
    found: dict[str, list[str]] = {}
    for record in records:
        name, role = (record.values.get(column, "") for column in reversed(COLUMNS))
        if name and role:
            found.setdefault(name.lower(), []).append(role)
    return found
