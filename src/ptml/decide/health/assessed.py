"""Levels before and after a course, as somebody else than the person assessed them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.ability import ASSESSMENT_SOURCES
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.features.windows import EventLog

FloatArray = NDArray[np.float64]

_SELF = ASSESSMENT_SOURCES.index("self")


@dataclass(frozen=True, eq=False)
class LevelChange:
    """Completions with levels known on both sides, n of them.

    Attributes
    ----------
    course : (n,) int32
    before, after : (n,) float64
        Mean level over what the course teaches, 0-5.
    """

    course: NDArray[np.int32]
    before: FloatArray
    after: FloatArray


def level_change(history: History, day: int) -> LevelChange:
    """The last assessment before a completed course began, and the first after it was completed.

    Of each competency that the course teaches; those assessed on one side only are left out. What
    people say of themselves is not looked at.

    Parameters
    ----------
    day : int
        What was known before it.
    """
    log = history.enrolments
    done = np.flatnonzero((log.completed < day) & (log.completed != NEVER))
    taught = history.catalogue.taught[log.course[done]]
    lines = _assessments(history)
    total = np.zeros((2, len(done)))
    count = np.zeros(len(done))
    for competency in taught.T:
        owner = log.employee[done].astype(np.int64) * history.n_competencies + competency
        owner = np.where(competency < 0, -1, owner)
        earlier = lines.before(owner, log.began[done])
        later = lines.window(owner, log.completed[done], np.full(len(done), day, dtype=np.int32))
        first = np.maximum(later.count, 1)
        before, after = lines.at("level", earlier), lines.at("level", later, first)
        both = np.isfinite(before) & np.isfinite(after)
        total += np.where(both, np.stack([before, after]), 0.0)
        count += both
    known = count > 0
    before, after = total[:, known] / count[known]
    return LevelChange(log.course[done][known], before, after)


def _assessments(history: History) -> EventLog:
    log = history.assessments
    owner = log.employee.astype(np.int64) * history.n_competencies + log.competency
    day = np.where(log.source == _SELF, NEVER, log.day).astype(np.int32)
    return EventLog.of(owner, day, {"level": log.level})
