"""One person, one completed course, and what is told of both: the smallest history with a label."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.features.history import History, load_history

COMPLETED = date(2025, 3, 1)


def on(days: int | None) -> str | None:
    """The date so many days after the completion; None = never."""
    return None if days is None else (COMPLETED + timedelta(days=days)).isoformat()


def check(
    due: int | None, done: int | None, score: float | None, kind: str = "behaviour_check"
) -> dict[str, Any]:
    """One row of evidence of the enrolment ``n``; days after the completion."""
    return {
        "enrolment_id": "n",
        "kind": kind,
        "due_on": on(due),
        "done_on": on(done),
        "score": score,
    }


def small_history(**tables: Sequence[Mapping[str, Any]]) -> History:
    """The history of `small_dataset`."""
    return load_history(small_dataset(**tables))


def small_dataset(**tables: Sequence[Mapping[str, Any]]) -> Dataset:
    """Ann of unit ``u`` completed ``selling`` on `COMPLETED`; tables replace or add to this."""
    rows: dict[str, Sequence[Mapping[str, Any]]] = {
        "employees": [{"employee_id": "ann"}],
        "courses": [{"course_id": "selling"}, {"course_id": "other"}],
        "enrolments": [
            {
                "enrolment_id": "n",
                "employee_id": "ann",
                "course_id": "selling",
                "enrolled_on": on(-20),
                "started_on": on(-10),
                "completed_on": on(0),
            }
        ],
        "assignments": [stay(-400, None)],
        "org_units": [{"org_unit_id": "u"}, {"org_unit_id": "v"}],
        "roles": [{"role_id": "clerk"}, {"role_id": "chief"}],
        "transfer_evidence": [check(60, 60, 0.9)],
        **tables,
    }
    frames = {name: pd.DataFrame(list(content)) for name, content in rows.items() if content}
    return dataset_from_frames(frames)


def stay(
    start: int, end: int | None, role: str = "clerk", unit: str = "u"
) -> dict[str, str | None]:
    """An assignment of Ann's from one day to before another."""
    return {
        "employee_id": "ann",
        "valid_from": on(start),
        "valid_to": on(end),
        "org_unit_id": unit,
        "role_id": role,
    }


def away(start: int, end: int) -> dict[str, str | None]:
    """An absence of Ann's, both days included."""
    return {"employee_id": "ann", "from_day": on(start), "to_day": on(end), "kind": "leave"}


def said(day: int, value: float, subject: str | None = None) -> dict[str, Any]:
    """Ann's answer on opportunity."""
    return {
        "employee_id": "ann",
        "asked_on": on(day),
        "kind": "opportunity",
        "subject_id": subject,
        "value": value,
    }


def incident(day: int, hours: float, unit: str = "u") -> dict[str, Any]:
    """Trouble in a unit."""
    return {
        "org_unit_id": unit,
        "occurred_on": on(day),
        "kind": "equipment",
        "hours_lost": hours,
    }
