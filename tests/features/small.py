"""A literal organisation of a few rows, to which a test adds what it is about."""

from datetime import date
from typing import Any

import pandas as pd

from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.features.days import day_number
from ptml.features.history import History, load_history
from ptml.features.rows import Rows
from ptml.features.shared import Shared, shared_averages

Row = dict[str, Any]

_LOADED: dict[str, tuple[History, Shared]] = {}


def dataset_of(**tables: list[Row]) -> Dataset:
    """A data set of rows by table; ann, sql and a dropped enrolment where a test names none."""
    given: dict[str, list[Row]] = {
        "employees": [{"employee_id": "ann", "hired_on": "2020-01-01"}],
        "courses": [{"course_id": "sql"}],
        "enrolments": [enrolment("first", "2020-01-02", dropped_on="2020-01-03")],
        **tables,
    }
    return dataset_from_frames({name: pd.DataFrame(rows) for name, rows in given.items() if rows})


def loaded(**tables: list[Row]) -> tuple[History, Shared]:
    """History and shared averages of such a data set, read once for the same rows."""
    key = repr(sorted(tables.items()))
    if key not in _LOADED:
        with dataset_of(**tables) as dataset:
            _LOADED[key] = load_history(dataset), shared_averages(dataset)
    return _LOADED[key]


def rows_of(history: History, day: str, *employees: str) -> Rows:
    """The named employees, or all, as of a day."""
    codes = history.employees.codes(employees or history.employees.ids)
    return Rows.at(codes, day_of(day))


def day_of(day: str) -> int:
    """The day number of an ISO date."""
    return day_number(date.fromisoformat(day))


def enrolment(enrolment_id: str, enrolled_on: str, **columns: Any) -> Row:
    """An enrolment of ann in sql, with other columns as named."""
    return {
        "enrolment_id": enrolment_id,
        "employee_id": "ann",
        "course_id": "sql",
        "enrolled_on": enrolled_on,
        **columns,
    }


def quarter_result(period_start: str, period_end: str, value: float, **columns: Any) -> Row:
    """A result of ann against a target of 100."""
    return {
        "employee_id": "ann",
        "kpi_id": "sales",
        "period_start": period_start,
        "period_end": period_end,
        "value": value,
        "target": 100.0,
        **columns,
    }


def assignment(employee_id: str = "ann", **columns: Any) -> Row:
    """A place in one unit and role since 2020."""
    return {
        "employee_id": employee_id,
        "valid_from": "2020-01-01",
        "org_unit_id": "unit",
        "role_id": "seller",
        "grade": 1,
        **columns,
    }


def assessment(level: float, assessed_on: str, **columns: Any) -> Row:
    """A test of ann's negotiation."""
    return {
        "employee_id": "ann",
        "competency_id": "negotiation",
        "level": level,
        "source": "test",
        "assessed_on": assessed_on,
        **columns,
    }
