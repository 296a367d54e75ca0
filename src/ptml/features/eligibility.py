"""Which courses a person may be offered, with the reason where not."""

import numpy as np
from numpy.typing import NDArray

from ptml.features.arrays import Bools, Floats
from ptml.features.capability import Capability
from ptml.features.fit import entry_and_news
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.taken import course_counts, prerequisites_missing, row_blocks

EXCLUSIONS = (
    "",
    "taken",
    "prerequisite_missing",
    "not_open",
    "retired",
    "mandatory",
    "too_low",
    "too_high",
)

# More than this far under the entry level (weighted over what the course teaches) is too low.
LARGEST_ENTRY_GAP_LEVELS = 1.0

# A course that teaches a person less than this is nothing new.
SMALLEST_NEW_LEVELS = 0.1


def eligibility(history: History, rows: Rows, capability: Capability) -> NDArray[np.uint8]:
    """Say for each row and course why it cannot be offered.

    A course is

    - ``taken`` with an enrolment before the day that was not dropped before it: who dropped a
      course may take it again, who completed it may not;
    - ``prerequisite_missing`` while a course that it requires is not completed;
    - ``not_open`` unless it was opened before the day, ``retired`` if it was retired before it;
    - ``mandatory``: those are assigned, not offered;
    - ``too_low`` when the person is on average (by weight) more than one level under its entry
      levels;
    - ``too_high`` when it teaches the person nothing new.

    The last two need levels; where those are unknown they never apply. The first reason in this
    order is given.

    Parameters
    ----------
    history : History
    rows : Rows
        n of them.
    capability : Capability
        That of the rows.

    Returns
    -------
    (n, n_courses) uint8
        Positions in `EXCLUSIONS`; 0 = eligible.
    """
    blocks = [
        _block(history, rows.take(part), capability.level[part])
        for part in row_blocks(len(rows), history.n_courses)
    ]
    return np.concatenate(blocks)


def _block(history: History, rows: Rows, level: Floats) -> NDArray[np.uint8]:
    catalogue, day = history.catalogue, rows.day[:, None]
    shape = (len(rows), history.n_courses)
    reasons = {
        "taken": _taken(history, rows),
        "prerequisite_missing": prerequisites_missing(history, rows) > 0,
        "not_open": catalogue.opened >= day,
        "retired": catalogue.retired < day,
        "mandatory": np.broadcast_to(catalogue.mandatory, shape),
        **_by_level(history, level),
    }
    codes = np.zeros(shape, dtype=np.uint8)
    for code, reason in reversed(list(enumerate(EXCLUSIONS))[1:]):
        codes[reasons[reason]] = code
    return codes


def _taken(history: History, rows: Rows) -> Bools:
    lines = history.timelines
    enrolled = course_counts(history, lines.enrolled, rows)
    dropped = course_counts(history, lines.dropped_uncompleted, rows)
    return enrolled > dropped


def _by_level(history: History, level: Floats) -> dict[str, Bools]:
    below, new = entry_and_news(history.catalogue, level)
    return {
        "too_low": below > LARGEST_ENTRY_GAP_LEVELS,
        "too_high": new < SMALLEST_NEW_LEVELS,
    }
