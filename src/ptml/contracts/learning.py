"""Input tables about courses, what they teach, and what people did with them."""

import dataframely as dy

from ptml.contracts.rules import above_zero, not_before, one_of

ASSIGNED_BY = ("self", "manager", "mandatory", "engine")
COURSE_KINDS = ("basic", "advanced", "topic", "leadership", "micro")
DELIVERIES = ("online", "classroom", "blended", "vr", "on_the_job")
EVIDENCE_KINDS = (
    "practice_task",
    "mentor_meeting",
    "manager_checkin",
    "behaviour_check",
    "tool_use",
)


class Courses(dy.Schema):
    """The catalogue."""

    course_id = dy.String()
    title = dy.String(nullable=True)
    kind = dy.String(nullable=True, check=one_of(*COURSE_KINDS))
    delivery = dy.String(nullable=True, check=one_of(*DELIVERIES))
    hours = dy.Float64(min=0, nullable=True)
    cost = dy.Float64(min=0, nullable=True)
    seats = dy.Int32(min=0, nullable=True)
    opened_on = dy.Date(nullable=True)
    retired_on = dy.Date(nullable=True)
    mandatory = dy.Bool(nullable=True, metadata={"default": False})
    language = dy.String(nullable=True)
    valid_days = dy.Int32(min=1, nullable=True)
    retired_on_before_opened_on = not_before("retired_on", "opened_on")


class CourseCompetencies(dy.Schema):
    """What a course teaches, from which level to which."""

    course_id = dy.String()
    competency_id = dy.String()
    from_level = dy.Float64(min=0, max=5)
    to_level = dy.Float64(min=0, max=5)
    weight = dy.Float64(min=0, max=1, nullable=True, metadata={"default": 1.0})
    to_level_below_from_level = not_before("to_level", "from_level")


class Prerequisites(dy.Schema):
    """Which course has to be completed before which."""

    course_id = dy.String()
    requires_course_id = dy.String()


class Enrolments(dy.Schema):
    """One row each time that a person was put on a course."""

    enrolment_id = dy.String()
    employee_id = dy.String()
    course_id = dy.String()
    assigned_by = dy.String(nullable=True, check=one_of(*ASSIGNED_BY))
    enrolled_on = dy.Date()
    started_on = dy.Date(nullable=True)
    completed_on = dy.Date(nullable=True)
    dropped_on = dy.Date(nullable=True)
    progress = dy.Float64(min=0, max=1, nullable=True)
    exam_score = dy.Float64(min=0, max=100, nullable=True)
    exam_attempts = dy.Int32(min=0, nullable=True)
    minutes = dy.Float64(min=0, nullable=True)
    satisfaction = dy.Float64(min=1, max=5, nullable=True)
    started_on_before_enrolled_on = not_before("started_on", "enrolled_on")
    completed_on_before_enrolled_on = not_before("completed_on", "enrolled_on")
    completed_on_before_started_on = not_before("completed_on", "started_on")
    dropped_on_before_enrolled_on = not_before("dropped_on", "enrolled_on")
    dropped_on_before_started_on = not_before("dropped_on", "started_on")


class Exposures(dy.Schema):
    """What people were shown; `propensity` empty = not known, and of no use for judging."""

    employee_id = dy.String()
    course_id = dy.String()
    rank = dy.Int32(min=1)
    shown_on = dy.Date()
    policy = dy.String(nullable=True)
    # Judging divides by it.
    propensity = dy.Float64(max=1, nullable=True, check=above_zero())


class TransferEvidence(dy.Schema):
    """Signs that what was learnt is used at work."""

    enrolment_id = dy.String()
    kind = dy.String(check=one_of(*EVIDENCE_KINDS))
    due_on = dy.Date(nullable=True)
    done_on = dy.Date(nullable=True)
    score = dy.Float64(min=0, max=1, nullable=True)
