"""A small organisation of random rows in every input table, within the contract's rules."""

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from ptml.contracts.ability import ASSESSMENT_SOURCES
from ptml.contracts.learning import ASSIGNED_BY, COURSE_KINDS, DELIVERIES, EVIDENCE_KINDS
from ptml.contracts.people import FEEDBACK_KINDS, INCIDENT_KINDS

Frames = dict[str, pd.DataFrame]

FIRST = date(2023, 1, 1)
LAST = date(2025, 12, 31)
N_EMPLOYEES = 30
N_COURSES = 9
N_COMPETENCIES = 5
N_ROLES = 4
N_UNITS = 5

_DAY = np.timedelta64(1, "D")


def random_frames(seed: int, first: date = FIRST, last: date = LAST) -> Frames:
    """All tables; everything that is dated lies between the two days."""
    rng = np.random.default_rng(seed)
    return {**static_frames(rng), **dated_frames(rng, first, last)}


def static_frames(rng: np.random.Generator) -> Frames:
    """What has no date, and who works where since before the first day."""
    n = N_EMPLOYEES
    employees = pd.DataFrame(
        {
            "employee_id": ids("e", n),
            "hired_on": days(rng, n, date(2015, 1, 1), date(2022, 12, 31)),
            "protected_gender": rng.choice(["f", "m"], n),
        }
    )
    return {
        "employees": employees,
        "assignments": _assignments(rng, employees),
        "org_units": pd.DataFrame({"org_unit_id": ids("u", N_UNITS)}),
        "roles": pd.DataFrame(
            {
                "role_id": ids("r", N_ROLES),
                "job_family": rng.choice(["sales", "plant"], N_ROLES),
                "is_people_manager": rng.random(N_ROLES) < 0.3,
            }
        ),
        "competencies": pd.DataFrame(
            {"competency_id": ids("k", N_COMPETENCIES), "name": ids("k", N_COMPETENCIES)}
        ),
        "role_requirements": _cells(
            rng, ("role_id", "r", N_ROLES), 0.7, required_level=(0, 5), importance=(0, 1)
        ),
        "courses": _courses(rng),
        "course_competencies": _teaching(rng),
        "prerequisites": pd.DataFrame(
            {"course_id": ["c3", "c4", "c4"], "requires_course_id": ["c0", "c1", "c2"]}
        ),
        "kpis": pd.DataFrame({"kpi_id": ["low", "high"], "higher_is_better": [False, True]}),
    }


def dated_frames(rng: np.random.Generator, first: date, last: date, size: float = 1.0) -> Frames:
    """Random rows of every dated table, known between the two days."""
    n = N_EMPLOYEES

    def some(per_employee: float) -> int:
        return int(rng.poisson(per_employee * n * size))

    return {
        "enrolments": enrolments(rng, some(8), first, last),
        "performance": _performance(rng, first, last, size),
        "assessments": pd.DataFrame(
            {
                "employee_id": pick(rng, "e", n, k := some(9)),
                "competency_id": pick(rng, "k", N_COMPETENCIES, k),
                "level": np.round(rng.uniform(0, 5, k), 1),
                "source": rng.choice(ASSESSMENT_SOURCES, k),
                "assessed_on": days(rng, k, first, last),
            }
        ),
        "feedback": _feedback(rng, some(12), first, last),
        "absences": _absences(rng, some(2), first, last),
        "incidents": pd.DataFrame(
            {
                "org_unit_id": pick(rng, "u", N_UNITS, k := some(1)),
                "occurred_on": days(rng, k, first, last),
                "kind": rng.choice(INCIDENT_KINDS, k),
                "hours_lost": holes(rng, np.round(rng.uniform(0, 60, k), 1)),
            }
        ),
        "personal_goals": pd.DataFrame(
            {
                "employee_id": pick(rng, "e", n, k := some(1)),
                "competency_id": pick(rng, "k", N_COMPETENCIES, k),
                "target_level": np.round(rng.uniform(2, 5, k), 1),
                # A goal is known a year before the day by which it is to be reached.
                "by_date": days(rng, k, first, last) + 365 * _DAY,
            }
        ),
    }


