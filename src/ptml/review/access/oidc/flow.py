"""Sign-ins on their way to the provider and back: each comes back once, and to its own browser."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from ptml.review.access import attempts, sessions
from ptml.review.access.local import Begun
from ptml.review.access.oidc.provider import Identity
from ptml.review.audit import Entry, append
from ptml.review.config import ReviewConfig
from ptml.review.store.schema import accounts, oidc_requests

_MINUTES = 10


@dataclass(frozen=True)
class Sent:
    """A sign-in that was sent away.

    Attributes
    ----------
    state, nonce, verifier : str
        Random; the provider gives the state back, puts the nonce in its token, and asks for the
        verifier before it gives one.
    next : str
        Where to go afterwards.
    """

    state: str
    nonce: str
    verifier: str
    next: str


def send(connection: Connection, browser: str, next: str, now: datetime) -> Sent:
    """Begin a sign-in of a browser, known by the secret of its form cookie."""
    old = now - timedelta(minutes=_MINUTES)
    connection.execute(delete(oidc_requests).where(oidc_requests.c.made_at < old))
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    connection.execute(
        insert(oidc_requests).values(
            state_hash=_hash(state),
            browser_hash=_hash(browser),
            nonce=nonce,
            verifier=verifier,
            next=next,
            made_at=now,
        )
    )
    return Sent(state, nonce, verifier, next)


def came_back(connection: Connection, state: str, browser: str, now: datetime) -> Sent | None:
    """The sign-in of a state, which is then used up; None when this browser has none."""
    mine = (
        oidc_requests.c.state_hash == _hash(state),
        oidc_requests.c.browser_hash == _hash(browser),
        oidc_requests.c.made_at >= now - timedelta(minutes=_MINUTES),
    )
    row = connection.execute(select(oidc_requests).where(*mine)).one_or_none()
    if row is None:
        return None
    connection.execute(delete(oidc_requests).where(*mine))
    return Sent(state, str(row.nonce), str(row.verifier), str(row.next))


def enter(
    connection: Connection, identity: Identity, now: datetime, config: ReviewConfig
) -> Begun | None:
    """Begin a session of the account of an identity; None when nobody made one."""
    account = _account(connection, identity)
    if account is None:
        append(connection, now, Entry("-", "sign_in.refused", "-", {"by": "oidc"}))
        return None
    append(connection, now, Entry(account, "sign_in", "-", {"by": "oidc"}))
    token = sessions.start(connection, account, now, config)
    return Begun(token, attempts.know(connection, account, now))


def _account(connection: Connection, identity: Identity) -> str | None:
    mine = select(accounts.c.account_id, accounts.c.is_active)
    found = connection.execute(mine.where(accounts.c.subject == identity.subject)).one_or_none()
    if found is not None:
        return str(found.account_id) if found.is_active else None
    if identity.email is None:
        return None
    # The first time: from now on the subject counts, and a changed e-mail opens nothing.
    new = connection.scalar(
        select(accounts.c.account_id).where(
            accounts.c.email == identity.email, accounts.c.subject.is_(None), accounts.c.is_active
        )
    )
    if new is None:
        return None
    connection.execute(
        update(accounts).where(accounts.c.account_id == new).values(subject=identity.subject)
    )
    return str(new)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
