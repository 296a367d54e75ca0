"""What the second stage takes from the first: the only place that knows how that one is made."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.standing import standing
from ptml.recommend.choices import Choices, choices_before
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.taste import fit_taste

Float32Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FirstScores:
    """Scores of the first stage and its parts, (n, n_courses) float32 each.

    Attributes
    ----------
    preference : float32
        What `PreferenceModel.score` gives; NaN or 0 for a course that it does not know.
    in_role, following, factors : float32
        Popularity within the role, what follows the own choices, factors times their weight; each
        as a share over that of a course like any other. 0 where the model has no such part.
    """

    preference: Float32Array
    in_role: Float32Array
    following: Float32Array
    factors: Float32Array


def fitted_before(history: History, model: PreferenceModel, day: int) -> PreferenceModel:
    """Fit the first stage with the settings of ``model`` on what was known before ``day``."""
    choices = choices_before(history, day)
    shape = (history.n_employees, history.n_courses)
    personal = model.taste.is_personal
    taste = fit_taste(
        choices, shape, len(history.roles), day, model.config, model.seed, personal
    )
    return replace(model, taste=taste, as_of_day=day, knows_choices=len(choices) > 0)


def first_scores(model: PreferenceModel, history: History, rows: Rows) -> FirstScores:
    """Score all courses for rows of one day."""
    taste, known = model.taste, model.courses.codes(history.courses.ids)
    day = int(rows.day[0]) if len(rows) else model.as_of_day
    recent = _recent(model, history, day, known)[rows.employee]
    roles = np.append(model.roles.codes(history.roles.ids), -1)
    role = roles[standing(history, rows).role].astype(np.int32)
    empty = np.zeros((len(rows), len(model.courses)), dtype=np.float32)
    following = empty if taste.following is None else taste.following.score(recent)
    factors = empty if taste.factors is None else taste.factors.score(recent)
    parts = (
        taste.popularity.shares(role),
        following,
        np.float32(taste.factor_share) * factors,
    )
    scale = np.float32(len(model.courses))
    aligned = [np.where(known >= 0, part[:, known] * scale, 0) for part in parts]
    return FirstScores(
        np.nan_to_num(model.score(history, rows).score), *(a.astype(np.float32) for a in aligned)
    )


def _recent(
    model: PreferenceModel, history: History, day: int, known: NDArray[np.int32]
) -> csr_matrix:
    choices = choices_before(history, day)
    choices = choices.take(known[choices.course] >= 0)
    coded = Choices(
        choices.employee, known[choices.course], choices.day, choices.role, choices.weight
    )
    shape = (history.n_employees, len(model.courses))
    recent: csr_matrix = coded.recent_matrix(*shape, model.config.recency_power)
    return recent
