"""Seats of popular courses: hardly more than people ever took, so that a plan runs short."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.living import Taken
from ptml.simulate.planted_courses import seated_codes
from ptml.simulate.structure import Structure

IntArray = NDArray[np.int64]

NO_LIMIT = -1


def started_in(structure: Structure, taken: Sequence[Taken]) -> IntArray:
    """How many people started each course in each quarter, (n_courses, n_quarters)."""
    started = np.zeros((structure.config.n_courses, structure.config.n_quarters), dtype=np.int64)
    for quarter in taken:
        np.add.at(started, (quarter.course, quarter.quarter), 1)
    return started


def seats_of(structure: Structure, started: IntArray) -> IntArray | None:
    """Seats a quarter of each course, (n_courses,), `NO_LIMIT` for most; None = none is planted.

    Parameters
    ----------
    started : (n_courses, n_quarters) int64
        Of the whole organisation: in its fullest quarter everybody had a seat.
    """
    planted = structure.config.changes.limited_seats
    if planted is None:
        return None
    seats = np.full(len(started), NO_LIMIT)
    code = seated_codes(structure)
    fullest = started[code].max(axis=1, initial=0)
    seats[code] = np.maximum(np.ceil(fullest * (1 + planted.room)), 1)
    return seats
