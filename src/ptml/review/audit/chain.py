"""The audit log: each line holds the hash of the one before, so that no line can be changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ptml.review.store.schema import audit

BEGINNING = "0" * 64
"""What stands for the line before the first."""


@dataclass(frozen=True)
class Entry:
    """What somebody did.

    Attributes
    ----------
    actor : str
        Account, or ``-`` before anybody is signed in.
    action : str
        As ``case.look`` or ``case.decide``.
    subject : str
        Token of a person (`ptml.review.store.schema.people`), or what else it is about; never an
        id of a person, so that the log stays whole when a person is erased.
    detail : mapping
        Short facts without a person's words in them.
    """

    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]


@dataclass(frozen=True)
class Verdict:
    """What a look through the whole log found.

    Attributes
    ----------
    n_entries : int
    head : str
        Hash of the last line. Written down elsewhere, it shows when lines at the end are cut off.
    broken_at : int or None
        First line that is not what was written.
    """

    n_entries: int
    head: str
    broken_at: int | None


def append(connection: Connection, at: datetime, entry: Entry) -> str:
    """Write one line in the transaction of what it tells of; give its hash."""
    number, previous = head(connection)
    row = {
        "number": number + 1,
        "at": at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": json.dumps(entry.detail, sort_keys=True, ensure_ascii=False),
        "previous": previous,
    }
    found = _hash(row)
    connection.execute(insert(audit).values(**row, hash=found))
    return found


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last line."""
    newest = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return (0, BEGINNING) if row is None else (int(row.number), str(row.hash))


def verify(connection: Connection) -> Verdict:
    """Look through the whole log: numbers without a gap, each hash, each link."""
    number, previous, broken = 0, BEGINNING, None
    for found in connection.execute(select(audit).order_by(audit.c.number)):
        row = dict(found._mapping)
        number += 1
        whole = (
            row["number"] == number and row["previous"] == previous and row["hash"] == _hash(row)
        )
        if not whole and broken is None:
            broken = number
        previous = str(row["hash"])
    return Verdict(number, previous, broken)


def _hash(row: Mapping[str, object]) -> str:
    fields = ("number", "at", "actor", "action", "subject", "detail", "previous")
    text = json.dumps([row[name] for name in fields], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
