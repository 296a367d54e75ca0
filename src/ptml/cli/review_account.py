"""``ptml review-account``: make an account, or change one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ptml.cli.clock import now
from ptml.cli.review_db import Db
from ptml.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection


def review_account(
    login: Annotated[str, typer.Argument(help="User name.")],
    name: Annotated[str, typer.Option(help="Name as others see it.")] = "",
    role: Annotated[
        str, typer.Option(help="reviewer, manager, employee, data_scientist, administrator.")
    ] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the password.")
    ] = None,
    email: Annotated[
        str | None, typer.Option(help="Verified address at the organisation's own sign-in.")
    ] = None,
    db: Db = "sqlite:///review.db",
    unit: Annotated[list[str] | None, typer.Option(help="Unit; may be given again.")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="Every unit.")] = False,
    employee: Annotated[str | None, typer.Option(help="The person's own employee_id.")] = None,
    change: Annotated[
        str,
        typer.Option(help="Of an account that is there: password, deactivate, activate, unlock."),
    ] = "",
) -> None:
    """Make an account for the review page, or change one (--change)."""
    from ptml.review.store import Database

    password = None if password_file is None else _first_line(password_file)
    if change:
        with Database.open(db).begin() as connection:
            _change(connection, login, change, password)
        typer.echo(f"{login}: {change} is done.")
        return
    if password is None and email is None:
        raise UsageError("give --password-file, or --email for who signs in elsewhere")
    units = None if everywhere else tuple(unit or ())
    with Database.open(db).begin() as connection:
        _make(connection, login, name, role, password, email, units, employee)
    typer.echo(f"{login} may sign in as {role}.")


def _make(
    connection: "Connection",
    login: str,
    name: str,
    role: str,
    password: str | None,
    email: str | None,
    units: tuple[str, ...] | None,
    employee: str | None,
) -> None:
    from ptml.review.access.accounts import add_account
    from ptml.review.access.viewer import Role
    from ptml.review.audit import Entry, append

    if role not in {known.value for known in Role}:
        raise UsageError(f"--role must be one of {', '.join(Role)}, got {role or 'nothing'}")
    made = add_account(
        connection,
        login,
        name,
        Role(role),
        password=password,
        email=email,
        units=units,
        employee_id=employee,
    )
    append(connection, now(), Entry("-", "account.make", made, {"role": role}))


def _change(connection: "Connection", login: str, change: str, password: str | None) -> None:
    from ptml.review.access import attempts
    from ptml.review.access.accounts import account_by_login, activate, deactivate, set_password
    from ptml.review.access.passwords import hashed
    from ptml.review.audit import Entry, append

    row = account_by_login(connection, login)
    if row is None:
        raise UsageError(f"there is no account {login}")
    match change:
        case "password":
            if password is None:
                raise UsageError("--change password needs --password-file")
            set_password(connection, row.account_id, hashed(password))
        case "deactivate":
            deactivate(connection, row.account_id)
        case "activate":
            activate(connection, row.account_id)
        case "unlock":
            attempts.unlock(connection, login)
        case _:
            raise UsageError(
                f"--change must be password, deactivate, activate or unlock, got {change}"
            )
    append(connection, now(), Entry("-", f"account.{change}", row.account_id, {}))


def _first_line(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"--password-file {path} cannot be read: {error.strerror}") from None
    if not lines:
        raise UsageError(f"--password-file {path} is empty: its first line is the password")
    return lines[0]
