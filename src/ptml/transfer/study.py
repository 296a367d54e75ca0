"""Features of how a course was studied: exam, effort, rhythm, liking, by whose choice."""

import numpy as np

from ptml.contracts.learning import ASSIGNED_BY
from ptml.features.days import NEVER
from ptml.features.registry import Columns, Feature, Group
from ptml.transfer.norms import effort
from ptml.transfer.view import CompletionView


def _columns(view: CompletionView) -> Columns:
    log, chosen = view.history.enrolments, view.enrolment
    exam, satisfaction = log.exam_score[chosen], log.satisfaction[chosen]
    by = log.assigned_by[chosen]
    return {
        "exam_points": exam,
        "exam_above_usual_points": exam - view.course_norm("course_exam"),
        "exam_usual_points": view.course_norm("course_exam"),
        "exam_attempts": log.exam_attempts[chosen],
        "satisfaction_points": satisfaction,
        "satisfaction_above_usual_points": satisfaction - view.course_norm("course_satisfaction"),
        **{
            f"assigned_by_{name}": np.where(by >= 0, by == code, np.nan)
            for code, name in enumerate(ASSIGNED_BY)
        },
        **_rhythm(view),
    }


def _rhythm(view: CompletionView) -> Columns:
    log, chosen = view.history.enrolments, view.enrolment
    began = log.began[chosen]
    days = np.where(began == NEVER, np.nan, view.completed - began.astype(np.int64) + 1.0)
    waited = np.where(began == NEVER, np.nan, began.astype(np.int64) - log.enrolled[chosen])
    spent = effort(view.history)[chosen]
    return {
        "effort_share": spent,
        "effort_above_usual_share": spent - view.course_norm("course_effort"),
        "study_days": days,
        "study_minutes_a_day": log.minutes[chosen] / days,
        "days_waited_to_start": waited,
    }


STUDY: Group[CompletionView] = Group(
    (
        Feature("exam_points", "points of 100", "learning", "Exam score of this course."),
        Feature(
            "exam_above_usual_points",
            "points of 100",
            "learning",
            "The same less the course's mean so far, shrunk towards that of all courses.",
        ),
        Feature(
            "exam_usual_points", "points of 100", "course", "The course's mean exam score so far."
        ),
        Feature("exam_attempts", "attempts", "learning", "Attempts at the exam."),
        Feature("satisfaction_points", "1-5", "motivation", "What the person rated the course."),
        Feature(
            "satisfaction_above_usual_points",
            "1-5",
            "motivation",
            "The same less the course's mean so far.",
        ),
        *(
            Feature(f"assigned_by_{name}", "0/1", "motivation", f"Assigned by: {name}.")
            for name in ASSIGNED_BY
        ),
        Feature("effort_share", "share", "learning", "Time spent over the hours of the course."),
        Feature(
            "effort_above_usual_share",
            "share",
            "learning",
            "The same less the course's mean so far.",
        ),
        Feature("study_days", "days", "learning", "From start to completion, both included."),
        Feature(
            "study_minutes_a_day",
            "minutes",
            "learning",
            "Time spent over these days: much in few days is crammed.",
        ),
        Feature("days_waited_to_start", "days", "learning", "From enrolment to start."),
    ),
    _columns,
)
