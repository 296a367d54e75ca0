"""Which courses of a bucket's people are looked at, how likely they are chosen, and why."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import Capability
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.jobs.models import Models
from ptml.recommend.highest import highest
from ptml.recommend.parts import PreferenceParts
from ptml.recommend.ranker.candidates import Candidates
from ptml.recommend.ranker.serving import candidates_for, second_parts, second_preference

Bools = NDArray[np.bool_]
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class People:
    """People of one day with all that they are judged by.

    Attributes
    ----------
    rows : Rows
        n of them.
    portraits : Capability
        That of the rows.
    """

    history: History
    shared: Shared
    rows: Rows
    portraits: Capability


@dataclass(frozen=True, eq=False)
class Proposed:
    """Candidate pairs, (m,) each, sorted by row and course.

    Attributes
    ----------
    row, course : int32
    preference : float32
        By the first stage; NaN = unknown, or 0 where there is a second stage.
    second : Candidates or None
        The same pairs as the second stage wants them; None = there is none.
    """

    row: IntArray
    course: IntArray
    preference: Float32Array
    second: Candidates | None


def propose_pairs(models: Models, people: People, eligible: Bools, most: int) -> Proposed:
    """Choose the eligible courses that are looked at, ``most`` a person.

    Parameters
    ----------
    eligible : (n, n_courses) bool
    """
    if models.preference is None:
        row, course = _best(eligible, None, most)
        return Proposed(row, course, np.full(len(row), np.nan, dtype=np.float32), None)
    history, rows = people.history, people.rows
    second = candidates_for(
        models.ranker,
        models.preference,
        history,
        people.shared,
        rows,
        people.portraits,
        eligible,
        most,
    )
    if second is not None:
        return Proposed(*second.pairs, second.scores["first"], second)
    liked = models.preference.score(history, rows, people.portraits).score
    row, course = _best(eligible, liked, most)
    return Proposed(row, course, liked[row, course], None)


def preference_of_pairs(
    models: Models, people: People, proposed: Proposed, pairs: FeatureMatrix
) -> Float32Array:
    """Preference of the pairs by the last stage that there is, (m,).

    Parameters
    ----------
    pairs : FeatureMatrix
        `pair_features` of the pairs.
    """
    if models.ranker is None or proposed.second is None:
        return proposed.preference
    return second_preference(
        models.ranker,
        people.history,
        people.shared,
        people.rows,
        people.portraits,
        proposed.second,
        pairs,
    )


def parts_of_pairs(
    models: Models,
    people: People,
    proposed: Proposed,
    pairs: FeatureMatrix,
    at: NDArray[np.int64],
) -> PreferenceParts | None:
    """Take the preference of some pairs apart; None = there is no preference.

    Parameters
    ----------
    at : (q,) int64
        Positions among the pairs.
    """
    if models.preference is None or not models.preference.knows_choices:
        return None
    history, rows, portraits = people.history, people.rows, people.portraits
    row, course = proposed.row[at], proposed.course[at]
    first = models.preference.parts(history, rows, portraits, row, course)
    if models.ranker is None or proposed.second is None:
        return first
    return second_parts(
        models.ranker,
        history,
        people.shared,
        rows,
        portraits,
        proposed.second.take(at),
        pairs.take(at),
        first,
    )


def _best(eligible: Bools, liked: Float32Array | None, most: int) -> tuple[IntArray, IntArray]:
    """The eligible pairs; of more than ``most`` those best liked."""
    if liked is not None and eligible.shape[1] > most:
        shown = np.where(eligible, np.nan_to_num(liked, nan=-1.0), np.float32(-np.inf))
        eligible = eligible & highest(shown, most)
    row, course = np.nonzero(eligible)
    return row.astype(np.int32), course.astype(np.int32)
