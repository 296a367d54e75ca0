"""How long people were away."""

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.windows import EventLog, expand
from ptml.transfer.blocking import day_after

Codes = NDArray[np.int32]
Days = NDArray[np.int32]


def days_absent(history: History, employee: Codes, start: Days, end: Days) -> Days:
    """Days of each person's longest absence from `start` to `end` inclusive, (n,) int32."""
    person, first_day, last_day = _whole_absences(history)
    absences = EventLog.of(person, first_day)
    query, event = expand(absences.before(employee, day_after(end)))
    row = absences.source[event]
    within = np.minimum(last_day[row], end[query]) - np.maximum(first_day[row], start[query]) + 1
    longest = np.zeros(len(employee), dtype=np.int32)
    np.maximum.at(longest, query, within.astype(np.int32))
    return longest


def _whole_absences(history: History) -> tuple[Codes, Days, Days]:
    """Employee, first and last day of each absence; rows that touch or overlap make one."""
    log = history.absences
    # Many systems cut a long absence into rows; the person was away all the same.
    offset = log.employee.astype(np.int64) << 32
    reach = np.maximum.accumulate(offset + log.to_day) if len(log) else offset
    begins = np.ones(len(log), dtype=np.bool_)
    begins[1:] = offset[1:] + log.from_day[1:] > reach[:-1] + 1
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(log))[: len(starts)] - 1
    last_day = (reach - offset)[ends]
    return log.employee[starts], log.from_day[starts], last_day.astype(np.int32)
