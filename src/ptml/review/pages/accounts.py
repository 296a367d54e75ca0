"""Accounts, for the administrator: who may sign in, as what, for which units."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlalchemy import Connection, Row
from starlette.responses import RedirectResponse, Response

from ptml.review.access import attempts
from ptml.review.access.accounts import (
    account_of,
    activate,
    add_account,
    deactivate,
    describe,
    set_password,
    set_units,
    some_accounts,
    units_of,
)
from ptml.review.access.entered import person_called, units_called
from ptml.review.access.gate import RefusedError, SignedIn
from ptml.review.access.passwords import hashed
from ptml.review.access.viewer import Role, Viewer
from ptml.review.audit import Entry, append
from ptml.review.cases.asked import Word
from ptml.review.pages.rendering import page
from ptml.review.pages.switching import switched
from ptml.review.state import Review, state_of
from ptml.review.store.database import as_ptml
from ptml.review.words import N_, WrongInputError

router = APIRouter()
_SHOWN = 100
_ROLES = tuple(role.value for role in Role)


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
    switch: str = ""


class ChangeForm(AccountForm):
    """What is done to an account; of the fields those that go with it."""

    action: str = ""


@router.get("/accounts", name="accounts")
def accounts(request: Request, viewer: SignedIn, words: Word = "") -> Response:
    """Accounts, or those with words in them."""
    with state_of(request).database.read() as connection:
        found = some_accounts(connection, words, _SHOWN + 1)
    return page(
        request,
        "accounts.html",
        accounts=found[:_SHOWN],
        words=words,
        is_more=len(found) > _SHOWN,
        most=_SHOWN,
    )


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
    if form.switch:
        return switched(request, form.switch, lambda: _new(request, form))
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
    if form.switch:
        return switched(request, form.switch, lambda: _shown(request, account_id, form=form))
    try:
        # As ptml: whether an id is somebody's is asked beyond the administrator's units.
        with as_ptml(), review.database.begin() as connection:
            _change(connection, viewer, account_id, form)
            entry = Entry(viewer.account_id, f"account.{form.action}", account_id, {})
            append(connection, review.now(), entry)
    except WrongInputError as wrong:
        return _shown(request, account_id, 422, wrong, form)
    return RedirectResponse(request.app.url_path_for("account", account_id=account_id), 303)


def _made(review: Review, viewer: Viewer, form: AccountForm) -> str:
    role = _role(form)
    if not form.password and not form.email.strip():
        raise WrongInputError(
            "password", N_("Give a password, or the e-mail address the person signs in with.")
        )
    with as_ptml(), review.database.begin() as connection:
        made = add_account(
            connection,
            form.login.strip(),
            form.name.strip(),
            role,
            password=form.password or None,
            email=form.email or None,
            employee_id=person_called(connection, form.employee_id),
            units=_units(connection, form),
        )
        entry = Entry(viewer.account_id, "account.make", made, {"role": form.role})
        append(connection, review.now(), entry)
    return made


def _role(form: AccountForm) -> Role:
    if form.role not in {role.value for role in Role}:
        raise WrongInputError("role", N_("Choose what the person does."))
    return Role(form.role)


def _units(connection: Connection, form: AccountForm) -> tuple[str, ...] | None:
    return None if form.everywhere else units_called(connection, form.units)


def _change(connection: Connection, viewer: Viewer, account_id: str, form: ChangeForm) -> None:
    row = account_of(connection, account_id)
    if row is None:
        raise RefusedError(404)
    match form.action:
        case "about":
            _describe(connection, viewer, account_id, form)
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
            set_units(connection, account_id, _units(connection, form))
        case _:
            raise WrongInputError("action", N_("Choose what is to be done."))


def _describe(connection: Connection, viewer: Viewer, account_id: str, form: ChangeForm) -> None:
    role = _role(form)
    if account_id == viewer.account_id and role is not viewer.role:
        raise WrongInputError(
            "role", N_("You cannot change what you do yourself: ask another administrator.")
        )
    person = person_called(connection, form.employee_id)
    describe(connection, account_id, form.name.strip(), role, form.email, person)


def _new(
    request: Request, form: AccountForm, status: int = 200, wrong: WrongInputError | None = None
) -> Response:
    return page(request, "account_new.html", status, form=form, wrong=wrong, roles=_ROLES)


def _shown(
    request: Request,
    account_id: str,
    status: int = 200,
    wrong: WrongInputError | None = None,
    form: ChangeForm | None = None,
) -> Response:
    review = state_of(request)
    with review.database.read() as connection:
        row = account_of(connection, account_id)
        if row is None:
            raise RefusedError(404)
        reached = units_of(connection, account_id)
        is_locked = attempts.is_login_locked(connection, row.login, review.now())
    return page(
        request,
        "account.html",
        status,
        account=row,
        units=reached,
        is_locked=is_locked,
        wrong=wrong,
        roles=_ROLES,
        form=_filled(row, reached, form),
    )


def _filled(row: Row[Any], reached: Sequence[Any], form: ChangeForm | None) -> ChangeForm:
    """The fields as they were entered, and those of the other forms as they are kept."""
    kept = ChangeForm(
        name=row.name,
        role=row.role,
        email=row.email or "",
        employee_id=row.employee_id or "",
        units="\n".join(unit.org_unit_id for unit in reached),
        everywhere=row.all_units,
    )
    if form is None:
        return kept
    of_units = {"units": form.units, "everywhere": form.everywhere}
    of_person = {
        "name": form.name,
        "role": form.role,
        "email": form.email,
        "employee_id": form.employee_id,
    }
    return kept.model_copy(update=of_units if form.action == "units" else of_person)
