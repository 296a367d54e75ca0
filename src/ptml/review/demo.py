"""Accounts of every role, and invented names, for a try of the page on this machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select

from ptml.review.access.accounts import add_account
from ptml.review.access.viewer import Role
from ptml.review.demo_names import demo_names
from ptml.review.store.schema import accounts, cases, people, unit_ancestors, units
from ptml.review.subjects.naming import bring_names

PASSWORD = "try-it-on-this-machine"
"""Of every demo account: no secret, so a server that others can reach is refused them."""


@dataclass(frozen=True)
class DemoAccount:
    """One account.

    Attributes
    ----------
    login, name : str
    role : Role
    reach : str
        What the account reaches, in words.
    """

    login: str
    name: str
    role: Role
    reach: str


def add_demo_names(connection: Connection, now: datetime) -> None:
    """Give people without a name an invented one."""
    known = connection.execute(select(people.c.employee_id, people.c.name)).all()
    invented = demo_names(row.employee_id for row in known)
    unnamed = {row.employee_id for row in known if row.name is None}
    bring_names(connection, [one for one in invented if one.employee_id in unnamed], now)


def add_demo_accounts(connection: Connection) -> tuple[DemoAccount, ...]:
    """Make the accounts that are not there yet; give all of them."""
    there = set(connection.scalars(select(accounts.c.login)))
    made = []
    for account, reached, employee in _wanted(connection):
        made.append(account)
        if account.login not in there:
            add_account(
                connection,
                account.login,
                account.name,
                account.role,
                password=PASSWORD,
                units=reached,
                employee_id=employee,
            )
    return tuple(made)


_Wanted = tuple[DemoAccount, tuple[str, ...] | None, str | None]


def _wanted(connection: Connection) -> Iterator[_Wanted]:
    site, site_name = _unit_with_most_cases(connection)
    manager = connection.scalar(
        select(people.c.manager_id)
        .where(people.c.manager_id.is_not(None), people.c.org_unit_id.in_(_below(site)))
        .group_by(people.c.manager_id)
        .order_by(func.count().desc(), people.c.manager_id)
        .limit(1)
    )
    flagged = connection.scalar(
        select(cases.c.employee_id).order_by(cases.c.priority.desc(), cases.c.case_id).limit(1)
    )
    one = DemoAccount("reviewer", "Robin Reviewer", Role.reviewer, "all units")
    yield one, None, None
    of_site = f"{site_name} and below"
    yield DemoAccount("site", "Sam of one site", Role.reviewer, of_site), (site,), None
    yield DemoAccount("manager", "Mika Manager", Role.manager, of_site), (site,), manager
    own = DemoAccount("employee", "Eli Employee", Role.employee, "the own page")
    yield own, (), flagged
    scientist = DemoAccount("scientist", "Dana Data", Role.data_scientist, "cases without names")
    yield scientist, None, None
    admin = DemoAccount("admin", "Ade Admin", Role.administrator, "accounts and the log")
    yield admin, (), None


def _unit_with_most_cases(connection: Connection) -> tuple[str, str]:
    # Below the top, so that there are cases that the accounts of it may not see.
    row = connection.execute(
        select(units.c.org_unit_id, units.c.name)
        .join(unit_ancestors, unit_ancestors.c.ancestor_id == units.c.org_unit_id)
        .join(cases, cases.c.org_unit_id == unit_ancestors.c.org_unit_id)
        .where(units.c.parent_id.is_not(None))
        .group_by(units.c.org_unit_id, units.c.name)
        .order_by(func.count().desc(), units.c.org_unit_id)
        .limit(1)
    ).one_or_none()
    return ("", "no unit") if row is None else (str(row.org_unit_id), str(row.name))


def _below(unit: str) -> Select[tuple[str]]:
    return select(unit_ancestors.c.org_unit_id).where(unit_ancestors.c.ancestor_id == unit)
