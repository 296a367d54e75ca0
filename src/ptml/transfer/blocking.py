"""What keeps people from using what they learnt: denied opportunity and trouble in the unit.

It is the unit's matter, and never a flag on the person.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.history import History
from ptml.features.timelines import feedback_owner
from ptml.features.windows import expand
from ptml.transfer.completions import Completions
from ptml.transfer.config import LabelConfig, WarningConfig

Codes = NDArray[np.int32]
Days = NDArray[np.int32]
Bools = NDArray[np.bool_]

OPPORTUNITY = FEEDBACK_KINDS.index("opportunity")
BLOCKED_BY = ("", "incident", "opportunity")
"""What stands in the way, by the codes of `blocked_by`; empty = nothing known."""
UNIT_MATTERS = (*BLOCKED_BY, "unit")
"""Why a case is the unit's matter: what stands in the way, or that the unit itself is flagged."""


def is_blocked(
    history: History, enrolment: Codes, first: Days, last: Days, config: LabelConfig
) -> Bools:
    """Whether opportunity was denied or the unit in trouble from `first` to `last` inclusive.

    Parameters
    ----------
    enrolment, first, last : (n,) int32
        Positions in `History.enrolments`, and days.
    """
    employee = history.enrolments.employee[enrolment]
    low = low_opportunity(history, enrolment, first, last, config.blocking_opportunity)
    return low | (longest_incident(history, employee, first, last) > config.blocking_incident_hours)


def blocked_by(
    history: History, completions: Completions, config: WarningConfig, as_of_day: int | None = None
) -> NDArray[np.uint8]:
    """What is known to stand in the way of a warning, (n,) codes of `BLOCKED_BY`.

    An incident in the unit of late; an answer on opportunity since the completion, or the last one
    before it.

    Parameters
    ----------
    as_of_day : int, optional
        What was known before it counts; left out, what was known at the moment of the warning.
    """
    rows, label = completions.rows(history), config.label
    known = rows.day if as_of_day is None else np.maximum(rows.day, as_of_day)
    last = (known - 1).astype(np.int32)
    completed = history.enrolments.completed[completions.enrolment]
    since = np.minimum(completed, rows.day - config.incident_lookback_days).astype(np.int32)
    hours = longest_incident(history, rows.employee, since, last)
    back = (rows.day - config.opportunity_lookback_days).astype(np.int32)
    low = low_opportunity(
        history, completions.enrolment, completed, last, label.blocking_opportunity
    )
    before = last_opportunity(history, completions.enrolment, back, last)
    low |= before <= label.blocking_opportunity
    return np.select([hours > label.blocking_incident_hours, low], [1, 2], 0).astype(np.uint8)


def low_opportunity(
    history: History, enrolment: Codes, first: Days, last: Days, at_most: float
) -> Bools:
    """Whether any answer on opportunity, of this course or of none, was that low, (n,) bool."""
    return lowest_opportunity(history, enrolment, first, last) <= at_most


def lowest_opportunity(
    history: History, enrolment: Codes, first: Days, last: Days
) -> NDArray[np.float32]:
    """The lowest answer on opportunity, of this course or of none, (n,) float32; NaN = none."""
    query, value = _answers(history, enrolment, first, last)
    lowest = np.full(len(enrolment), np.inf, dtype=np.float32)
    np.minimum.at(lowest, query, value)
    return np.where(np.isinf(lowest), np.float32(np.nan), lowest)


def last_opportunity(
    history: History, enrolment: Codes, first: Days, last: Days
) -> NDArray[np.float32]:
    """The last answer on opportunity, of this course or of none, (n,) float32; NaN = none."""
    query, value = _answers(history, enrolment, first, last)
    found = np.full(len(enrolment), np.nan, dtype=np.float32)
    # Answers come in the order of their days, and the last one written stays.
    found[query] = value
    return found


def _answers(
    history: History, enrolment: Codes, first: Days, last: Days
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    log, answers = history.feedback, history.timelines.feedback
    employee = history.enrolments.employee[enrolment]
    window = answers.window(feedback_owner(employee, OPPORTUNITY), first, day_after(last))
    query, event = expand(window)
    subject = log.subject_course[answers.source[event]]
    is_about = (subject < 0) | (subject == history.enrolments.course[enrolment][query])
    value = answers.values["value"][event]
    counts = is_about & np.isfinite(value)
    return query[counts], value[counts]


def longest_incident(
    history: History, employee: Codes, first: Days, last: Days
) -> NDArray[np.float32]:
    """Hours of the worst incident in the person's unit from `first` to `last`, (n,); 0 = none."""
    stays = stays_within(history, employee, first, last)
    incidents = history.timelines.incidents
    from_day = np.maximum(history.assignments.valid_from[stays.row], first[stays.query])
    to_day = np.minimum(history.assignments.valid_to[stays.row], day_after(last)[stays.query])
    stay, event = expand(incidents.window(history.assignments.unit[stays.row], from_day, to_day))
    worst = np.zeros(len(employee), dtype=np.float32)
    np.maximum.at(worst, stays.query[stay], np.nan_to_num(incidents.values["hours_lost"][event]))
    return worst


@dataclass(frozen=True)
class Stays:
    """Assignments valid on some day of a query: positions of query and assignment."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]


def stays_within(history: History, employee: Codes, first: Days, last: Days) -> Stays:
    """Find the assignments of each person from `first` to `last` inclusive, (n,) int32 each."""
    log = history.timelines.assignments
    query, event = expand(log.before(employee, day_after(last)))
    row = log.source[event]
    overlaps = history.assignments.valid_to[row] > first[query]
    return Stays(query[overlaps], row[overlaps])


def day_after(day: Days) -> Days:
    """The next day of each, (n,) int32."""
    return (day + 1).astype(np.int32)


def any_of(query: NDArray[np.int64], n: int) -> Bools:
    """Whether each of `n` queries is among those listed, (n,) bool."""
    found = np.zeros(n, dtype=np.bool_)
    found[query] = True
    return found