def enrolments(
    rng: np.random.Generator, n: int, first: date, last: date, prefix: str = "x"
) -> pd.DataFrame:
    """Enrolments in every state, all of whose days lie between the two."""
    enrolled = days(rng, n, first, last)
    started = enrolled + rng.integers(0, 20, n) * _DAY
    ended = started + rng.integers(0, 60, n) * _DAY
    state = rng.choice(["waiting", "open", "completed", "dropped", "unstarted"], n)
    nat = np.datetime64("NaT", "D")
    is_started = np.isin(state, ["open", "completed", "dropped"]) & (rng.random(n) < 0.9)
    has_ended = np.isin(state, ["completed", "dropped", "unstarted"])
    limit = np.datetime64(last, "D")
    frame = pd.DataFrame(
        {
            "enrolment_id": ids(prefix, n),
            "employee_id": pick(rng, "e", N_EMPLOYEES, n),
            "course_id": pick(rng, "c", N_COURSES, n),
            "assigned_by": empty_where(rng.random(n) < 0.1, rng.choice(ASSIGNED_BY, n)),
            "enrolled_on": enrolled,
            "started_on": np.where(is_started & (started <= limit), started, nat),
            "completed_on": np.where((state == "completed") & (ended <= limit), ended, nat),
            "dropped_on": np.where(
                np.isin(state, ["dropped", "unstarted"]) & (ended <= limit), ended, nat
            ),
            "progress": holes(rng, np.where(has_ended, rng.uniform(0, 1, n).round(2), np.nan)),
            "exam_score": holes(rng, np.where(has_ended, rng.uniform(0, 100, n).round(), np.nan)),
            "exam_attempts": holes(rng, rng.integers(1, 4, n).astype(float)),
            "minutes": holes(rng, np.where(has_ended, rng.uniform(5, 600, n).round(), np.nan)),
            "satisfaction": holes(rng, rng.integers(1, 6, n).astype(float)),
        }
    )
    frame["exam_attempts"] = frame["exam_attempts"].astype("Int32")
    return frame


def ids(prefix: str, n: int) -> list[str]:
    """Ids ``prefix0, prefix1, ...``."""
    return [f"{prefix}{k}" for k in range(n)]


def pick(rng: np.random.Generator, prefix: str, n: int, size: int) -> list[str]:
    """Random ids of the first n."""
    return [f"{prefix}{k}" for k in rng.integers(0, n, size)]


def days(
    rng: np.random.Generator, n: int, first: date, last: date
) -> np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]:
    """Random days between the two, both included."""
    span = (last - first).days + 1
    return np.datetime64(first, "D") + rng.integers(0, max(span, 1), n) * _DAY


