"""A literal organisation in which two roles choose from two halves of a catalogue."""

from typing import Any

import numpy as np
import pandas as pd

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.history import History, load_history
from ptml.features.rows import Rows
from ptml.features.shared import Shared, shared_averages
from tests.features.small import Row, assignment, day_of, enrolment

AS_OF = "2024-01-01"
DAY = day_of(AS_OF)
TASTES, COURSES_PER_TASTE, CHOSEN = 4, 10, 6


def course_name(number: int) -> str:
    """Sorted as numbered."""
    return f"c{number:02d}"


def read(**tables: list[Row]) -> tuple[History, Shared]:
    """History and shared averages of rows by table."""
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}
    with dataset_from_frames(frames) as dataset:
        return load_history(dataset), shared_averages(dataset)


def tasteful(n_people: int = 240, seed: int = 0) -> dict[str, list[Row]]:
    """People of four tastes, two to a role, with the last of six choices in the last quarter.

    `new_1` and `new_2` have chosen nothing; the first is of role r0, the second of none.
    """
    rng = np.random.default_rng(seed)
    names = [f"p{number:03d}" for number in range(n_people)]
    enrolments: list[Row] = []
    for number, name in enumerate(names):
        own = rng.permutation(COURSES_PER_TASTE)[:CHOSEN] + number % TASTES * COURSES_PER_TASTE
        for place, course in enumerate(own):
            day = "2023-11-15" if place == CHOSEN - 1 else f"2023-0{place + 1}-10"
            enrolments.append(chosen(f"{name}-{place}", name, int(course), day))
    people = [*names, "new_1", "new_2"]
    return {
        "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in people],
        "assignments": [
            assignment(name, role_id=f"r{number % TASTES // 2}")
            for number, name in enumerate(names)
        ]
        + [assignment("new_1", role_id="r0")],
        "courses": [{"course_id": course_name(n)} for n in range(TASTES * COURSES_PER_TASTE)],
        "enrolments": enrolments,
    }


def chosen(enrolment_id: str, employee_id: str, course: int, day: str, **columns: Any) -> Row:
    """An enrolment that the employee chose."""
    about = {"employee_id": employee_id, "course_id": course_name(course), "assigned_by": "self"}
    return enrolment(enrolment_id, day, **{**about, **columns})


def everybody(history: History) -> Rows:
    """All employees as of the day."""
    return Rows.at(np.arange(history.n_employees, dtype=np.int32), DAY)
