"""All that is held about one person: the review database and the published run."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import UsageError
from ptml.review.published.run import Published
from ptml.review.store.schema import (
    account_units,
    accounts,
    audit,
    case_evidence,
    cases,
    decisions,
    objections,
    people,
    search_words,
    sessions,
)
from ptml.review.store.times import utc
from ptml.review.subjects.others import Others

# Where a table of the run holds rows of a person but is not (yet) one of the contract's.
_ALSO = ("people", "timelines")
_OTHERS_KEYS = frozenset({"manager_id", "owner_id", "owner"})
_SECRET = frozenset({"password_hash", "token_hash", "csrf", "token"})


def held_about(
    connection: Connection, published: Published, others: Others, employee_id: str, now: datetime
) -> dict[str, Any]:
    """Everything about a person, as plain values for JSON; of other people nothing.

    Who decided is told by role; names and ids of other people in notes read as another person.

    Parameters
    ----------
    others : Others
        Everybody but the person.

    Raises
    ------
    UsageError
        When neither the database nor the run knows the person.
    """
    told = {
        "employee_id": employee_id,
        "made_at": now.isoformat(),
        "review": others.without(_review(connection, employee_id)),
        "published": {
            "run_id": published.run_id,
            "as_of": published.as_of.isoformat(),
            "tables": others.without(_tables(published, employee_id)),
        },
    }
    if not any(told["review"].values()) and not told["published"]["tables"]:
        raise UsageError(f"nothing is held about {employee_id}: is the id as in the tables?")
    return told


def _review(connection: Connection, employee_id: str) -> dict[str, Any]:
    token = connection.scalar(select(people.c.token).where(people.c.employee_id == employee_id))
    account = connection.scalar(
        select(accounts.c.account_id).where(accounts.c.employee_id == employee_id)
    )
    return {
        "person": _rows(connection, people, people.c.employee_id == employee_id),
        "found_by": _words(connection, employee_id),
        "cases": _cases(connection, employee_id),
        "decisions": _decisions(connection, employee_id),
        "objections": _rows(connection, objections, objections.c.employee_id == employee_id),
        "account": _rows(connection, accounts, accounts.c.account_id == account),
        "account_units": _rows(connection, account_units, account_units.c.account_id == account),
        "sessions": _rows(connection, sessions, sessions.c.account_id == account),
        "log": _log(connection, token, account),
    }


def _rows(connection: Connection, table: Table, where: Any) -> list[dict[str, Any]]:
    ordered = select(table).where(where).order_by(*table.primary_key.columns)
    return [_plain_row(row) for row in connection.execute(ordered)]


def _words(connection: Connection, employee_id: str) -> list[str]:
    mine = select(search_words.c.word).where(search_words.c.employee_id == employee_id)
    return list(connection.scalars(mine.order_by(search_words.c.word)))


def _cases(connection: Connection, employee_id: str) -> list[dict[str, Any]]:
    wanted = (
        select(cases, case_evidence.c.evidence)
        .join(case_evidence, case_evidence.c.case_id == cases.c.case_id)
        .where(cases.c.employee_id == employee_id)
        .order_by(cases.c.case_id)
    )
    rows = connection.execute(wanted).all()
    return [{**_plain_row(row), "evidence": json.loads(row.evidence)} for row in rows]


def _decisions(connection: Connection, employee_id: str) -> list[dict[str, Any]]:
    wanted = (
        select(decisions, accounts.c.role.label("made_by_role"))
        .join(cases, cases.c.case_id == decisions.c.case_id)
        .join(accounts, accounts.c.account_id == decisions.c.made_by)
        .where(cases.c.employee_id == employee_id)
        .order_by(decisions.c.made_at, decisions.c.version)
    )
    return [
        _plain_row(row, ("made_by", "undone_by", "before")) for row in connection.execute(wanted)
    ]


def _log(connection: Connection, token: str | None, account: str | None) -> list[dict[str, Any]]:
    wanted = (
        select(audit.c.at, audit.c.action, accounts.c.role.label("by_role"))
        .outerjoin(accounts, accounts.c.account_id == audit.c.actor)
        # Looked at by others, or done by the person: without either nothing is theirs.
        .where(or_(audit.c.subject == (token or ""), audit.c.actor == (account or "")))
        .order_by(audit.c.number)
    )
    return [_plain_row(row) for row in connection.execute(wanted)]


def _tables(published: Published, employee_id: str) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for name in (*OUTPUT_TABLES, *(name for name in _ALSO if name not in OUTPUT_TABLES)):
        contract = OUTPUT_TABLES.get(name)
        if contract is not None and "employee_id" not in contract.columns:
            continue
        rows = published.of_person(name, employee_id)
        if rows:
            found[name] = [_plain_mapping(row) for row in rows]
    return found


def _plain_row(row: Any, left_out: Sequence[str] = ()) -> dict[str, Any]:
    told = {name: value for name, value in row._mapping.items() if name not in left_out}
    return _plain_mapping(told)


def _plain_mapping(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _plain(value)
        for name, value in row.items()
        if name not in _OTHERS_KEYS | _SECRET and name != "answered_by"
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value
