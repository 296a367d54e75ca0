"""What happened, as sorted arrays of codes and days: one frozen log a table of the contract.

A day that is not (yet) known is `NEVER`, a number that is not known NaN, a code -1. Logs hold
everything that the source holds, later rows too: who reads a log keeps to what was known before
the as-of day (`ptml.features.timelines` does).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.arrays import Codes, Days, Floats


@dataclass(frozen=True, eq=False)
class EnrolmentLog:
    """Sorted by employee, enrolled, course, enrolment id; (n,) each.

    Attributes
    ----------
    employee, course : int32
    enrolment_id : object
    assigned_by : int32
        Position in `ptml.contracts.learning.ASSIGNED_BY`; -1 unknown.
    enrolled, completed, dropped : int32
        Days; each is known on the day itself.
    started : int32
        The day on which it was known that the course was started: `started_on`; where that is
        empty the day of a completion, or of a drop with progress or minutes; where the source has
        no such column the day of the enrolment.
    began : int32
        The day on which it was started, whenever that was known: as `started`, but the day of the
        enrolment where `started_on` is empty and a later row shows that it was started.
    progress, exam_score, exam_attempts, minutes, satisfaction : float32
        Known once the enrolment has `ended`. Shares, points of 100, times, minutes, 1-5.
    """

    employee: Codes
    course: Codes
    enrolment_id: NDArray[np.object_]
    assigned_by: Codes
    enrolled: Days
    started: Days
    began: Days
    completed: Days
    dropped: Days
    progress: Floats
    exam_score: Floats
    exam_attempts: Floats
    minutes: Floats
    satisfaction: Floats

    def __len__(self) -> int:
        return len(self.employee)

    @property
    def ended(self) -> Days:
        """The day of the completion or drop, whichever comes first."""
        return np.minimum(self.completed, self.dropped)


@dataclass(frozen=True, eq=False)
class PerformanceLog:
    """Sorted by employee, end, start; one row an employee and period, (n,) each.

    Attributes
    ----------
    employee : int32
    period : int32
        Position in `History.periods`.
    start, end : int32
        First and last day of the period.
    score : float32
        The contract's performance score, points; 100 = on target.
    """

    employee: Codes
    period: Codes
    start: Days
    end: Days
    score: Floats

    def __len__(self) -> int:
        return len(self.employee)

    @property
    def known(self) -> Days:
        """The day on which each score was known: the one after the period's end."""
        return (self.end + 1).astype(np.int32)


@dataclass(frozen=True, eq=False)
class AssessmentLog:
    """Sorted by employee, day, competency, source, level; (n,) each.

    Attributes
    ----------
    source : int32
        Position in `ptml.contracts.ability.ASSESSMENT_SOURCES`.
    level : float32
        0-5.
    """

    employee: Codes
    day: Days
    competency: Codes
    source: Codes
    level: Floats

    def __len__(self) -> int:
        return len(self.employee)


@dataclass(frozen=True, eq=False)
class FeedbackLog:
    """Sorted by employee, day, kind, subject, value; (n,) each.

    Attributes
    ----------
    kind : int32
        Position in `ptml.contracts.people.FEEDBACK_KINDS`.
    subject_course, subject_competency : int32
        The code of `subject_id` among courses and among competencies; -1 where it is none.
    value : float32
        1-5; NaN = not given.
    """

    employee: Codes
    day: Days
    kind: Codes
    subject_course: Codes
    subject_competency: Codes
    value: Floats

    def __len__(self) -> int:
        return len(self.employee)


@dataclass(frozen=True, eq=False)
class AssignmentLog:
    """Sorted by employee, valid_from; no two of a person overlap; (n,) each.

    Attributes
    ----------
    valid_from, valid_to : int32
        Valid from the first day to before the second one (`NEVER` = current).
    unit, role : int32
    grade : int32
        1 = entry; -1 unknown.
    manager : int32
        Code of `History.managers`; -1 unknown.
    """

    employee: Codes
    valid_from: Days
    valid_to: Days
    unit: Codes
    role: Codes
    grade: Codes
    manager: Codes

    def __len__(self) -> int:
        return len(self.employee)


@dataclass(frozen=True, eq=False)
class AbsenceLog:
    """Sorted by employee, from_day, to_day, kind; both days inclusive; (n,) each."""

    employee: Codes
    from_day: Days
    to_day: Days
    kind: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.employee)


@dataclass(frozen=True, eq=False)
class EvidenceLog:
    """Sorted by enrolment, due, done, kind; (n,) each.

    Attributes
    ----------
    enrolment : int32
        Position in `History.enrolments`.
    employee : int32
    kind : int32
        Position in `ptml.contracts.learning.EVIDENCE_KINDS`.
    due, done : int32
        `NEVER` = none. A missed one is known on `due`.
    score : float32
        0-1; known on `done`.
    """

    enrolment: Codes
    employee: Codes
    kind: Codes
    due: Days
    done: Days
    score: Floats

    def __len__(self) -> int:
        return len(self.employee)


@dataclass(frozen=True, eq=False)
class IncidentLog:
    """Incidents of all units, sorted by unit, day, kind, hours; (n,) each.

    Attributes
    ----------
    kind : int32
        Position in `ptml.contracts.people.INCIDENT_KINDS`.
    hours_lost : float32
    """

    unit: Codes
    day: Days
    kind: Codes
    hours_lost: Floats

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True, eq=False)
class GoalLog:
    """Personal goals, sorted by employee, competency, by_day, target; (n,) each.

    Attributes
    ----------
    target_level : float32
        0-5.
    by_day : int32
        `NEVER` = no date.
    set_day : int32
        Day on which it was set; `NEVER` = the source does not say.
    """

    employee: Codes
    competency: Codes
    target_level: Floats
    by_day: Days
    set_day: Days

    def __len__(self) -> int:
        return len(self.employee)
