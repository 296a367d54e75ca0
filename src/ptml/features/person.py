"""Features of a person's place in the organisation: tenure, role, grade, moves, absences."""

import numpy as np

from ptml.features.arrays import Codes, Days, Doubles, Floats
from ptml.features.registry import Columns, Feature, Group
from ptml.features.view import PersonView


def _columns(view: PersonView) -> Columns:
    history, rows, place = view.history, view.rows, view.standing
    moves = history.timelines.assignments.window(rows.employee, view.ago(8), rows.day)
    hired = history.hired[rows.employee]
    is_manager = _picked(history.organisation.role_is_manager.astype(np.float32), place.role)
    return {
        "tenure_days": np.where(hired < rows.day, view.since(hired), np.nan),
        "role_days": view.since(place.role_since),
        "unit_days": view.since(place.unit_since),
        "role": _code(place.role),
        "job_family": _code(_family(history.organisation.role_family, place.role)),
        "grade": _code(place.grade),
        "is_people_manager": is_manager,
        "assignments_8_quarters": moves.count,
        "absence_days_1_quarter": absent_days(view, view.ago(1)),
        "absence_days_4_quarters": absent_days(view, view.ago(4)),
    }


def absent_days(view: PersonView, from_day: Days) -> Doubles:
    """Days of absence from `from_day` to before each row's day, (n,) float64."""
    return _absent_before(view, view.rows.day) - _absent_before(view, from_day)


def _absent_before(view: PersonView, day: Days) -> Doubles:
    """Days of absence before the day: what began before it less what lies behind its end."""
    lines, employee = view.history.timelines, view.rows.employee
    begun = lines.absence_starts.before(employee, day)
    over = lines.absence_ends.before(employee, day)
    since_start = begun.count * day.astype(np.float64) - lines.absence_starts.total("day", begun)
    since_end = over.count * day.astype(np.float64) - lines.absence_ends.total("day", over)
    return since_start - since_end


def _code(code: Codes) -> Floats:
    return np.where(code >= 0, code, np.nan).astype(np.float32)


def _family(role_family: Codes, role: Codes) -> Codes:
    return _picked(role_family.astype(np.float32), role, empty=-1).astype(np.int32)


def _picked(column: Floats, code: Codes, empty: float = np.nan) -> Floats:
    if len(column) == 0:
        return np.full(len(code), empty, dtype=np.float32)
    return np.where(code >= 0, column[np.maximum(code, 0)], empty).astype(np.float32)


def _of(name: str, unit: str, meaning: str, is_categorical: bool = False) -> Feature:
    return Feature(name, unit, "person", meaning, is_categorical)


PERSON = Group(
    (
        _of("tenure_days", "days", "Since the person was hired."),
        _of("role_days", "days", "Since the person took the role of the day."),
        _of("unit_days", "days", "Since the person came to the unit of the day."),
        _of("role", "code", "Role of the day, its position in `History.roles`.", True),
        _of("job_family", "code", "Family of the role, its position in `job_families`.", True),
        _of("grade", "grade", "Grade of the day; 1 is entry."),
        _of("is_people_manager", "0/1", "Whether the role leads people."),
        _of("assignments_8_quarters", "assignments", "New assignments in the last 24 months."),
        _of("absence_days_1_quarter", "days", "Days of absence in the last 3 months."),
        _of("absence_days_4_quarters", "days", "Days of absence in the last 12 months."),
    ),
    _columns,
)
