"""A literal data set of a few rows, with the ids of units, roles and managers as they come."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.days import day_number
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages

Row = Mapping[str, Any]


def loaded(people: list[str], **tables: Sequence[Row]) -> tuple[History, Shared]:
    """History and shared averages of people hired in 2020."""
    rows: dict[str, Sequence[Row]] = {
        "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in people],
        "courses": [{"course_id": "sql"}, {"course_id": "tact"}],
        "enrolments": [enrolled(people[0])],
        **tables,
    }
    frames = {name: pd.DataFrame([dict(row) for row in table]) for name, table in rows.items()}
    with dataset_from_frames(frames) as dataset:
        return load_history(dataset), shared_averages(dataset)


def enrolled(person: str, **columns: Any) -> Row:
    """An enrolment in sql that was started, with other columns as named."""
    return {
        "enrolment_id": f"{person} {columns.get('course_id', 'sql')}",
        "employee_id": person,
        "course_id": "sql",
        "enrolled_on": "2024-01-01",
        "started_on": "2024-01-02",
        **columns,
    }


def completed(person: str, **columns: Any) -> Row:
    """The same, completed."""
    return enrolled(person, completed_on="2024-02-01", **columns)


def day_of(day: str) -> int:
    """The day number of an ISO date."""
    return day_number(date.fromisoformat(day))
