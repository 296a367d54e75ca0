"""Which occupation of a framework each role of the company is."""

import csv
from pathlib import Path

from ptml.errors import UsageError

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
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise UsageError(f"--roles needs the columns {', '.join(COLUMNS)}: {path}")
        found: dict[str, list[str]] = {}
        for row in rows:
            name = (row["occupation"] or "").strip().lower()
            if name and row["role_id"]:
                found.setdefault(name, []).append(row["role_id"].strip())
    return found
