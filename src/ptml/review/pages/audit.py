"""The audit log, for the administrator: which account did what and when; whom the data are about
stands in it as a pseudonym."""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter, Request
from sqlalchemy import select
from starlette.responses import Response

from ptml.review.access.accounts import account_of
from ptml.review.access.gate import SignedIn
from ptml.review.audit import Entry, append, head
from ptml.review.cases.asked import Word
from ptml.review.pages.rendering import page
from ptml.review.state import state_of
from ptml.review.store.schema import accounts, audit
from ptml.review.words import N_

router = APIRouter()
_SHOWN = 100
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "account.activate": N_("Let an account sign in again"),
        "account.deactivate": N_("Deactivated an account"),
        "account.about": N_("Changed what is known of an account"),
        "account.make": N_("Made an account"),
        "account.own_password": N_("Changed the own password"),
        "account.password": N_("Set an account's password"),
        "account.password_refused": N_("Gave a wrong password to change it"),
        "account.units": N_("Changed an account's units"),
        "account.unlock": N_("Unlocked an account"),
        "audit.look": N_("Looked at this log"),
        "case.decide": N_("Decided about a case"),
        "case.look": N_("Looked at a case"),
        "case.undo": N_("Took a decision back"),
        "cases.list": N_("Looked at the list of cases"),
        "objection.answer": N_("Answered an objection"),
        "objection.make": N_("Objected, or asked for a correction"),
        "objections.list": N_("Looked at the list of objections"),
        "own.look": N_("Looked at the own page"),
        "person.copy": N_("Took a copy of what is held about a person"),
        "person.erase": N_("Erased a person"),
        "people.name": N_("Brought people's names in"),
        "run.import": N_("Brought a published run in"),
        "sign_in": N_("Signed in"),
        "sign_in.refused": N_("Could not sign in"),
        "sign_out": N_("Signed out"),
        "team.look": N_("Looked at a team"),
    }
)
"""What was done, in words; an action without words is shown as it is written."""


@router.get("/audit", name="audit")
def audit_log(
    request: Request, viewer: SignedIn, before: int | None = None, who: Word = ""
) -> Response:
    """The newest lines, or those before a line, of all accounts or of one.

    That somebody looked is a line too.
    """
    review = state_of(request)
    wanted = select(
        *(audit.c.number, audit.c.at, audit.c.action, audit.c.subject),
        *(accounts.c.account_id, accounts.c.login, accounts.c.role),
    ).outerjoin(accounts, accounts.c.account_id == audit.c.actor)
    if who:
        wanted = wanted.where(audit.c.actor == who)
    if before is not None:
        wanted = wanted.where(audit.c.number < max(0, min(before, 2**31 - 1)))
    newest = wanted.order_by(audit.c.number.desc()).limit(_SHOWN)
    with review.database.begin() as connection:
        lines = connection.execute(newest).all()
        number, found = head(connection)
        told = account_of(connection, who) if who else None
        append(connection, review.now(), Entry(viewer.account_id, "audit.look", "-", {}))
    return page(
        request,
        "audit.html",
        lines=lines,
        n_lines=number,
        head_hash=found,
        actions=ACTIONS,
        who=who,
        account=told,
        is_full=len(lines) == _SHOWN,
    )
