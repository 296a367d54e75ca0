"""Wrong passwords in a row, and for how long they lock a login.

A stranger who types wrong passwords locks a login for all browsers that are not known, and not for
the person's own: a browser in which the account once signed in is counted by itself (OWASP,
"device cookies"). So nobody can keep another out for ever. Logins that do not exist are counted
in the same way, or the lock would tell which do.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from ptml.review.config import ReviewConfig
from ptml.review.store.schema import attempts, devices
from ptml.review.store.times import utc


def counted_as(connection: Connection, login: str, account_id: str | None, device: str) -> str:
    """Name under which a sign-in is counted: the browser's where it is known, else the login's."""
    wanted = select(devices.c.account_id).where(devices.c.token_hash == _hash(device))
    if account_id is not None and connection.scalar(wanted) == account_id:
        return f"device {_hash(device)}"
    return f"login {_hash(login)}"


def is_locked(connection: Connection, who: str, now: datetime) -> bool:
    """Whether sign-ins counted under a name are refused, even with the right password."""
    until = connection.scalar(select(attempts.c.locked_until).where(attempts.c.who == who))
    return until is not None and utc(until) > now


def failed(connection: Connection, who: str, now: datetime, config: ReviewConfig) -> bool:
    """Count a wrong password; give whether it locks."""
    _forget_old(connection, now, config)
    before = connection.scalar(select(attempts.c.failures).where(attempts.c.who == who))
    failures = (before or 0) + 1
    locks = failures >= config.failures_before_lock
    values = {
        "failures": 0 if locks else failures,
        "seen_at": now,
        "locked_until": now + timedelta(minutes=config.lock_minutes) if locks else None,
    }
    if before is None:
        connection.execute(insert(attempts).values(who=who, **values))
    else:
        connection.execute(update(attempts).where(attempts.c.who == who).values(**values))
    return locks


def forget(connection: Connection, who: str) -> None:
    """Begin to count anew: after the right password."""
    connection.execute(delete(attempts).where(attempts.c.who == who))


def unlock(connection: Connection, login: str) -> None:
    """Let a login sign in again at once."""
    forget(connection, f"login {_hash(login)}")


def is_login_locked(connection: Connection, login: str, now: datetime) -> bool:
    """Whether browsers that are not known cannot sign in with a login."""
    return is_locked(connection, f"login {_hash(login)}", now)


def know(connection: Connection, account_id: str, now: datetime) -> str:
    """Make a browser known for an account; give what its cookie holds."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(devices).values(token_hash=_hash(token), account_id=account_id, made_at=now)
    )
    return token


def know_none(connection: Connection, account_id: str) -> None:
    """Forget all browsers of an account."""
    connection.execute(delete(devices).where(devices.c.account_id == account_id))


def _forget_old(connection: Connection, now: datetime, config: ReviewConfig) -> None:
    # Whoever makes up logins fills no table: what counts no more is removed.
    old = now - timedelta(minutes=2 * config.lock_minutes)
    connection.execute(delete(attempts).where(attempts.c.seen_at < old))
    ancient = now - timedelta(days=config.device_days)
    connection.execute(delete(devices).where(devices.c.made_at < ancient))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
