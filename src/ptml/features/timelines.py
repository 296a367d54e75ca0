"""The logs of a history by the day on which each event was known, made once and kept with it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ptml.contracts.learning import ASSIGNED_BY, COURSE_KINDS, DELIVERIES
from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.arrays import Codes, Days, Positions
from ptml.features.days import NEVER
from ptml.features.windows import EventLog

if TYPE_CHECKING:
    from ptml.features.history import History

# Starts closer together than this are crammed.
CRAMMING_DAYS = 14

_SELF, _MANAGER = ASSIGNED_BY.index("self"), ASSIGNED_BY.index("manager")
_WANTS_COURSE = FEEDBACK_KINDS.index("wants_course")
_PAIN_POINT = FEEDBACK_KINDS.index("pain_point")


class Timelines:
    """Event logs of one history; each is made when first asked for."""

    def __init__(self, history: History) -> None:
        self._history = history

    @cached_property
    def enrolled(self) -> EventLog:
        """Enrolments by employee; values ``self``, ``manager``, ``mandatory`` (0/1).

        Who assigned is unknown (NaN) where the source does not say and the course is not mandatory.
        """
        log = self._history.enrolments
        mandatory = self._history.is_mandatory
        unknown = (log.assigned_by < 0) & ~mandatory
        by = {
            "self": ~mandatory & (log.assigned_by == _SELF),
            "manager": ~mandatory & (log.assigned_by == _MANAGER),
            "mandatory": mandatory,
        }
        values = {name: np.where(unknown, np.nan, is_so) for name, is_so in by.items()}
        return EventLog.of(log.employee, log.enrolled, values)

    @cached_property
    def started(self) -> EventLog:
        """Starts by employee.

        Values ``hours`` of the course, ``days_apart`` from the person's start before (NaN for the
        first), ``crammed`` (0/1).
        """
        history = self._history
        log = history.enrolments
        starts = EventLog.of(
            log.employee, log.started, {"hours": history.catalogue.hours[log.course]}
        )
        same_person = np.diff(starts.owner, prepend=-1) == 0
        apart = np.diff(starts.day.astype(np.float32), prepend=np.float32(0))
        values = {
            **starts.values,
            "days_apart": np.where(same_person, apart, np.float32(np.nan)),
            "crammed": (same_person & (apart < CRAMMING_DAYS)).astype(np.float32),
        }
        return EventLog(starts.key, starts.source, values)

    @cached_property
    def completed(self) -> EventLog:
        """Completions by employee; value ``hours`` of the course."""
        log = self._history.enrolments
        return EventLog.of(
            log.employee, log.completed, {"hours": self._history.catalogue.hours[log.course]}
        )

    @cached_property
    def dropped(self) -> EventLog:
        """Drops by employee."""
        log = self._history.enrolments
        return EventLog.of(log.employee, log.dropped)

    @cached_property
    def completed_course(self) -> EventLog:
        """Completions by `course_owner`."""
        log = self._history.enrolments
        return EventLog.of(self.course_owner(log.employee, log.course), log.completed)

    @cached_property
    def dropped_course(self) -> EventLog:
        """Drops by `course_owner`."""
        log = self._history.enrolments
        return EventLog.of(self.course_owner(log.employee, log.course), log.dropped)

    @cached_property
    def wishes(self) -> EventLog:
        """Answers that ask for a course, by `course_owner`."""
        log = self._history.feedback
        asks = (log.kind == _WANTS_COURSE) & (log.subject_course >= 0)
        owner = self.course_owner(log.employee, log.subject_course)
        return EventLog.of(owner, np.where(asks, log.day, NEVER))

    @cached_property
    def pain_points(self) -> EventLog:
        """Answers that name a competency as a pain point, by employee."""
        log = self._history.feedback
        names = (log.kind == _PAIN_POINT) & (log.subject_competency >= 0)
        return EventLog.of(log.employee, np.where(names, log.day, NEVER))

    @cached_property
    def started_delivery(self) -> EventLog:
        """Starts by employee x number of deliveries + delivery."""
        log = self._history.enrolments
        delivery = self._history.catalogue.delivery[log.course]
        owner = log.employee * len(DELIVERIES) + delivery
        return EventLog.of(owner, np.where(delivery >= 0, log.started, NEVER))

    @cached_property
    def started_kind(self) -> EventLog:
        """Starts by employee x number of kinds + kind."""
        log = self._history.enrolments
        kind = self._history.catalogue.kind[log.course]
        owner = log.employee * len(COURSE_KINDS) + kind
        return EventLog.of(owner, np.where(kind >= 0, log.started, NEVER))

    def course_owner(self, employee: Codes, course: Codes) -> Positions:
        """One code of an employee and a course, (n,) int64."""
        return employee.astype(np.int64) * self._history.n_courses + course

    @cached_property
    def dropped_uncompleted(self) -> EventLog:
        """Drops of enrolments that had not been completed by then."""
        log = self._history.enrolments
        return EventLog.of(log.employee, np.where(log.dropped < log.completed, log.dropped, NEVER))

    @cached_property
    def ended(self) -> EventLog:
        """Enrolments by the day on which they ended, with what was known then.

        Values ``completed`` (0/1), ``exam_attempts``, ``minutes``, ``satisfaction``, ``days`` from
        start to end.
        """
        log = self._history.enrolments
        days = log.ended.astype(np.int64) - log.began
        has_start = (log.started <= log.ended) & (log.began <= log.ended)
        return EventLog.of(
            log.employee,
            log.ended,
            {
                "completed": (log.completed <= log.dropped).astype(np.float32),
                "exam_attempts": log.exam_attempts,
                "minutes": log.minutes,
                "satisfaction": log.satisfaction,
                "days": np.where(has_start, days, np.nan),
            },
        )

    @cached_property
    def exams(self) -> EventLog:
        """Exams by the day on which their score was known; value ``exam_score``."""
        log = self._history.enrolments
        known = np.where(np.isfinite(log.exam_score), log.ended, NEVER)
        return EventLog.of(log.employee, known, {"exam_score": log.exam_score})

    @cached_property
    def ended_after_start(self) -> EventLog:
        """Ends of enrolments that were started; value ``hours`` of the course."""
        log = self._history.enrolments
        day = np.maximum(log.started, log.ended)
        return EventLog.of(log.employee, day, {"hours": self._history.catalogue.hours[log.course]})

    @cached_property
    def ended_without_start(self) -> EventLog:
        """Ends of enrolments that had not been started by then."""
        log = self._history.enrolments
        return EventLog.of(log.employee, np.where(log.started > log.ended, log.ended, NEVER))

    @cached_property
    def scores(self) -> EventLog:
        """Performance scores by employee and the day after the period's end; value ``score``."""
        log = self._history.performance
        return EventLog.of(log.employee, log.known, {"score": log.score})

    @cached_property
    def feedback(self) -> EventLog:
        """Answers by `feedback_owner` and the day of asking; value ``value``."""
        log = self._history.feedback
        return EventLog.of(feedback_owner(log.employee, log.kind), log.day, {"value": log.value})

    @cached_property
    def assessments(self) -> EventLog:
        """Assessments by employee; value ``level``."""
        log = self._history.assessments
        return EventLog.of(log.employee, log.day, {"level": log.level})

    @cached_property
    def assignments(self) -> EventLog:
        """Assignments by employee and their first day."""
        log = self._history.assignments
        return EventLog.of(log.employee, log.valid_from)

    @cached_property
    def goals(self) -> EventLog:
        """Personal goals by employee and the day by which they are to be reached."""
        log = self._history.goals
        return EventLog.of(log.employee, log.by_day)

    @cached_property
    def absence_starts(self) -> EventLog:
        """Absences by employee and first day; value ``day``."""
        log = self._history.absences
        return EventLog.of(log.employee, log.from_day, {"day": log.from_day.astype(np.float32)})

    @cached_property
    def absence_ends(self) -> EventLog:
        """Absences by employee and the day after the last one; value ``day``."""
        log = self._history.absences
        after = (log.to_day + 1).astype(np.int32)
        return EventLog.of(log.employee, after, {"day": after.astype(np.float32)})

    @cached_property
    def incidents(self) -> EventLog:
        """Incidents by unit; value ``hours_lost``."""
        log = self._history.incidents
        return EventLog.of(log.unit, log.day, {"hours_lost": log.hours_lost})

    def assignment_on(self, employee: Codes, day: Days) -> Positions:
        """Position of the assignment that is valid on the day, (n,) int64; -1 = none.

        Parameters
        ----------
        employee, day : (n,) int32
        """
        next_day = (day.astype(np.int64) + 1).astype(np.int32)
        found = self.assignments.source_at(self.assignments.before(employee, next_day))
        valid_to = self._history.assignments.valid_to
        is_valid = (found >= 0) & (_at(valid_to, found) > day)
        return np.where(is_valid, found, -1)


def feedback_owner(employee: Codes, kind: Codes | int) -> Codes:
    """One code of an employee and a kind of feedback, (n,) int32."""
    return (employee * len(FEEDBACK_KINDS) + kind).astype(np.int32)


def _at(column: Days, position: Positions) -> Days:
    if len(column) == 0:
        return np.zeros(len(position), dtype=np.int32)
    return column[np.maximum(position, 0)]
