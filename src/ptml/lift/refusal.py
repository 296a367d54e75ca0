"""Why no lift is given, and what would help: refusals are results, never a zero."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UInt8Array = NDArray[np.uint8]


@dataclass(frozen=True)
class Refusal:
    """A reason and its remedy, in words.

    Attributes
    ----------
    name : str
        The ``status`` of the lift table.
    reason, remedy : str
    """

    name: str
    reason: str
    remedy: str


REFUSALS = (
    Refusal(
        "no_overlap",
        "nobody comparable has taken the course: past takers were far likelier, or far less "
        "likely, to start it than this person",
        "offer it to a few people of this kind and look again",
    ),
    Refusal(
        "too_few",
        "too few people with a known outcome have taken the course, and too few other courses are "
        "known well enough to say what one of its kind does",
        "wait for more outcomes, or describe courses (competencies, level, hours, delivery)",
    ),
    Refusal(
        "no_history",
        "no performance score of the person is known yet",
        "look again after the first period",
    ),
    Refusal(
        "placebo_failed",
        "takers pulled ahead of comparable people, or fell behind them, before they decided, so "
        "what they gained later cannot be put down to the course",
        "find what sends people to the course and record it, or give places by lot",
    ),
    Refusal(
        "designs_disagree",
        "two ways to estimate the lift contradict each other beyond their errors: one says it "
        "helps, the other that it harms",
        "look at who is sent and when; give places by lot for a quarter",
    ),
    Refusal(
        "inseparable",
        "the course is always taken together with another, so their effects cannot be told apart",
        "read the two as one, or let some people take one alone",
    ),
)
STATUSES = ("ok", *(refusal.name for refusal in REFUSALS))
OK, NO_OVERLAP, TOO_FEW, NO_HISTORY, PLACEBO_FAILED, DESIGNS_DISAGREE, INSEPARABLE = range(7)


def first_of(*reasons: tuple[int, NDArray[np.bool_]]) -> UInt8Array:
    """The first reason that applies to each pair, (m,) uint8; `OK` where none does."""
    status = np.full(len(reasons[0][1]), OK, dtype=np.uint8)
    for code, applies in reversed(reasons):
        status[applies] = code
    return status


def refusal_words(status: str) -> str:
    """Reason and remedy of a status in one sentence.

    >>> refusal_words("no_history")
    'no performance score of the person is known yet; look again after the first period.'
    """
    refusal = next(refusal for refusal in REFUSALS if refusal.name == status)
    return f"{refusal.reason}; {refusal.remedy}."
