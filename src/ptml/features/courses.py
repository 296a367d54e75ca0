"""Features of a course as of a day: what it is, and how it has gone for everybody."""

from dataclasses import dataclass

import numpy as np

from ptml.features.arrays import Codes, Days, Doubles, Floats, Numbers
from ptml.features.days import quarters_before
from ptml.features.history import History
from ptml.features.loading import ALWAYS_OPEN
from ptml.features.matrix import FeatureMatrix
from ptml.features.registry import Columns, Feature, Group, build_matrix
from ptml.features.renewal import last_renewal
from ptml.features.shared import Shared
from ptml.features.windows import SumLog, Window

_THOUSANDTHS = 1 / 1024


@dataclass(frozen=True, eq=False)
class CourseView:
    """All courses as of one day."""

    history: History
    shared: Shared
    day: int

    @property
    def course(self) -> Codes:
        """Codes of all courses."""
        return np.arange(self.history.n_courses, dtype=np.int32)

    def days(self, day: int) -> Days:
        """One day for each course."""
        return np.full(self.history.n_courses, day, dtype=np.int32)

    def window(self, log: SumLog, n_quarters: int | None = None) -> Window:
        """What the last renewal shows, of all time or of the quarters before it."""
        renewal = last_renewal(self.days(self.day))
        until = (renewal + 1).astype(np.int32)
        if n_quarters is None:
            return log.before(self.course, until)
        after = (quarters_before(renewal, n_quarters) + 1).astype(np.int32)
        return log.window(self.course, after, until)


def course_features(history: History, shared: Shared, day: int) -> FeatureMatrix:
    """Work out the features of every course as of a day.

    Parameters
    ----------
    history : History
        For its catalogue only: the features are the same in every bucket of employees.
    shared : Shared
    day : int
        Days since 1970-01-01.

    Returns
    -------
    FeatureMatrix
        (n_courses, r), in the order of the course codes.
    """
    return build_matrix(COURSE_GROUPS, CourseView(history, shared, day), history.n_courses)


def _catalogue(view: CourseView) -> Columns:
    catalogue = view.history.catalogue
    has_opened = (catalogue.opened != ALWAYS_OPEN) & (catalogue.opened < view.day)
    weight = np.where(catalogue.teaches, catalogue.weight, 0).astype(np.float64)
    return {
        "course_kind": np.where(catalogue.kind >= 0, catalogue.kind, np.nan),
        "course_delivery": np.where(catalogue.delivery >= 0, catalogue.delivery, np.nan),
        "course_hours": catalogue.hours,
        "course_cost": catalogue.cost,
        "course_age_days": np.where(
            has_opened, view.day - catalogue.opened.astype(np.int64), np.nan
        ),
        "course_is_mandatory": catalogue.mandatory,
        "course_competencies": catalogue.teaches.sum(axis=1),
        "course_from_level": _by_weight(catalogue.from_level, weight),
        "course_to_level": _by_weight(catalogue.to_level, weight),
        "course_levels_taught": np.where(
            catalogue.teaches, weight * (catalogue.to_level - catalogue.from_level), 0
        ).sum(axis=1),
        "course_prerequisites": catalogue.requires.sum(axis=1),
        "course_opens_courses": catalogue.requires.sum(axis=0),
    }


def _taking(view: CourseView) -> Columns:
    shared = view.shared
    nobody = np.zeros(view.history.n_courses, dtype=np.int32)
    renewal = last_renewal(view.days(view.day))
    people = shared.people.total(
        "people", shared.people.before(nobody, (renewal + 1).astype(np.int32))
    )
    year = shared.course_started.total("started", view.window(shared.course_started, 4))
    half = shared.course_started.total("started", view.window(shared.course_started, 2))
    ever = shared.course_started.total("started", view.window(shared.course_started))
    enrolled = view.window(shared.course_enrolled)
    return {
        "course_take_rate": _ratio(year, people),
        "course_started_ever": ever,
        "course_recent_start_share": _ratio(half, year),
        "course_self_chosen_share": _ratio(
            shared.course_enrolled.total("self", enrolled),
            shared.course_enrolled.total("known", enrolled),
        ),
    }


def _going(view: CourseView) -> Columns:
    log = view.shared.course_ends
    window = view.window(log)
    total = {name: log.total(name, window) for name in log.sums}
    return {
        "course_ended_ever": total["ended"],
        "course_completion_rate": _ratio(total["completed"], total["ended"]),
        "course_exam_mean": _ratio(total["exam"], total["exams"]) * _THOUSANDTHS,
        "course_satisfaction_mean": _ratio(total["satisfaction"], total["rated"]) * _THOUSANDTHS,
        "course_minutes_mean": _ratio(total["minutes"], total["timed"]),
    }


def _ratio(part: Numbers, whole: Numbers) -> Doubles:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)


def _by_weight(values: Floats, weight: Doubles) -> Doubles:
    return _ratio(np.where(weight > 0, weight * values, 0).sum(axis=1), weight.sum(axis=1))


def _of(name: str, unit: str, meaning: str, is_categorical: bool = False) -> Feature:
    return Feature(name, unit, "course", meaning, is_categorical)


COURSE_GROUPS = (
    Group(
        (
            _of("course_kind", "code", "Position in `COURSE_KINDS`.", True),
            _of("course_delivery", "code", "Position in `DELIVERIES`.", True),
            _of("course_hours", "hours", "Length by the catalogue."),
            _of("course_cost", "cost a seat", "Cost by the catalogue."),
            _of("course_age_days", "days", "Since it was opened."),
            _of("course_is_mandatory", "0/1", "Whether the catalogue calls it mandatory."),
            _of("course_competencies", "competencies", "Number that it teaches."),
            _of("course_from_level", "levels", "Entry level, mean by weight."),
            _of("course_to_level", "levels", "Level that it leads to, mean by weight."),
            _of("course_levels_taught", "levels", "Weight x width, summed over competencies."),
            _of("course_prerequisites", "courses", "Number that it requires."),
            _of("course_opens_courses", "courses", "Number that require it."),
        ),
        _catalogue,
    ),
    Group(
        (
            _of(
                "course_take_rate",
                "courses a person",
                "Chosen starts in the 12 months before the last renewal, over all employed.",
            ),
            _of("course_started_ever", "starts", "Chosen starts so far."),
            _of(
                "course_recent_start_share",
                "share",
                "Part of the last 12 months' starts that lies in the last 6.",
            ),
            _of("course_self_chosen_share", "share", "Part of the enrolments that people chose."),
        ),
        _taking,
    ),
    Group(
        (
            _of("course_ended_ever", "enrolments", "Completed or dropped so far."),
            _of("course_completion_rate", "share", "Completed part of those that ended."),
            _of("course_exam_mean", "points of 100", "Mean exam score so far."),
            _of("course_satisfaction_mean", "1-5", "Mean satisfaction so far."),
            _of("course_minutes_mean", "minutes", "Mean time spent so far."),
        ),
        _going,
    ),
)
