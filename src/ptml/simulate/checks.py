"""Whose use on the job is checked: not just anybody's, unless the dial is at 0."""

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.living import Taken
from ptml.simulate.people import People

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# What a course more in the same quarter counts beside a standard deviation of support.
LOAD_WEIGHT = 0.5


def checked_cases(
    people: People,
    taken: Taken,
    shown: IntArray,
    drawn: FloatArray,
    check_share: float,
    check_selection: float,
) -> IntArray:
    """Pick the completions whose use is checked.

    ``logit P(checked) = a + check_selection x (support + opportunity - trouble - load / 2)``, with
    the ``a`` at which as many are checked as without selection: the dial moves checks from one
    to another, and no draw that follows.

    Parameters
    ----------
    shown : (m,) int64
        Positions in `taken` of what was completed.
    drawn : (m,) float64
        One uniform draw each.

    Returns
    -------
    (k,) int64
        In the order of `shown`.
    """
    n_checked = int((drawn < check_share).sum())
    chance = np.log(np.maximum(drawn, np.finfo(float).tiny)) - np.log1p(-drawn)
    lead = check_selection * _pull(people, taken)[shown] - chance
    picked = np.sort(np.argsort(-lead, kind="stable")[:n_checked])
    return shown[picked]


def _pull(people: People, taken: Taken) -> FloatArray:
    """What makes a check likelier, (m,): a manager who supports, work that leaves time for it."""
    unit = people.unit[taken.person, taken.quarter]
    load = np.bincount(taken.person, minlength=len(people))[taken.person] - 1
    return (
        people.support[taken.person]
        + people.opportunity[unit, taken.quarter]
        - people.machine_trouble[unit]
        - LOAD_WEIGHT * load
    )
