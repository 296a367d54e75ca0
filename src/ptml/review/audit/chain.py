"""The audit log: each line holds the hash of the one before, so that no line can be changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from ptml.review.store.schema import audit

_AT_ONCE = 1_000
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
    has_wanted : bool
        Whether the head that was written down elsewhere is still one of the lines.
    """

    n_entries: int
    head: str
    broken_at: int | None
    has_wanted: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether no line was changed, put in, left out or cut off."""
        return self.broken_at is None and self.has_wanted


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


def verify(connection: Connection, wanted: str | None = None) -> Verdict:
    """Look through the whole log: numbers without a gap, each hash, each link.

    Parameters
    ----------
    wanted : str, optional
        Head that was written down elsewhere at an earlier time. Without it nobody can see that
        lines at the end are gone, or that all was written anew.
    """
    number, previous, broken, has_wanted = 0, BEGINNING, None, wanted in (None, BEGINNING)
    lines = select(audit).order_by(audit.c.number).execution_options(yield_per=_AT_ONCE)
    for found in connection.execute(lines):
        row = found._mapping
        number += 1
        is_next = row["number"] == number and row["previous"] == previous
        if broken is None and not (is_next and row["hash"] == _hash(row)):
            broken = number
        previous = str(row["hash"])
        has_wanted = has_wanted or previous == wanted
    return Verdict(number, previous, broken, has_wanted)


def _hash(row: Mapping[Any, Any]) -> str:
    fields = ("number", "at", "actor", "action", "subject", "detail", "previous")
    text = json.dumps([row[name] for name in fields], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
