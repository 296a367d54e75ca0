"""The norms that a completion is held against: of its course, of its unit, and of the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.transfer.labels import Labels
from ptml.transfer.past_means import PastMean, load_means, save_means

Doubles = NDArray[np.float64]

MINUTES_AN_HOUR = 60
ANSWER_KINDS = ("motivation", "manager_support", "opportunity", "workload")
# Behaviour checks are outcomes; a norm made of them would be the label itself.
SIGN_KINDS = ("practice_task", "tool_use", "mentor_meeting", "manager_checkin")


@dataclass(frozen=True, eq=False)
class Norms:
    """What crosses employees, as it was known on any day up to training.

    Attributes
    ----------
    means : mapping of str to PastMean
        By course ``course_weak`` (share 0-1), ``course_exam`` (points), ``course_satisfaction``
        (1-5), ``course_effort`` (time spent over the course's hours); by unit ``unit_weak``,
        ``unit_check`` (mean behaviour check, 0-1), ``unit_KIND`` of each kind of answer (1-5) and
        of each kind of sign (share done).
    courses, units : IdMap
        What the owner codes of the means stand for.
    """

    means: Mapping[str, PastMean]
    courses: IdMap
    units: IdMap

    def save(self, folder: Path) -> None:
        """Write the means and what their codes stand for."""
        save_means(self.means, folder)
        self.courses.save(folder / "courses.json")
        self.units.save(folder / "units.json")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        courses, units = (IdMap.load(folder / f"{name}.json") for name in ("courses", "units"))
        return cls(load_means(folder), courses, units)


def shared_norms(history: History, labels: Labels, as_of_day: int) -> Norms:
    """Add up what was known as of a day of everybody in the history."""
    means = {
        **_outcomes(history, labels, as_of_day),
        **_records(history, as_of_day),
        **_answers(history, as_of_day),
        **_signs(history, as_of_day),
    }
    return Norms(means, history.courses, history.units)


def effort(history: History) -> Doubles:
    """Time spent on each enrolment over the hours of its course, (n_enrolments,); NaN unknown."""
    hours = history.catalogue.hours[history.enrolments.course].astype(np.float64)
    minutes = history.enrolments.minutes.astype(np.float64)
    return np.where(hours > 0, minutes / np.where(hours > 0, hours * MINUTES_AN_HOUR, 1), np.nan)


def _outcomes(history: History, labels: Labels, as_of_day: int) -> dict[str, PastMean]:
    known = np.flatnonzero(labels.known_at(as_of_day))
    course, day = history.enrolments.course[labels.enrolment[known]], labels.last_unknown[known]
    unit = _unit_on(history, labels.employee[known], labels.completed[known])
    weak, check = labels.weak[known].astype(np.float64), labels.mean_score[known]
    return {
        "course_weak": PastMean.of(course, day, weak),
        "unit_weak": PastMean.of(unit, day, weak),
        "unit_check": PastMean.of(unit, day, check),
    }


def _records(history: History, as_of_day: int) -> dict[str, PastMean]:
    log = history.enrolments
    done = np.flatnonzero((log.completed != NEVER) & (log.completed < as_of_day))
    values: dict[str, NDArray[np.floating[Any]]] = {
        "course_exam": log.exam_score,
        "course_satisfaction": log.satisfaction,
        "course_effort": effort(history),
    }
    course, day = log.course[done], log.completed[done]
    return {name: PastMean.of(course, day, value[done]) for name, value in values.items()}


def _answers(history: History, as_of_day: int) -> dict[str, PastMean]:
    log = history.feedback
    known = log.day < as_of_day
    means = {}
    for kind in ANSWER_KINDS:
        said = np.flatnonzero(known & (log.kind == FEEDBACK_KINDS.index(kind)))
        unit = _unit_on(history, log.employee[said], log.day[said])
        means[f"unit_{kind}"] = PastMean.of(unit, log.day[said], log.value[said])
    return means


def _signs(history: History, as_of_day: int) -> dict[str, PastMean]:
    log = history.evidence
    day, is_done = sign_days(history)
    unit = _unit_on(history, log.employee, day)
    means = {}
    for kind in SIGN_KINDS:
        rows = np.flatnonzero((log.kind == EVIDENCE_KINDS.index(kind)) & (day < as_of_day))
        means[f"unit_{kind}"] = PastMean.of(unit[rows], day[rows], is_done[rows])
    return means


def sign_days(history: History) -> tuple[NDArray[np.int32], Doubles]:
    """When each row of evidence was known, and whether it was done (1) or missed (0), (n,) each.

    Done on the day on which it was done; missed on the day on which it was due.
    """
    log = history.evidence
    is_done = log.done != NEVER
    return np.where(is_done, log.done, log.due).astype(np.int32), is_done.astype(np.float64)


def _unit_on(
    history: History, employee: NDArray[np.int32], day: NDArray[np.int32]
) -> NDArray[np.int32]:
    return standing(history, Rows(employee, day)).unit
