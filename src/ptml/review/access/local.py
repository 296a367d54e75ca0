"""Sign in with a password: the same answer and the same time whatever is wrong."""

from dataclasses import dataclass
from datetime import datetime

from ptml.review.access import attempts, sessions
from ptml.review.access.accounts import account_by_login
from ptml.review.access.passwords import is_password
from ptml.review.audit import Entry, append
from ptml.review.config import ReviewConfig
from ptml.review.store import Database


@dataclass(frozen=True)
class Begun:
    """A session that has begun.

    Attributes
    ----------
    token : str
        What the session's cookie holds.
    device : str
        What the cookie of the known browser holds.
    """

    token: str
    device: str


def sign_in(
    database: Database, login: str, password: str, device: str, now: datetime, config: ReviewConfig
) -> Begun | None:
    """Begin a session; None for a wrong login or password, a locked or a deactivated account."""
    with database.read() as connection:
        row = account_by_login(connection, login)
        account = None if row is None else str(row.account_id)
        who = attempts.counted_as(connection, login, account, device)
    # Always asked, and with no lock held: the time tells nothing, and nobody waits for it.
    is_right = is_password(password, None if row is None else row.password_hash)
    with database.begin() as connection:
        # Looked at anew: the right one of a thousand guesses at once comes too late.
        is_locked = attempts.is_locked(connection, who, now)
        now_there = account_by_login(connection, login)
        is_same = now_there is not None and row is not None and now_there == row
        if row is None or not (is_right and is_same and row.is_active) or is_locked:
            locks = False if is_locked else attempts.failed(connection, who, now, config)
            told = {"locked": is_locked or locks}
            append(connection, now, Entry(account or "-", "sign_in.refused", "-", told))
            return None
        attempts.forget(connection, who)
        is_known = who.startswith("device ")
        append(connection, now, Entry(str(row.account_id), "sign_in", "-", {"by": "password"}))
        return Begun(
            sessions.start(connection, str(row.account_id), now, config),
            device if is_known else attempts.know(connection, str(row.account_id), now),
        )
