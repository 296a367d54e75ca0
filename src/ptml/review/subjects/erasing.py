"""Take a person out of the review database, and prove it; the audit log stays whole.

The log knows people by token alone, and the link from token to person goes with the person's row.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import JSON, Connection, String, Text, delete, func, or_, select, update

from ptml.errors import UsageError
from ptml.review.audit import Entry, append
from ptml.review.store import Database
from ptml.review.store.schema import (
    account_units,
    accounts,
    case_evidence,
    cases,
    decisions,
    devices,
    metadata,
    objections,
    people,
    search_words,
    sessions,
)
from ptml.review.store.search import find_no_more
from ptml.traces.needle import Needle

# What people write: the one place where somebody is named outside of rows of their own.
_WRITTEN = (decisions.c.note, decisions.c.owner, objections.c.text, objections.c.answer)


@dataclass(frozen=True)
class Subject:
    """Whom it is about.

    Attributes
    ----------
    employee_id : str
    name : str or None
        None also where another has the same name: a mention may be of either.
    has_namesake : bool
    needle : Needle
        Finds the id and the ids of the person's enrolments.
    """

    employee_id: str
    name: str | None
    has_namesake: bool
    needle: Needle

    @classmethod
    def of(cls, connection: Connection, employee_id: str) -> "Subject":
        """Look the person up.

        Raises
        ------
        UsageError
            When no row names the person.
        """
        row = connection.execute(
            select(people.c.name).where(people.c.employee_id == employee_id)
        ).one_or_none()
        mine = select(cases.c.enrolment_id).where(cases.c.employee_id == employee_id)
        enrolments = set(connection.scalars(mine))
        if row is None and not enrolments and not _has_rows(connection, employee_id):
            raise UsageError(f"the review database has nothing of {employee_id}")
        name = None if row is None else row.name
        same = select(func.count()).select_from(people).where(people.c.name == name)
        has_namesake = name is not None and (connection.scalar(same) or 0) > 1
        others = set(connection.scalars(select(people.c.employee_id))) - {employee_id}
        holding = frozenset(other for other in others if employee_id in other)
        needle = Needle(frozenset({employee_id, *enrolments}), holding)
        return cls(employee_id, None if has_namesake else name, has_namesake, needle)


def rows_of(connection: Connection, subject: Subject) -> dict[str, int]:
    """How many rows of each table are the person's, or name the person."""
    person = subject.employee_id
    counted = {
        "cases": (cases, cases.c.employee_id == person),
        "decisions": (decisions, decisions.c.case_id.in_(_own_cases(person))),
        "objections": (objections, objections.c.employee_id == person),
        "people": (people, people.c.employee_id == person),
        "search_words": (search_words, search_words.c.employee_id == person),
        "accounts": (accounts, accounts.c.employee_id == person),
        "reports": (people, people.c.manager_id == person),
    }
    found = {
        name: connection.scalar(select(func.count()).select_from(table).where(where)) or 0
        for name, (table, where) in counted.items()
    }
    return {**found, "mentions": sum(len(texts) for texts in _mentions(connection, subject))}


def erase(connection: Connection, subject: Subject, now: datetime) -> None:
    """Delete the person's rows and blot mentions out; the log tells of it by token."""
    person = subject.employee_id
    token = connection.scalar(select(people.c.token).where(people.c.employee_id == person))
    counts = rows_of(connection, subject)
    connection.execute(delete(decisions).where(decisions.c.case_id.in_(_own_cases(person))))
    connection.execute(delete(case_evidence).where(case_evidence.c.case_id.in_(_own_cases(person))))
    connection.execute(delete(cases).where(cases.c.employee_id == person))
    connection.execute(delete(objections).where(objections.c.employee_id == person))
    find_no_more(connection, (person,))
    connection.execute(delete(people).where(people.c.employee_id == person))
    connection.execute(update(people).where(people.c.manager_id == person).values(manager_id=None))
    _close_account(connection, person)
    _blot_evidence(connection, subject)
    for column, texts in zip(_WRITTEN, _mentions(connection, subject), strict=True):
        for text in texts:
            connection.execute(
                update(column.table)
                .where(column == text)
                .values({column.name: _blotted(text, subject)})
            )
    told = {"rows": sum(counts.values())}
    append(connection, now, Entry("-", "person.erase", token or "-", told))


