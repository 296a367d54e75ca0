"""Sessions on the server: ended at once when they are, unlike a signed cookie."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from ptml.review.access.viewer import Role, Viewer
from ptml.review.config import ReviewConfig
from ptml.review.store.schema import account_units, accounts, sessions
from ptml.review.store.times import utc


def start(connection: Connection, account_id: str, now: datetime, config: ReviewConfig) -> str:
    """Begin a session under a name of its own; give what the cookie holds."""
    token = secrets.token_urlsafe(32)
    # Nobody signs out: those that have ended by time are removed when another begins.
    idle = sessions.c.seen_at < now - timedelta(minutes=config.idle_minutes)
    long = sessions.c.started_at < now - timedelta(hours=config.session_hours)
    connection.execute(delete(sessions).where(idle | long))
    connection.execute(
        insert(sessions).values(
            token_hash=_hash(token),
            account_id=account_id,
            csrf=secrets.token_urlsafe(32),
            started_at=now,
            seen_at=now,
        )
    )
    return token


@dataclass(frozen=True)
class Found:
    """A session that is alive: who it stands for, and when it was last written down as seen."""

    viewer: Viewer
    seen_at: datetime


def found(connection: Connection, token: str, now: datetime, config: ReviewConfig) -> Found | None:
    """Look a cookie up; None when there is no such session (any more)."""
    there = connection.execute(
        select(sessions, accounts)
        .join(accounts, accounts.c.account_id == sessions.c.account_id)
        .where(sessions.c.token_hash == _hash(token), accounts.c.is_active)
    ).one_or_none()
    if there is None:
        return None
    row = there._mapping
    seen_at = utc(row[sessions.c.seen_at])
    idle = timedelta(minutes=config.idle_minutes)
    longest = timedelta(hours=config.session_hours)
    if now - seen_at > idle or now - utc(row[sessions.c.started_at]) > longest:
        return None
    account = str(row[accounts.c.account_id])
    viewer = Viewer(
        account_id=account,
        name=str(row[accounts.c.name]),
        role=Role(row[accounts.c.role]),
        employee_id=row[accounts.c.employee_id],
        units=None if row[accounts.c.all_units] else units_of(connection, account),
        language=str(row[accounts.c.language]),
        csrf=str(row[sessions.c.csrf]),
        session=str(row[sessions.c.token_hash]),
    )
    return Found(viewer, seen_at)


def see(connection: Connection, session: str, now: datetime) -> None:
    """Write down that a session was seen."""
    connection.execute(update(sessions).where(sessions.c.token_hash == session).values(seen_at=now))


def units_of(connection: Connection, account_id: str) -> frozenset[str]:
    """Units that an account's rights reach."""
    mine = select(account_units.c.org_unit_id).where(account_units.c.account_id == account_id)
    return frozenset(connection.scalars(mine))


def end(connection: Connection, session: str) -> None:
    """End a session."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == session))


def end_by_token(connection: Connection, token: str) -> None:
    """End the session of a cookie, if there is one."""
    end(connection, _hash(token))


def end_all(connection: Connection, account_id: str, *, but: str | None = None) -> None:
    """End every session of an account, but for one."""
    ended = delete(sessions).where(sessions.c.account_id == account_id)
    connection.execute(ended if but is None else ended.where(sessions.c.token_hash != but))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
