"""What surrounds the people of each unit, from sums over everybody, as of a day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.days import quarters_before
from ptml.features.logs import IncidentLog
from ptml.features.renewal import last_renewal
from ptml.features.shared import Shared
from ptml.features.timelines import feedback_owner
from ptml.features.windows import EventLog, SumLog

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_THOUSANDTH = 1 / 1024


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Figures of units within the last year, (n_units,) each; NaN = unknown.

    Attributes
    ----------
    people, n_scores, n_incidents : int64
        People on the day, known scores (a person and period each), incidents.
    hours_per_head : float64
        Hours lost to incidents over people; NaN in a source without any incident.
    score : float64
        Mean score, points.
    opportunity : float64
        Mean answer, 1-5.
    """

    people: IntArray
    n_scores: IntArray
    n_incidents: IntArray
    hours_per_head: FloatArray
    score: FloatArray
    opportunity: FloatArray


def surroundings(shared: Shared, incidents: IncidentLog, n_units: int, day: int) -> Surroundings:
    """Look them up; sums over people show from the last renewal on, incidents to the day."""
    unit = np.arange(n_units, dtype=np.int32)
    today = np.full(n_units, day, dtype=np.int32)
    renewal = last_renewal(today)
    since, until = _year_before(renewal), (renewal + 1).astype(np.int32)
    heads = shared.unit_people.total("people", shared.unit_people.before(unit, until))
    hours, n_incidents = _lost(incidents, unit, today)
    scores, n_scores = _mean(shared.unit_scores, "score", unit, since, until)
    answers, _ = _mean(shared.unit_answers, "value", _owner(unit, "opportunity"), since, until)
    return Surroundings(
        people=heads,
        n_scores=n_scores,
        n_incidents=n_incidents,
        hours_per_head=np.where(len(incidents) > 0, hours / np.maximum(heads, 1), np.nan),
        score=scores,
        opportunity=answers,
    )


def _year_before(day: NDArray[np.int32]) -> NDArray[np.int32]:
    return (quarters_before(day, 4) + 1).astype(np.int32)


def _owner(unit: NDArray[np.int32], kind: str) -> NDArray[np.int32]:
    return feedback_owner(unit, FEEDBACK_KINDS.index(kind)).astype(np.int32)


def _lost(
    incidents: IncidentLog, unit: NDArray[np.int32], today: NDArray[np.int32]
) -> tuple[FloatArray, IntArray]:
    log = EventLog.of(incidents.unit, incidents.day, {"hours_lost": incidents.hours_lost})
    year = log.window(unit, quarters_before(today, 4), today)
    return log.total("hours_lost", year), year.count


def _mean(
    log: SumLog,
    name: str,
    owner: NDArray[np.int32],
    since: NDArray[np.int32],
    until: NDArray[np.int32],
) -> tuple[FloatArray, IntArray]:
    window = log.window(owner, since, until)
    n = log.total("n", window)
    mean = log.total(name, window) * _THOUSANDTH / np.maximum(n, 1)
    return np.where(n > 0, mean, np.nan), n
