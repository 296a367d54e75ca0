"""A published run of a few people in two sites, written as `ptml score` writes one."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.manifest import write_manifest
from ptml.contracts.outputs import OUTPUT_TABLES

DAY = date(2026, 10, 2)
RUN = "20261002-0123456789abcdef"
PEOPLE = {
    # id: unit, manager
    "EMP-anna": ("north-team", "EMP-nina"),
    "EMP-arlo": ("north-team", "EMP-nina"),
    "EMP-bert": ("south-team", "EMP-sven"),
    "EMP-nina": ("north", None),
    "EMP-sven": ("south", None),
}
NAMES = {
    "EMP-anna": "Anna Alvarez",
    "EMP-arlo": "Arlo Adeyemi",
    "EMP-bert": "Bert Brandt",
    "EMP-nina": "Nina Nakamura",
    "EMP-sven": "Sven Svensson",
}
FLAGGED = ("EMP-anna", "EMP-arlo", "EMP-bert")


def write_run(out: Path, without: Sequence[str] = (), run_id: str = RUN) -> Path:
    """Write the run to a folder; `without` = people who are not in it."""
    run = out / "runs" / run_id
    run.mkdir(parents=True)
    for name, rows in _tables(without).items():
        stamped = [{**row, "as_of": DAY, "run_id": run_id} for row in rows]
        contract = OUTPUT_TABLES.get(name)
        schema = _SCHEMAS[name] if contract is None else contract.arrow_schema
        pq.write_table(pa.Table.from_pylist(stamped, schema), run / f"{name}.parquet")
    write_manifest(run, {"as_of": DAY.isoformat(), "run_id": run_id}, is_durable=False)
    (out / "current").unlink(missing_ok=True)
    (out / "current").symlink_to(Path("runs") / run_id)
    return out


def _tables(without: Sequence[str]) -> Mapping[str, list[dict[str, Any]]]:
    people = {who: PEOPLE[who] for who in PEOPLE if who not in without}
    flagged = [who for who in FLAGGED if who in people]
    parents = {"all": None, "north": "all", "south": "all", "north-team": "north"}
    return {
        "people": [
            {"employee_id": who, "org_unit_id": unit, "role_id": "R1", "manager_id": manager}
            for who, (unit, manager) in people.items()
        ],
        "units": [
            {"org_unit_id": unit, "name": f"Unit {unit}", "parent_id": parent}
            for unit, parent in {**parents, "south-team": "south"}.items()
        ],
        "names": [{"kind": "competency", "id": "C1", "name": "Negotiation"}],
        "timelines": [
            {
                "employee_id": who,
                "happened_on": date(2026, 9, 1),
                "kind": "completed",
                "enrolment_id": f"ENROL-{who}",
                "course_id": "K1",
                "value": 72.0,
            }
            for who in flagged
        ],
        "course_health": [
            {
                "course_id": "K1",
                "title": "Negotiation basics",
                "enrolled": 40,
                "completed": 30,
                "alerts": "[]",
            }
        ],
        "segments": [{"employee_id": who, "segment": "core"} for who in people],
        "portraits": [
            {"employee_id": who, "competency_id": "C1", "level": 2.0, "level_se": 0.4, "gap": 1.0}
            for who in people
        ],
        "warnings": [_warning(who) for who in flagged],
    }


def _warning(who: str) -> dict[str, Any]:
    manager = PEOPLE[who][1]
    reason = {
        "code": "motivation",
        "family": "motivation",
        "part": "trainee",
        "share": 1.2,
        "clear": True,
        "text_key": "motivation.answer.raises",
        "values": {"points": 2, "unit": 2.8},
        "text": "The person last put motivation to learn at 2 of 5.",
    }
    step = {
        "rank": 1,
        "code": "transfer_goal",
        "owner": "manager",
        "owner_id": manager,
        "due_days": 14,
        "due_on": "2026-10-16",
        "reason": "motivation",
        "family": "motivation",
        "share": 1.2,
        "text_key": "transfer_goal",
        "values": {},
        "text": "Agree what will be done differently, and how it is measured.",
    }
    lever = {
        "lever": "practice_task",
        "intervention": "work_assignment",
        "owner": "manager",
        "owner_id": manager,
        "due_days": 14,
        "due_on": "2026-10-16",
        "p_now": 0.77,
        "p_then": 0.53,
        "low": 0.44,
        "high": 0.62,
        "text_key": "practice_task",
        "values": {"p_now": 77, "p_then": 53, "low": 44, "high": 62},
        "text": "The estimate is 53 of 100 instead of 77.",
        "caution": "This goes together in the data.",
    }
    return {
        "enrolment_id": f"ENROL-{who}",
        "employee_id": who,
        "course_id": "K1",
        "stage": "completion",
        "p_weak": 0.7,
        "p_low": 0.6,
        "p_high": 0.8,
        "flagged": True,
        "arm": "flag",
        "base_value": -1.1,
        "reasons": json.dumps([reason]),
        "interventions": json.dumps([step]),
        "what_if": json.dumps([lever]),
        "rules": "[]",
        "unit_matter": "",
    }


_STAMP = (("as_of", pa.date32()), ("run_id", pa.string()))
_ALL_TEXT: dict[str, tuple[str, ...]] = {
    "units": ("org_unit_id", "name", "parent_id"),
    "names": ("kind", "id", "name"),
}
_SCHEMAS = {
    **{
        name: pa.schema([*((column, pa.string()) for column in columns), *_STAMP])
        for name, columns in _ALL_TEXT.items()
    },
    "people": pa.schema(
        [
            *((name, pa.string()) for name in ("employee_id", "org_unit_id", "role_id")),
            ("grade", pa.int32()),
            ("manager_id", pa.string()),
            ("hired_on", pa.date32()),
            *_STAMP,
        ]
    ),
    "timelines": pa.schema(
        [
            ("employee_id", pa.string()),
            ("happened_on", pa.date32()),
            ("kind", pa.string()),
            ("enrolment_id", pa.string()),
            ("course_id", pa.string()),
            ("done", pa.bool_()),
            ("value", pa.float64()),
            ("until", pa.date32()),
            *_STAMP,
        ]
    ),
}
