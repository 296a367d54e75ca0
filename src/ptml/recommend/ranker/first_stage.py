"""What the second stage takes from the first: the only place that knows how that one is made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.recommend.circumstances import circumstances
from ptml.recommend.preference import PreferenceModel

Float32Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FirstScores:
    """Scores of the first stage and its parts, (n, n_courses) float32 each.

    Attributes
    ----------
    preference : float32
        What `PreferenceModel.score` gives, to the bit; 0 for a course of which nothing is known.
    in_role, following, factors : float32
        Popularity within the role, what follows the own choices, factors times their weight; each
        as a share over that of a course like any other. 0 where the model has no such part.
    """

    preference: Float32Array
    in_role: Float32Array
    following: Float32Array
    factors: Float32Array


def first_scores(
    model: PreferenceModel, history: History, rows: Rows, closed: Float32Array
) -> FirstScores:
    """Score all courses for rows of one day.

    Parameters
    ----------
    closed : (n, n_courses) float32
        Gap that each course closes; NaN = not known.
    """
    _, taste = model.placed(history)
    day = int(rows.day[0]) if len(rows) else model.as_of_day
    recent = model.recent_choices(history, day)[rows.employee]
    where = circumstances(history, rows, model.roles, model.units)
    scale = np.float32(len(model.courses))
    found = model.score_apart(history, recent, where, closed)
    empty = np.zeros((len(rows), history.n_courses), dtype=np.float32)
    following, factors = (
        empty if part is None else np.multiply(part, scale, out=part) for part in found.own
    )
    in_role = scale * taste.cold.popularity.shares(where.role)
    return FirstScores(np.nan_to_num(found.score, copy=False), in_role, following, factors)