def holes(
    rng: np.random.Generator, values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Make a fifth of the values unknown."""
    return np.where(rng.random(len(values)) < 0.2, np.nan, values)


def empty_where(
    condition: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], values: Iterable[str]
) -> list[str | None]:
    """The values, None where the condition holds."""
    return [None if gone else str(value) for gone, value in zip(condition, values, strict=True)]


def shuffled(frames: Mapping[str, pd.DataFrame], seed: int) -> Frames:
    """The same rows in another order."""
    return {name: frame.sample(frac=1, random_state=seed) for name, frame in frames.items()}


def _assignments(rng: np.random.Generator, employees: pd.DataFrame) -> pd.DataFrame:
    n = len(employees)
    moved = rng.random(n) < 0.4
    moves_on = days(rng, n, date(2023, 3, 1), date(2024, 12, 31))

    def placed(size: int) -> dict[str, object]:
        return {
            "org_unit_id": pick(rng, "u", N_UNITS, size),
            "role_id": pick(rng, "r", N_ROLES, size),
            "grade": pd.array(rng.integers(1, 4, size), dtype="Int32"),
            "manager_id": empty_where(rng.random(size) < 0.1, pick(rng, "e", 4, size)),
        }

    first = pd.DataFrame(
        {
            "employee_id": employees["employee_id"],
            "valid_from": employees["hired_on"],
            "valid_to": np.where(moved, moves_on, np.datetime64("NaT", "D")),
            **placed(n),
        }
    )
    then = pd.DataFrame(
        {
            "employee_id": employees["employee_id"][moved],
            "valid_from": moves_on[moved],
            **placed(int(moved.sum())),
        }
    )
    return pd.concat([first, then], ignore_index=True)


def _courses(rng: np.random.Generator) -> pd.DataFrame:
    n = N_COURSES
    opened = days(rng, n, date(2022, 1, 1), date(2023, 6, 1))
    return pd.DataFrame(
        {
            "course_id": ids("c", n),
            "kind": rng.choice(COURSE_KINDS, n),
            "delivery": rng.choice(DELIVERIES, n),
            "hours": holes(rng, rng.integers(1, 40, n).astype(float)),
            "cost": rng.integers(10, 900, n).astype(float),
            "opened_on": np.where(rng.random(n) < 0.5, opened, np.datetime64("NaT", "D")),
            "retired_on": [date(2024, 1, 15) if k == 1 else None for k in range(n)],
            "mandatory": [k == 0 for k in range(n)],
        }
    )


def _teaching(rng: np.random.Generator) -> pd.DataFrame:
    cells = _cells(rng, ("course_id", "c", N_COURSES - 1), 0.4, from_level=(0, 3), weight=(0.1, 1))
    cells["to_level"] = cells["from_level"] + rng.uniform(0.2, 2, len(cells)).round(1)
    return cells


def _cells(
    rng: np.random.Generator, by: tuple[str, str, int], share: float, **columns: tuple[float, float]
) -> pd.DataFrame:
    name, prefix, n = by
    row, competency = np.nonzero(rng.random((n, N_COMPETENCIES)) < share)
    values = {column: rng.uniform(*span, len(row)).round(1) for column, span in columns.items()}
    return pd.DataFrame(
        {
            name: [f"{prefix}{k}" for k in row],
            "competency_id": [f"k{k}" for k in competency],
            **values,
        }
    )


def _performance(rng: np.random.Generator, first: date, last: date, size: float) -> pd.DataFrame:
    """Monthly results of some, known the day after the month's end."""
    months = pd.period_range(first, last, freq="M")
    months = months[
        (months.end_time.date + pd.Timedelta(days=1) >= first)
        & (months.end_time.date + pd.Timedelta(days=1) <= last)
    ]
    cells = [
        (f"e{k}", kpi, month)
        for k in range(N_EMPLOYEES)
        for kpi in ("low", "high")
        for month in months
        if rng.random() < 0.6 * size
    ]
    n = len(cells)
    return pd.DataFrame(
        {
            "employee_id": [cell[0] for cell in cells],
            "kpi_id": [cell[1] for cell in cells],
            "period_start": [cell[2].start_time.date() for cell in cells],
            "period_end": [cell[2].end_time.date() for cell in cells],
            "value": rng.uniform(50, 150, n).round(3),
            "target": np.full(n, 100.0),
            "weight": rng.uniform(0.1, 3, n).round(2),
        }
    )


def _feedback(rng: np.random.Generator, n: int, first: date, last: date) -> pd.DataFrame:
    kind = rng.choice(FEEDBACK_KINDS, n)
    subject = np.where(
        kind == "wants_course", pick(rng, "c", N_COURSES, n), pick(rng, "k", N_COMPETENCIES, n)
    )
    has_subject = np.isin(kind, ["wants_course", "pain_point"])
    return pd.DataFrame(
        {
            "employee_id": pick(rng, "e", N_EMPLOYEES, n),
            "asked_on": days(rng, n, first, last),
            "kind": kind,
            "subject_id": empty_where(~has_subject, subject),
            "value": holes(rng, rng.uniform(1, 5, n).round(1)),
        }
    )


def _absences(rng: np.random.Generator, n: int, first: date, last: date) -> pd.DataFrame:
    start = days(rng, n, first, last)
    return pd.DataFrame(
        {
            "employee_id": pick(rng, "e", N_EMPLOYEES, n),
            "from_day": start,
            "to_day": start + rng.integers(0, 40, n) * _DAY,
            "kind": rng.choice(["leave", "sick"], n),
        }
    )


def evidence(rng: np.random.Generator, of: pd.DataFrame) -> pd.DataFrame:
    """A behaviour check a month after every completion."""
    completed = of.dropna(subset=["completed_on"])
    due = pd.to_datetime(completed["completed_on"]) + pd.Timedelta(days=30)
    return pd.DataFrame(
        {
            "enrolment_id": completed["enrolment_id"],
            "kind": rng.choice(EVIDENCE_KINDS, len(completed)),
            "due_on": due,
            "score": rng.uniform(0, 1, len(completed)),
        }
    )
