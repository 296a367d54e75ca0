"""The number by which people are cut into parts of about equal size, for ever the same.

Tables that belong to people are stored in the order of it, so that a part of the people is one
range of each table, whatever the size of the company.
"""

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


def hashed_rows(name: str, rows: str) -> str | None:
    """SQL for the rows of a personal table with their `PERSON_HASH`; None for another table.

    Parameters
    ----------
    rows : str
        Subquery of the table's checked rows; `enrolments` stands checked already.
    """
    if name not in PERSONAL_TABLES:
        return None
    if PERSON in INPUT_TABLES[name].columns:
        return f"(SELECT rows.*, {person_hash()} AS {PERSON_HASH} FROM {rows} AS rows)"
    return (
        f"(SELECT rows.*, e.{PERSON_HASH} FROM {rows} AS rows"
        f" LEFT JOIN enrolments AS e USING ({_ENROLMENT}))"
    )