def remains(connection: Connection, subject: Subject) -> Mapping[str, int]:
    """Where the database still names the person, column by column: nowhere, after an erasure."""
    found = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, (String, Text, JSON)):
                texts = [_text(value) for value in connection.scalars(select(column)) if value]
                n = subject.needle.cells(column.name, pa.array(texts, pa.string()))
                if n:
                    found[f"{table.name}.{column.name}"] = n
    named = sum(len(texts) for texts in _mentions(connection, subject))
    return {**found, "mentions": named} if named else found


def clear_files(database: Database) -> None:
    """Overwrite what deleted rows leave in the files of the database."""
    statements = ["VACUUM"]
    if database.engine.dialect.name == "sqlite":
        statements.append("PRAGMA wal_checkpoint(TRUNCATE)")
    # Past our own transactions: within one the file cannot be written anew.
    raw = database.engine.raw_connection()
    try:
        if database.engine.dialect.name == "postgresql":
            raw.driver_connection.autocommit = True  # type: ignore[union-attr]
        for statement in statements:
            raw.cursor().execute(statement)
    finally:
        raw.detach()
        raw.close()


def in_files(database: Database, subject: Subject) -> Iterable[str]:
    """Files of an SQLite database whose bytes name the person."""
    place = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or not place:
        return ()
    files = (Path(f"{place}{end}") for end in ("", "-wal", "-journal"))
    return tuple(
        str(path) for path in files if path.exists() and _is_in(path.read_bytes(), subject)
    )


def _is_in(raw: bytes, subject: Subject) -> bool:
    is_named = subject.name is not None and subject.name.encode() in raw
    return is_named or (subject.needle.is_raw and subject.needle.in_bytes(raw) > 0)


def _blot_evidence(connection: Connection, subject: Subject) -> None:
    # A manager stands in the evidence of others, as who could help.
    told = case_evidence.c.evidence
    naming = select(case_evidence).where(told.contains(subject.employee_id, autoescape=True))
    for row in connection.execute(naming).all():
        plain = subject.needle.without(row.evidence)
        of_case = case_evidence.c.case_id == row.case_id
        connection.execute(update(case_evidence).where(of_case).values(evidence=plain))


def _own_cases(person: str) -> Any:
    return select(cases.c.case_id).where(cases.c.employee_id == person)


def _has_rows(connection: Connection, person: str) -> bool:
    tables = (objections, accounts)
    return any(
        connection.scalar(select(func.count()).select_from(t).where(t.c.employee_id == person))
        for t in tables
    )


def _close_account(connection: Connection, person: str) -> None:
    # The row stays: decisions about others were made by it. It names nobody any more.
    own = select(accounts.c.account_id).where(accounts.c.employee_id == person)
    for account in connection.scalars(own).all():
        for table in (sessions, devices, account_units):
            connection.execute(delete(table).where(table.c.account_id == account))
        blank = {"email": None, "subject": None, "password_hash": None, "employee_id": None}
        connection.execute(
            update(accounts)
            .where(accounts.c.account_id == account)
            .values(login=f"erased {account}", name="-", is_active=False, **blank)
        )


def _mentions(connection: Connection, subject: Subject) -> list[list[str]]:
    found = []
    for column in _WRITTEN:
        wanted = [column.contains(word, autoescape=True) for word in subject.needle.ids]
        if subject.name:
            wanted.append(column.contains(subject.name, autoescape=True))
        texts = connection.scalars(select(column).where(or_(*wanted)).distinct())
        found.append([text for text in texts if _blotted(text, subject) != text])
    return found


def _blotted(text: str, subject: Subject) -> str:
    plain = subject.needle.without(text)
    return plain.replace(subject.name, "(erased)") if subject.name else plain


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
