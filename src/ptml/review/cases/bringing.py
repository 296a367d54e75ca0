"""Flagged completions of a run become cases; those that wait get the newer evidence."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from ptml.review.cases.states import UNDECIDED, State
from ptml.review.published.flags import flags
from ptml.review.published.run import Published
from ptml.review.store.schema import case_evidence, cases, people
from ptml.review.store.search import find_by

_AS_JSON = ("reasons", "interventions", "what_if", "rules", "events")
_SAME = ("enrolment_id", "employee_id", "course_id", "stage", "p_weak", "p_low", "p_high")


def bring_cases(connection: Connection, published: Published) -> int:
    """Bring cases in, some thousand at a time; give how many are new."""
    known = {row.enrolment_id: row for row in connection.execute(_known())}
    around = _Around.of(connection)
    n_new = 0
    for warnings in flags(published):
        new = [warning for warning in warnings if warning["enrolment_id"] not in known]
        waiting = [w for w in warnings if _waits(known.get(w["enrolment_id"]))]
        _add(connection, [_new(around.case(warning), warning) for warning in new])
        find_by(connection, {w["employee_id"]: around.name(w["employee_id"]) for w in new})
        _renew(
            connection,
            [(known[w["enrolment_id"]].case_id, around.case(w), _evidence(w)) for w in waiting],
        )
        n_new += len(new)
    return n_new


@dataclass(frozen=True)
class _Around:
    """What cases take from the list of people: units and names."""

    persons: Mapping[str, Any]

    @classmethod
    def of(cls, connection: Connection) -> "_Around":
        persons = select(people.c.employee_id, people.c.name, people.c.org_unit_id)
        return cls({row.employee_id: row for row in connection.execute(persons)})

    def name(self, employee_id: str) -> str | None:
        """The name of somebody; None where it is not known."""
        person = self.persons.get(employee_id)
        return None if person is None else person.name

    def case(self, warning: Mapping[str, Any]) -> dict[str, Any]:
        """The row of `cases`, but for what a case has from its birth on."""
        person = self.persons.get(warning["employee_id"])
        reasons = json.loads(warning["reasons"])
        return {
            **{column: warning[column] for column in _SAME},
            "org_unit_id": None if person is None else person.org_unit_id,
            "reason": reasons[0]["code"] if reasons else "",
            "priority": warning["p_weak"],
            "completed_on": warning["completed_on"],
            "run_id": warning["run_id"],
        }


def _known() -> Any:
    return select(cases.c.enrolment_id, cases.c.case_id, cases.c.state)


def _waits(old: Row[Any] | None) -> bool:
    return old is not None and old.state in UNDECIDED


def _new(case: dict[str, Any], warning: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    born = {"case_id": secrets.token_hex(8), "state": State.open.value, "version": 1}
    return {**case, **born, "flagged_on": warning["as_of"]}, _evidence(warning)


def _evidence(warning: Mapping[str, Any]) -> str:
    # Most of it was published as JSON and is kept as it is: twelve kilobytes a case.
    told = ", ".join(f'"{name}": {warning[name]}' for name in _AS_JSON)
    base, matter = json.dumps(warning["base_value"]), json.dumps(warning["unit_matter"])
    return f'{{"base_value": {base}, "unit_matter": {matter}, {told}}}'


def _add(connection: Connection, rows: Sequence[tuple[dict[str, Any], str]]) -> None:
    if rows:
        connection.execute(insert(cases), [case for case, _ in rows])
        told = [{"case_id": case["case_id"], "evidence": evidence} for case, evidence in rows]
        connection.execute(insert(case_evidence), told)


def _renew(connection: Connection, rows: Sequence[tuple[str, dict[str, Any], str]]) -> None:
    if rows:
        of_case = update(cases).where(cases.c.case_id == bindparam("of_case"))
        connection.execute(of_case, [{"of_case": case_id, **case} for case_id, case, _ in rows])
        told = update(case_evidence).where(case_evidence.c.case_id == bindparam("of_case"))
        connection.execute(
            told, [{"of_case": case_id, "evidence": evidence} for case_id, _, evidence in rows]
        )
