"""The norms that a completion is held against: of its course, of its unit, and of the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.transfer.labels import Labels
from ptml.transfer.past_means import PastMean, Steps, load_means, save_means

Doubles = NDArray[np.float64]

MINUTES_AN_HOUR = 60


@dataclass(frozen=True, eq=False)
class Norms:
    """What crosses employees, as it was known on any day up to training.

    Attributes
    ----------
    means : mapping of str to PastMean
        ``course_weak``, ``unit_weak`` (shares 0-1), ``course_exam`` (points),
        ``course_satisfaction`` (1-5), ``course_effort`` (time spent over the course's hours).
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
    known = np.flatnonzero(labels.known_at(as_of_day))
    enrolment, day = labels.enrolment[known], _last_unknown(labels)[known]
    weak = labels.weak[known].astype(np.float64)
    unit = standing(history, Rows(labels.employee[known], labels.completed[known])).unit
    means = {
        "course_weak": PastMean.of(history.enrolments.course[enrolment], day, weak),
        "unit_weak": PastMean.of(unit, day, weak),
    }
    log = history.enrolments
    done = np.flatnonzero((log.completed != NEVER) & (log.completed < as_of_day))
    for name, value in _records(history).items():
        means[name] = PastMean.of(log.course[done], log.completed[done], value[done])
    return Norms(means, history.courses, history.units)


def own_weak(labels: Labels, as_of_day: int) -> Steps:
    """Weak transfers of each employee so far, as they were known on any day up to `as_of_day`."""
    known = np.flatnonzero(labels.known_at(as_of_day))
    weak = labels.weak[known].astype(np.float64)
    return Steps.of(labels.employee[known], _last_unknown(labels)[known], weak)


def effort(history: History) -> Doubles:
    """Time spent on each enrolment over the hours of its course, (n_enrolments,); NaN unknown."""
    hours = history.catalogue.hours[history.enrolments.course].astype(np.float64)
    minutes = history.enrolments.minutes.astype(np.float64)
    return np.where(hours > 0, minutes / np.where(hours > 0, hours * MINUTES_AN_HOUR, 1), np.nan)


def _records(history: History) -> Mapping[str, Doubles]:
    log = history.enrolments
    return {
        "course_exam": log.exam_score.astype(np.float64),
        "course_satisfaction": log.satisfaction.astype(np.float64),
        "course_effort": effort(history),
    }


def _last_unknown(labels: Labels) -> NDArray[np.int32]:
    # A row as of a day sees events of the days before it, and the label from `known_from` on.
    return (labels.known_from - 1).astype(np.int32)
