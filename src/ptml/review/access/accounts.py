"""Local accounts: made by an administrator, locked after too many wrong passwords."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from ptml.errors import UsageError
from ptml.review.access.passwords import hashed, is_password
from ptml.review.access.viewer import Role
from ptml.review.config import ReviewConfig
from ptml.review.store.schema import account_units, accounts
from ptml.review.store.times import utc


def add_account(
    connection: Connection,
    login: str,
    name: str,
    role: Role,
    *,
    password: str | None = None,
    subject: str | None = None,
    employee_id: str | None = None,
    units: Iterable[str] | None = (),
    language: str = "en",
) -> str:
    """Make an account; give its id.

    Parameters
    ----------
    units : iterable of str, optional
        Units that the account's rights reach, with all below; None = every unit.
    subject : str, optional
        Issuer and subject of who signs in elsewhere (`ptml.review.access.oidc`).

    Raises
    ------
    UsageError
        When the login is taken, or the password too short.
    """
    taken = select(accounts.c.account_id).where(accounts.c.login == login)
    if connection.scalar(taken) is not None:
        raise UsageError(f"there is an account {login} already")
    account_id = secrets.token_hex(8)
    connection.execute(
        insert(accounts).values(
            account_id=account_id,
            login=login,
            name=name,
            role=role.value,
            employee_id=employee_id,
            all_units=units is None,
            language=language,
            password_hash=None if password is None else hashed(password),
            subject=subject,
            is_active=True,
            failures=0,
        )
    )
    rows = [{"account_id": account_id, "org_unit_id": unit} for unit in units or ()]
    if rows:
        connection.execute(insert(account_units), rows)
    return account_id


def signed_in(
    connection: Connection, login: str, password: str, now: datetime, config: ReviewConfig
) -> str | None:
    """The account of a login and its password; None for a wrong one, and for one that is locked."""
    found = connection.execute(select(accounts).where(accounts.c.login == login)).one_or_none()
    row = None if found is None else found._mapping
    # Always asked: the time that it takes must not tell whether the login exists or is locked.
    is_right = is_password(password, None if row is None else row["password_hash"])
    if row is None or not row["is_active"]:
        return None
    if row["locked_until"] is not None and utc(row["locked_until"]) > now:
        return None
    failures = 0 if is_right else int(row["failures"]) + 1
    is_locked = failures >= config.failures_before_lock
    connection.execute(
        update(accounts)
        .where(accounts.c.account_id == row["account_id"])
        .values(
            failures=0 if is_locked else failures,
            locked_until=now + timedelta(minutes=config.lock_minutes) if is_locked else None,
        )
    )
    return str(row["account_id"]) if is_right else None
