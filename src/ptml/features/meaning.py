"""What an enrolment means as of a day: who decided on it, and whether it still counts.

- ``chosen``: by the person, or by the engine's offer that the person took up; where nobody says
  who assigned it and the course is not mandatory, it counts as chosen;
- ``assigned``: by a manager;
- ``mandatory``: by a rule, or because the course is mandatory for all;
- ``taken``: whoever decided, the course is not offered again: it was not dropped, and no
  certificate has run out;
- ``expired``: completed, and the course's certificate has run out since.
"""

from dataclasses import dataclass

import numpy as np

from ptml.contracts.learning import ASSIGNED_BY
from ptml.features.arrays import Bools, Days, Positions
from ptml.features.history import History

_MANAGER = ASSIGNED_BY.index("manager")
MEANINGS = ("chosen", "assigned", "mandatory", "taken", "expired")
"""The words above; the first three exclude each other, and so do the last two."""


@dataclass(frozen=True, eq=False)
class Meaning:
    """Meanings of m enrolments, (m,) bool each; all False for one that is not known on its day."""

    chosen: Bools
    assigned: Bools
    mandatory: Bools
    taken: Bools
    expired: Bools


def meaning(history: History, enrolment: Positions, day: Days | np.int32) -> Meaning:
    """Say what enrolments mean as of days.

    Parameters
    ----------
    enrolment : (m,) int
        Positions in `History.enrolments`.
    day : (m,) int32 or int32
        What became known on the day itself is not seen.

    Notes
    -----
    A certificate of a completion on day c is valid up to and with day ``c + valid_days``.
    """
    log, catalogue = history.enrolments, history.catalogue
    known = log.enrolled[enrolment] < day
    mandatory = history.is_mandatory[enrolment]
    assigned = ~mandatory & (log.assigned_by[enrolment] == _MANAGER)
    completed = log.completed[enrolment] < day
    # In int64: a day that never comes is the largest int32.
    valid_days = catalogue.valid_days[log.course[enrolment]].astype(np.int64)
    until = log.completed[enrolment].astype(np.int64) + valid_days
    expired = completed & (valid_days > 0) & (until < day)
    dropped = (log.dropped[enrolment] < day) & ~completed
    return Meaning(
        chosen=known & ~mandatory & ~assigned,
        assigned=known & assigned,
        mandatory=known & mandatory,
        taken=known & ~dropped & ~expired,
        expired=known & expired,
    )
