"""The number by which people are cut into parts of about equal size, for ever the same.

Tables that belong to people are stored in the order of it, so that a part of the people is one
range of each table, whatever the size of the company.
"""

import hashlib

from ptml.contracts.inputs import INPUT_TABLES

PERSON = "employee_id"
PERSON_HASH = "person_hash"
HASH_BITS = 64
_ENROLMENT = "enrolment_id"

PERSONAL_TABLES = tuple(
    name
    for name, contract in INPUT_TABLES.items()
    if PERSON in contract.columns or _ENROLMENT in contract.columns
)
"""Tables of which every row belongs to one person."""

COMPANY_TABLES = tuple(name for name in INPUT_TABLES if name not in PERSONAL_TABLES)
"""The other tables: small, and the same for everybody."""


def person_hash(column: str = PERSON) -> str:
    """SQL for the hash of an employee's id: the lower 64 bits of its MD5."""
    return f"md5_number_lower({column})"


def hash_of_person(employee_id: str) -> int:
    """The same number without a database."""
    digest = hashlib.md5(employee_id.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little")


def hash_owner(name: str) -> tuple[str, str] | None:
    """The checked table that knows the hashes of a personal table's rows, and the column that
    names them there; None for `employees` itself and for a table that is not personal.
    """
    if name == "employees" or name not in PERSONAL_TABLES:
        return None
    is_of_person = PERSON in INPUT_TABLES[name].columns
    return ("employees", PERSON) if is_of_person else ("enrolments", _ENROLMENT)


def hashed_rows(name: str, rows: str) -> str | None:
    """SQL for the rows of a personal table with their `PERSON_HASH`; None for another table.

    A person is hashed once, in `employees`; from there the hash is looked up, which is several
    times as fast. It is empty for a row that points to nobody.

    Parameters
    ----------
    rows : str
        Name or subquery of the table's rows; what `hash_owner` gives stands checked already.
    """
    if name == "employees":
        return f"(SELECT rows.*, {person_hash()} AS {PERSON_HASH} FROM {rows} AS rows)"
    owner = hash_owner(name)
    if owner is None:
        return None
    table, key = owner
    return (
        f"(SELECT rows.*, owner.{PERSON_HASH} FROM {rows} AS rows"
        f" LEFT JOIN {table} AS owner USING ({key}))"
    )
