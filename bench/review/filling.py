"""Fill a review database with cases beyond those of a run, as years of runs would."""

import json
import random
import secrets
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, insert, select

from ptml.review.access.accounts import add_account
from ptml.review.access.viewer import Role
from ptml.review.cases.states import DISMISSALS, OUTCOMES
from ptml.review.store.schema import case_evidence, cases, decisions, people, units
from ptml.review.store.search import find_by

_AT_ONCE = 2_000
# Most of what was ever flagged is finished; what waits is still more than anybody gets through.
_STATES = {"open": 30, "asked": 3, "postponed": 2, "accepted": 5, "assigned": 15, "dismissed": 10}
_STATES["closed"] = 100 - sum(_STATES.values())
_FIRST, _LAST = "Ada Bea Cem Dai Eva Fei Gus Ida Jun Kim Lea Mei", "Abel Berg Chen Diaz Ebert Fang"


def fill(connection: Connection, n_cases: int, today: date, seed: int = 1) -> list[str]:
    """Copy the cases that are there under new people; give the ids of the reviewers made."""
    rng = random.Random(seed)
    reviewers = [_reviewer(connection, number, rng) for number in range(20)]
    told = cases.join(case_evidence, case_evidence.c.case_id == cases.c.case_id)
    there = [dict(row._mapping) for row in connection.execute(select(told)).unique()]
    below = list(connection.scalars(select(people.c.org_unit_id).distinct()))
    for begin in range(0, n_cases - len(there), _AT_ONCE):
        numbers = range(begin, min(begin + _AT_ONCE, n_cases - len(there)))
        made = [
            _case(rng, number, rng.choice(there), rng.choice(below), today) for number in numbers
        ]
        decided = [d for case in made for d in _decisions(rng, case, rng.choice(reviewers), today)]
        named = [_person(rng, case) for case in made]
        connection.execute(insert(people), named)
        find_by(connection, {person["employee_id"]: person["name"] for person in named})
        connection.execute(insert(cases), [_without(case, "evidence") for case in made])
        kept = [{"case_id": case["case_id"], "evidence": case["evidence"]} for case in made]
        connection.execute(insert(case_evidence), kept)
        connection.execute(insert(decisions), decided)
    return reviewers


def _reviewer(connection: Connection, number: int, rng: random.Random) -> str:
    # Half see all, half one unit with all below.
    sites = list(
        connection.scalars(select(units.c.org_unit_id).where(units.c.parent_id.is_not(None)))
    )
    mine = None if number % 2 else (rng.choice(sorted(sites)),)
    return add_account(
        connection, f"reviewer-{number}", f"Reviewer {number}", Role.reviewer, units=mine
    )


def _case(rng, number, like, unit, today):
    state = rng.choices(list(_STATES), list(_STATES.values()))[0]
    flagged = today - timedelta(rng.randrange(3, 700 if state in ("closed", "dismissed") else 60))
    due = today + timedelta(rng.randrange(-20, 40)) if state in ("assigned", "postponed") else None
    person = f"X{number:07d}"
    return {
        **_without(like, "phase"),
        "case_id": secrets.token_hex(8),
        "enrolment_id": f"N{number}",
        "employee_id": person,
        "org_unit_id": unit,
        "priority": rng.random(),
        "flagged_on": flagged,
        "completed_on": flagged - timedelta(2),
        "state": state,
        "due_on": due,
        "version": 1 if state == "open" else 3 if state == "closed" else 2,
    }


def _person(rng, case):
    return {
        "employee_id": case["employee_id"],
        "name": _name(int(case["employee_id"][1:])),
        "org_unit_id": case["org_unit_id"],
        "token": secrets.token_hex(12),
    }


def _name(number):
    first, last = _FIRST.split(), _LAST.split()
    return f"{first[number % len(first)]} {last[number // 12 % len(last)]}-{number}"


_KIND = {"asked": "ask", "postponed": "postpone", "accepted": "accept", "assigned": "assign"}


def _decisions(rng, case, reviewer, today):
    if case["state"] == "open":
        return []
    case["owner_id"] = reviewer
    day = case["flagged_on"] + timedelta(1)
    if case["state"] != "closed":
        kind = _KIND.get(case["state"], "dismiss")
        return [_decision(rng, case, reviewer, 2, kind, day)]
    return [
        _decision(rng, case, reviewer, 2, "assign", day),
        _decision(rng, case, reviewer, 3, "outcome", min(day + timedelta(60), today)),
    ]


def _decision(rng, case, reviewer, version, kind, day):
    return {
        "decision_id": secrets.token_hex(8),
        "case_id": case["case_id"],
        "version": version,
        "made_at": datetime.combine(day, time(9), UTC),
        "made_by": reviewer,
        "made_on": day,
        "kind": kind,
        "stage": case["stage"],
        "reason": rng.choice(DISMISSALS) if kind == "dismiss" else None,
        "intervention": "transfer_goal" if kind == "assign" else None,
        "owner": "manager" if kind == "assign" else None,
        "due_on": case["due_on"] if kind in ("assign", "postpone") else None,
        "outcome": rng.choice(OUTCOMES) if kind == "outcome" else None,
        "before": json.loads('{"state": "open", "owner_id": null, "due_on": null}'),
    }


def _without(row, *names):
    return {name: value for name, value in row.items() if name not in names}
