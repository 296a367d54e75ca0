"""Features of a person's learning: how much, how well, how lately, how spread, by whose choice."""

import numpy as np

from ptml.features.registry import Columns, Feature, Group
from ptml.features.timelines import CRAMMING_DAYS
from ptml.features.view import PersonView

MINUTES_AN_HOUR = 60

# Quarters back over which each is counted, beside all time.
SPANS = {"started": (1, 2, 4), "completed": (1, 2, 4), "dropped": (4,)}


def _columns(view: PersonView) -> Columns:
    return {**_counts(view), **_hours(view), **_open(view), **_results(view), **_rhythm(view)}


def _counts(view: PersonView) -> Columns:
    lines, rows = view.history.timelines, view.rows
    logs = {"started": lines.started, "completed": lines.completed, "dropped": lines.dropped}
    counts = {
        f"{name}_{_quarters(n)}": log.window(rows.employee, view.ago(n), rows.day).count
        for name, log in logs.items()
        for n in SPANS[name]
    }
    ever = {f"{name}_ever": log.before(rows.employee, rows.day).count for name, log in logs.items()}
    return {**counts, **ever}


def _hours(view: PersonView) -> Columns:
    lines, rows = view.history.timelines, view.rows
    year = lines.completed.window(rows.employee, view.ago(4), rows.day)
    ever = lines.completed.before(rows.employee, rows.day)
    ended = lines.ended.window(rows.employee, view.ago(4), rows.day)
    return {
        "hours_completed_4_quarters": lines.completed.total("hours", year),
        "hours_completed_ever": lines.completed.total("hours", ever),
        "hours_spent_4_quarters": lines.ended.total("minutes", ended) / MINUTES_AN_HOUR,
    }


def _open(view: PersonView) -> Columns:
    """What goes on: started and not ended, enrolled and neither started nor ended."""
    lines, rows = view.history.timelines, view.rows
    started = lines.started.before(rows.employee, rows.day)
    finished = lines.ended_after_start.before(rows.employee, rows.day)
    enrolled = lines.enrolled.before(rows.employee, rows.day)
    never_started = lines.ended_without_start.before(rows.employee, rows.day)
    hours = lines.started.total("hours", started) - lines.ended_after_start.total("hours", finished)
    return {
        "open_courses": started.count - finished.count,
        "open_hours": hours,
        "waiting_courses": np.maximum(enrolled.count - started.count - never_started.count, 0),
    }


def _results(view: PersonView) -> Columns:
    lines, rows = view.history.timelines, view.rows
    ended = lines.ended.before(rows.employee, rows.day)
    exams = lines.exams.before(rows.employee, rows.day)
    return {
        "completion_rate": lines.ended.mean_of("completed", ended),
        "exam_mean": lines.exams.mean_of("exam_score", exams),
        "exam_last": lines.exams.at("exam_score", exams),
        "exam_attempts_mean": lines.ended.mean_of("exam_attempts", ended),
        "satisfaction_mean": lines.ended.mean_of("satisfaction", ended),
        "days_in_course_mean": lines.ended.mean_of("days", ended),
    }


def _rhythm(view: PersonView) -> Columns:
    lines, rows = view.history.timelines, view.rows
    started = lines.started.before(rows.employee, rows.day)
    year = lines.started.window(rows.employee, view.ago(4), rows.day)
    enrolled = lines.enrolled.before(rows.employee, rows.day)
    completed = lines.completed.before(rows.employee, rows.day)
    return {
        "days_since_started": view.since(lines.started.day_at(started)),
        "days_since_completed": view.since(lines.completed.day_at(completed)),
        "days_between_starts_4_quarters": lines.started.mean_of("days_apart", year),
        "crammed_share_4_quarters": lines.started.mean_of("crammed", year),
        "self_chosen_share": lines.enrolled.mean_of("self", enrolled),
        "manager_assigned_share": lines.enrolled.mean_of("manager", enrolled),
        "mandatory_share": lines.enrolled.mean_of("mandatory", enrolled),
        "competencies_started": (view.taught.n_started > 0).sum(axis=1),
    }


def _quarters(n: int) -> str:
    return "1_quarter" if n == 1 else f"{n}_quarters"


def _spans(name: str, done: str) -> tuple[Feature, ...]:
    return (
        *(
            Feature(
                f"{name}_{_quarters(n)}",
                "courses",
                "learning",
                f"Courses {done} in the last {3 * n} months.",
            )
            for n in SPANS[name]
        ),
        Feature(f"{name}_ever", "courses", "learning", f"Courses {done} so far."),
    )


def _of(name: str, unit: str, meaning: str) -> Feature:
    return Feature(name, unit, "learning", meaning)


LEARNING = Group(
    (
        *_spans("started", "started"),
        *_spans("completed", "completed"),
        *_spans("dropped", "dropped"),
        _of(
            "hours_completed_4_quarters",
            "hours",
            "Hours of the courses completed in the last 12 months, by the catalogue.",
        ),
        _of("hours_completed_ever", "hours", "Hours of all courses completed, by the catalogue."),
        _of(
            "hours_spent_4_quarters",
            "hours",
            "Time recorded on the enrolments that ended in the last 12 months.",
        ),
        _of("open_courses", "courses", "Current load: started, neither completed nor dropped."),
        _of("open_hours", "hours", "Hours of the courses that are open, by the catalogue."),
        _of("waiting_courses", "courses", "Enrolled in, not yet started."),
        _of("completion_rate", "share", "Part of the ended enrolments that was completed."),
        _of("exam_mean", "points of 100", "Mean exam score so far."),
        _of("exam_last", "points of 100", "The last exam score."),
        _of("exam_attempts_mean", "attempts", "Mean number of attempts at exams."),
        _of("satisfaction_mean", "1-5", "Mean satisfaction given to courses."),
        _of("days_in_course_mean", "days", "Mean time from start to end of an enrolment."),
        _of("days_since_started", "days", "Since a course was last started."),
        _of("days_since_completed", "days", "Since a course was last completed."),
        _of(
            "days_between_starts_4_quarters",
            "days",
            "Spacing: mean distance of the last 12 months' starts from the start before.",
        ),
        _of(
            "crammed_share_4_quarters",
            "share",
            f"Part of the last 12 months' starts less than {CRAMMING_DAYS} days after another.",
        ),
        _of("self_chosen_share", "share", "Part of the enrolments that the person chose."),
        _of("manager_assigned_share", "share", "Part of the enrolments that a manager assigned."),
        _of("mandatory_share", "share", "Part of the enrolments that were mandatory."),
        _of("competencies_started", "competencies", "Different competencies taught by starts."),
    ),
    _columns,
)
