"""Accounts, for the administrator: who may sign in, as what, for which units."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from ptml.review.access import attempts, sessions
from ptml.review.access.accounts import (
    account_of,
    activate,
    add_account,
    all_accounts,
    deactivate,
    set_password,
    set_units,
)
from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.access.passwords import hashed
from ptml.review.access.viewer import Role, Viewer
from ptml.review.audit import Entry, append
from ptml.review.pages.rendering import page
from ptml.review.state import Review, state_of
from ptml.review.words import N_, WrongInputError

router = APIRouter()


class AccountForm(BaseModel):
    """A new account as a browser sends it."""

    login: str = ""
    name: str = ""
    role: str = ""
    password: str = ""
    email: str = ""
    employee_id: str = ""
    units: str = ""
    everywhere: bool = False


class ChangeForm(BaseModel):
    """What is done to an account."""

    action: str = ""
    password: str = ""
    units: str = ""
    everywhere: bool = False


@router.get("/accounts", name="accounts")
def accounts(request: Request, viewer: SignedIn) -> Response:
    """Every account."""
    with state_of(request).database.read() as connection:
        found = all_accounts(connection)
    return page(request, "accounts.html", accounts=found)


@router.get("/accounts/new", name="account_new")
def account_new(request: Request, viewer: SignedIn) -> Response:
    """The form of a new account."""
    return _new(request, AccountForm())


@router.post("/accounts/new", name="account_new_post")
def account_new_post(
    request: Request, viewer: SignedIn, form: Annotated[AccountForm, Form()]
) -> Response:
    """Make the account, or show what is missing."""
    review = state_of(request)
    try:
        made = _made(review, viewer, form)
    except WrongInputError as wrong:
        return _new(request, form, 422, wrong)
    return RedirectResponse(request.app.url_path_for("account", account_id=made), 303)


@router.get("/accounts/{account_id}", name="account")
def account(request: Request, viewer: SignedIn, account_id: str) -> Response:
    """One account and what can be done to it."""
    return _shown(request, account_id)


@router.post("/accounts/{account_id}", name="account_change")
def account_change(
    request: Request, viewer: SignedIn, account_id: str, form: Annotated[ChangeForm, Form()]
) -> Response:
    """Do it, and write it down."""
    review = state_of(request)
    try:
        with review.database.begin() as connection:
            _change(connection, viewer, account_id, form)
            entry = Entry(viewer.account_id, f"account.{form.action}", account_id, {})
            append(connection, review.now(), entry)
    except WrongInputError as wrong:
        return _shown(request, account_id, 422, wrong)
    return RedirectResponse(request.app.url_path_for("account", account_id=account_id), 303)


def _made(review: Review, viewer: Viewer, form: AccountForm) -> str:
    if form.role not in {role.value for role in Role}:
        raise WrongInputError("role", N_("Choose what the person does."))
    if not form.password and not form.email.strip():
        raise WrongInputError(
            "password", N_("Give a password, or the e-mail address the person signs in with.")
        )
    with review.database.begin() as connection:
        made = add_account(
            connection,
            form.login.strip(),
            form.name.strip(),
            Role(form.role),
            password=form.password or None,
            email=form.email or None,
            employee_id=form.employee_id.strip() or None,
            units=None if form.everywhere else form.units.split(),
        )
        entry = Entry(viewer.account_id, "account.make", made, {"role": form.role})
        append(connection, review.now(), entry)
    return made


def _change(connection: Connection, viewer: Viewer, account_id: str, form: ChangeForm) -> None:
    row = account_of(connection, account_id)
    if row is None:
        raise RefusedError(404)
    match form.action:
        case "deactivate":
            if account_id == viewer.account_id:
                raise WrongInputError(
                    "action",
                    N_("You cannot deactivate your own account: ask another administrator."),
                )
            deactivate(connection, account_id)
        case "activate":
            activate(connection, account_id)
        case "unlock":
            attempts.unlock(connection, row.login)
        case "password":
            set_password(connection, account_id, hashed(form.password))
        case "units":
            set_units(connection, account_id, None if form.everywhere else form.units.split())
        case _:
            raise WrongInputError("action", N_("Choose what is to be done."))


def _new(
    request: Request, form: AccountForm, status: int = 200, wrong: WrongInputError | None = None
) -> Response:
    roles = [role.value for role in Role]
    return page(request, "account_new.html", status, form=form, wrong=wrong, roles=roles)


def _shown(
    request: Request, account_id: str, status: int = 200, wrong: WrongInputError | None = None
) -> Response:
    review = state_of(request)
    with review.database.read() as connection:
        row = account_of(connection, account_id)
        if row is None:
            raise RefusedError(404)
        units = sorted(sessions.units_of(connection, account_id))
        is_locked = attempts.is_login_locked(connection, row.login, review.now())
    return page(
        request,
        "account.html",
        status,
        account=row,
        units=units,
        is_locked=is_locked,
        wrong=wrong,
    )
