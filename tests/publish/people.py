"""A small run about given people, each named in every way that a run can name somebody."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pyarrow as pa

from ptml.publish import RunRecord, open_publication
from ptml.publish.config import PublishConfig

AS_OF = date(2026, 10, 1)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def enrolment_of(person: str) -> str:
    """The person's one enrolment."""
    return f"N-{person}"


def publish_people(
    out: str, people: Sequence[str], mark: int = 1, day: date = AS_OF, part_rows: int = 1000
) -> None:
    """Publish a run in which each person's manager is the person before."""
    config = PublishConfig(part_rows=part_rows)
    record = RunRecord(day, f"data {mark}", {}, {"seed": mark}, NOON)
    with open_publication(out, record, lambda: NOON, config=config) as publication:
        for half in (people[: len(people) // 2], people[len(people) // 2 :]):
            for name, table in _tables(half, people).items():
                publication.append(name, table)
        publication.commit({"notes": []})


def _tables(part: Sequence[str], people: Sequence[str]) -> dict[str, pa.Table]:
    n = len(part)
    owners = [people[people.index(person) - 1] for person in part]
    return {
        "segments": pa.table(
            {
                "employee_id": list(part),
                "segment": ["core"] * n,
                "performance_state": ["on"] * n,
                "main_cause": pa.nulls(n, pa.string()),
                "rule": pa.nulls(n, pa.string()),
                "course_level": pa.nulls(n, pa.string()),
                "first_question": pa.nulls(n, pa.string()),
            }
        ),
        "warnings": _warnings(part, owners),
        "people": pa.table(
            {
                "employee_id": list(part),
                "org_unit_id": ["u1"] * n,
                "role_id": pa.nulls(n, pa.string()),
                "grade": pa.array([1] * n, pa.int32()),
                "manager_id": owners,
                "hired_on": [date(2020, 1, 1)] * n,
            }
        ),
        "timelines": _timelines(part),
        "flags": pa.table(
            {
                "enrolment_id": [enrolment_of(person) for person in part],
                "stage": ["completion"] * n,
                "arm": ["flag"] * n,
                "p_weak": [0.8] * n,
                "propensity": [0.9] * n,
                "holdout_share": [0.1] * n,
                "policy": ["p"] * n,
            }
        ),
        "rejected_rows": pa.table(
            {
                "table": ["enrolments"] * 2 * n,
                "row": pa.array([*range(1, 2 * n + 1)], pa.int64()),
                "column": ["employee_id"] * n + [None] * n,
                "value": [*part, *(f'{person};"x" has no end' for person in part)],
                "rule": ["points nowhere"] * 2 * n,
            }
        ),
    }


def _warnings(part: Sequence[str], owners: Sequence[str]) -> pa.Table:
    n = len(part)
    acts = [[{"rank": 1, "owner": "manager", "owner_id": owner}] for owner in owners]
    return pa.table(
        {
            "enrolment_id": [enrolment_of(person) for person in part],
            "employee_id": list(part),
            "course_id": ["c1"] * n,
            "stage": ["completion"] * n,
            **{name: [0.8] * n for name in ("p_weak", "p_low", "p_high")},
            "flagged": [True] * n,
            "arm": ["flag"] * n,
            "base_value": [0.0] * n,
            "reasons": ["[]"] * n,
            "interventions": [json.dumps(act, ensure_ascii=False) for act in acts],
            "what_if": ["[]"] * n,
            "rules": ["[]"] * n,
            "unit_matter": [""] * n,
        }
    )


def _timelines(part: Sequence[str]) -> pa.Table:
    """A completion and an absence of each: not every event is of an enrolment."""
    n = len(part)
    nothing = [None] * n
    return pa.table(
        {
            "employee_id": [*part, *part],
            "happened_on": [date(2026, 9, 1)] * n + [date(2026, 9, 2)] * n,
            "kind": ["completed"] * n + ["absence"] * n,
            "enrolment_id": [*(enrolment_of(person) for person in part), *nothing],
            "course_id": ["c1"] * n + nothing,
            "done": pa.nulls(2 * n, pa.bool_()),
            "value": [80.0] * n + nothing,
            "until": nothing + [date(2026, 9, 3)] * n,
        }
    )
