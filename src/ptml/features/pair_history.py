"""What a person's history says of a course: the same subject before, prerequisites, habits."""

import numpy as np

from ptml.contracts.learning import COURSE_KINDS, DELIVERIES
from ptml.features.arrays import Bools, Codes, Floats, Numbers
from ptml.features.days import NEVER
from ptml.features.pair_view import PairView
from ptml.features.registry import Columns, Feature, Group
from ptml.features.windows import EventLog


def _columns(view: PairView) -> Columns:
    history, lines = view.history, view.history.timelines
    owner = lines.course_owner(view.employee, view.course)
    known = view.taught
    exams = view.sum(known.n_exams)
    mean_exam = view.sum(known.exams) / np.maximum(exams, 1)
    teaches = history.catalogue.teaches_something[view.course]
    return {
        "same_competency_started": _where(teaches, view.most(known.n_started, np.nan)),
        "same_competency_completed": _where(teaches, view.most(known.n_completed, np.nan)),
        "same_competency_exam_mean": _where(exams > 0, mean_exam),
        "days_since_same_competency": _days_since(view),
        "same_competency_levels_since_assessment": _where(
            teaches, view.sum(known.levels_since_assessment)
        ),
        "same_course_dropped": lines.dropped_course.before(owner, view.day).count,
        "prerequisites_missing": _prerequisites(view),
        "hours_relative_to_usual": _relative_hours(view),
        "same_delivery_share": _share(
            view, lines.started_delivery, len(DELIVERIES), history.catalogue.delivery
        ),
        "same_kind_share": _share(
            view, lines.started_kind, len(COURSE_KINDS), history.catalogue.kind
        ),
    }


def _where(condition: Bools, values: Numbers) -> Floats:
    return np.where(condition, values, np.nan).astype(np.float32)


def _days_since(view: PairView) -> Floats:
    table = np.where(view.taught.last_started == NEVER, -np.inf, view.taught.last_started)
    last = view.most(table.astype(np.float32), np.nan)
    return (view.day - last).astype(np.float32)


def _prerequisites(view: PairView) -> Floats:
    lines, listed = view.history.timelines, view.history.catalogue.required
    missing = np.zeros(len(view.row), dtype=np.float32)
    for slot in range(listed.shape[1]):
        required = listed[view.course, slot]
        pair = np.flatnonzero(required >= 0)
        owner = lines.course_owner(view.employee[pair], required[pair])
        done = lines.completed_course.before(owner, view.day[pair]).count
        missing[pair] += done == 0
    return missing


def _relative_hours(view: PairView) -> Floats:
    log, rows = view.history.timelines.started, view.rows
    usual = log.mean_of("hours", log.before(rows.employee, rows.day))
    divisor = np.where(usual > 0, usual, np.float32(np.nan))
    return (view.history.catalogue.hours[view.course] / divisor[view.row]).astype(np.float32)


def _share(view: PairView, log: EventLog, n_codes: int, code_of_course: Codes) -> Floats:
    """Part of the person's starts that were of the course's kind (or delivery)."""
    n_rows = len(view.rows)
    owner = view.rows.employee[:, None] * n_codes + np.arange(n_codes, dtype=np.int32)
    count = log.before(owner.ravel().astype(np.int32), np.repeat(view.rows.day, n_codes)).count
    table = count.reshape(n_rows, n_codes).astype(np.float32)
    total = table.sum(axis=1, keepdims=True)
    share = np.where(total > 0, table / np.maximum(total, 1), np.float32(np.nan))
    code = code_of_course[view.course]
    return _where(code >= 0, share[view.row, np.maximum(code, 0)])


def _of(name: str, unit: str, meaning: str) -> Feature:
    return Feature(name, unit, "course_fit", meaning)


PAIR_HISTORY = Group(
    (
        _of(
            "same_competency_started",
            "courses",
            "Courses started that teach the same: of the course's competencies, the one that most "
            "of them teach.",
        ),
        _of("same_competency_completed", "courses", "The same of courses completed."),
        _of("same_competency_exam_mean", "points of 100", "Mean exam score in the same subjects."),
        _of("days_since_same_competency", "days", "Since a course that teaches the same started."),
        _of(
            "same_competency_levels_since_assessment",
            "levels",
            "Levels in its subjects taught by courses completed since the last assessment.",
        ),
        _of("same_course_dropped", "times", "How often the person dropped this course."),
        _of("prerequisites_missing", "courses", "Prerequisites that are not completed."),
        _of("hours_relative_to_usual", "ratio", "Its hours over the mean of the person's starts."),
        _of("same_delivery_share", "share", "Part of the person's starts with its delivery."),
        _of("same_kind_share", "share", "Part of the person's starts of its kind."),
    ),
    _columns,
)
