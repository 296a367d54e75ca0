"""Accounts: made by an administrator, found by login or by who signs in elsewhere."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from ptml.review.access import attempts, sessions
from ptml.review.access.passwords import hashed
from ptml.review.access.viewer import Role
from ptml.review.store.schema import account_units, accounts, people
from ptml.review.store.schema import units as unit_table
from ptml.review.words import N_, WrongInputError

_MOST = 200


def add_account(
    connection: Connection,
    login: str,
    name: str,
    role: Role,
    *,
    password: str | None = None,
    subject: str | None = None,
    email: str | None = None,
    employee_id: str | None = None,
    units: Iterable[str] | None = (),
    language: str = "",
) -> str:
    """Make an account; give its id.

    Parameters
    ----------
    units : iterable of str, optional
        Units that the account's rights reach, with all below; None = every unit.
    subject : str, optional
        Issuer and subject of who signs in elsewhere (`ptml.review.access.oidc`).
    email : str, optional
        By which who signs in elsewhere is found the first time; empty for an employee = as in
        the list of people.

    language : str
        Of `ptml.review.words.LANGUAGES`; empty = not chosen yet, which leaves it to the browser.

    Raises
    ------
    WrongInputError
        When the login or the e-mail is taken, or the password too short.
    """
    email = (email or _email_of(connection, employee_id) or "").strip().casefold() or None
    _check(connection, login, name, email)
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
            email=email,
            is_active=True,
        )
    )
    rows = [{"account_id": account_id, "org_unit_id": unit} for unit in dict.fromkeys(units or ())]
    if rows:
        connection.execute(insert(account_units), rows)
    return account_id


def speak(connection: Connection, account_id: str, language: str) -> None:
    """Remember the language that somebody has chosen."""
    _update(connection, account_id, language=language)


def account_of(connection: Connection, account_id: str) -> Row[Any] | None:
    """The row of an account; None when there is none."""
    wanted = select(accounts).where(accounts.c.account_id == account_id)
    return connection.execute(wanted).one_or_none()


def account_by_login(connection: Connection, login: str) -> Row[Any] | None:
    """The row of a login; None when there is none."""
    return connection.execute(select(accounts).where(accounts.c.login == login)).one_or_none()


def some_accounts(connection: Connection, words: str, most: int) -> Sequence[Row[Any]]:
    """Accounts with every word in login, name, e-mail or employee id; by login."""
    wanted = select(accounts).order_by(accounts.c.login)
    columns = (accounts.c.login, accounts.c.name, accounts.c.email, accounts.c.employee_id)
    for word in words.split():
        wanted = wanted.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return connection.execute(wanted.limit(most)).all()


def set_password(
    connection: Connection, account_id: str, kept: str, *, but_session: str | None = None
) -> None:
    """Write what is kept of a new password (`hashed`); every other session ends."""
    _update(connection, account_id, password_hash=kept)
    sessions.end_all(connection, account_id, but=but_session)
    attempts.know_none(connection, account_id)


def deactivate(connection: Connection, account_id: str) -> None:
    """Let an account sign in no more; its sessions end at once."""
    _update(connection, account_id, is_active=False)
    sessions.end_all(connection, account_id)
    attempts.know_none(connection, account_id)


def activate(connection: Connection, account_id: str) -> None:
    """Let a deactivated account sign in again."""
    _update(connection, account_id, is_active=True)


def _update(connection: Connection, account_id: str, **values: object) -> None:
    connection.execute(update(accounts).where(accounts.c.account_id == account_id).values(**values))


def units_of(connection: Connection, account_id: str) -> Sequence[Any]:
    """Units that an account's rights reach: ``org_unit_id, name``, the name where it is known."""
    unit = account_units.c.org_unit_id
    reached = account_units.outerjoin(unit_table, unit_table.c.org_unit_id == unit)
    wanted = select(unit, unit_table.c.name).select_from(reached)
    mine = wanted.where(account_units.c.account_id == account_id)
    return connection.execute(mine.order_by(unit_table.c.name, unit)).all()


def set_units(connection: Connection, account_id: str, units: Iterable[str] | None) -> None:
    """Change the units that an account's rights reach; None = every unit."""
    _update(connection, account_id, all_units=units is None)
    connection.execute(delete(account_units).where(account_units.c.account_id == account_id))
    rows = [{"account_id": account_id, "org_unit_id": unit} for unit in dict.fromkeys(units or ())]
    if rows:
        connection.execute(insert(account_units), rows)


def describe(
    connection: Connection,
    account_id: str,
    name: str,
    role: Role,
    email: str | None,
    employee_id: str | None,
) -> None:
    """Change what is known of an account; another address is found anew at the next sign-in.

    Raises
    ------
    WrongInputError
        When the name is missing, or another account has the e-mail.
    """
    email = (email or "").strip().casefold() or None
    _check_name(name)
    _check_email(connection, email, account_id)
    before = account_of(connection, account_id)
    if before is not None and before.email != email:
        _update(connection, account_id, email=email, subject=None)
    _update(connection, account_id, name=name, role=role.value, employee_id=employee_id)


def _check(connection: Connection, login: str, name: str, email: str | None) -> None:
    if not 0 < len(login) <= _MOST or login != login.strip() or not login.isprintable():
        raise WrongInputError("login", N_("Give a user name without spaces around it."))
    _check_name(name)
    same_login = select(accounts.c.login).where(accounts.c.login == login)
    if connection.scalar(same_login) is not None:
        raise WrongInputError("login", N_("There is an account {login} already."), login=login)
    _check_email(connection, email, None)


def _check_name(name: str) -> None:
    if not 0 < len(name.strip()) <= _MOST:
        raise WrongInputError("name", N_("Give the name as others see it."))


def _check_email(connection: Connection, email: str | None, of: str | None) -> None:
    same = select(accounts.c.account_id).where(accounts.c.email == email)
    if email is not None and connection.scalar(same) not in (None, of):
        raise WrongInputError("email", N_("Another account has this e-mail address already."))


def _email_of(connection: Connection, employee_id: str | None) -> str | None:
    found = connection.scalar(select(people.c.email).where(people.c.employee_id == employee_id))
    return None if found is None else str(found)
