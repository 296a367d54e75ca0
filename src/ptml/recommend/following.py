"""What is chosen after what: a ridge regression of the next choices on the ones before.

A linear model of item-to-item effects on a decayed past, without matrix factors (Choi et al. 2021,
Session-aware linear item-item models), here on what popularity within the role leaves open. A
person's score is a sum over the own choices, so each can be told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix, diags_array
from threadpoolctl import threadpool_limits

from ptml.recommend.choices import Choices
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.popularity import Popularity

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
Positions = NDArray[np.int64]

_CHUNK = 200_000


@dataclass(frozen=True, eq=False)
class Following:
    """How each past choice shifts the expected shares of the next ones.

    Attributes
    ----------
    courses : (m,) int32
        Codes of the courses that the effects are about, ascending.
    effect : (m, m) float32
        Row: the course chosen, column: the one that may follow.
    """

    courses: IntArray
    effect: Float32Array

    def score(self, recent: csr_matrix) -> Float32Array:
        """Shift of the expected shares (n, n_courses) for recent choices (n, n_courses)."""
        if len(self.courses) == recent.shape[1]:
            return np.asarray(recent @ self.effect, dtype=np.float32)
        scores = np.zeros(recent.shape, dtype=np.float32)
        scores[:, self.courses] = recent[:, self.courses] @ self.effect
        return scores

    def of_pairs(self, own: IntArray, course: IntArray, n_courses: int) -> FloatArray:
        """Effect of one own choice on one course, (m,) pairs each."""
        place = np.full(n_courses, len(self.courses), dtype=np.int64)
        place[self.courses] = np.arange(len(self.courses))
        effect = np.pad(self.effect, ((0, 1), (0, 1)))
        return effect[place[own], place[course]].astype(np.float64)

    def onto(self, placing: csr_matrix) -> "Following":
        """The same for courses that are weighted means of these, (n_others, n_courses).

        Both the chosen course and the one that may follow are placed.
        """
        known = placing[:, self.courses]
        placed = np.flatnonzero(np.diff(known.indptr)).astype(np.int32)
        rows = known[placed]
        return Following(placed, np.asarray((rows @ (rows @ self.effect).T).T, dtype=np.float32))


def fit_following(
    choices: Choices, popularity: Popularity, config: PreferenceConfig
) -> Following | None:
    """Learn what follows what from every moment at which a person with a past chose something.

    Returns
    -------
    Following or None
        None where nobody chose twice.

    Notes
    -----
    A moment is a person's day of choosing. Its past ``x`` has ``weight (1 + k)^-power`` for each of
    the last `max_back` choices, k being the number of choices between; its target ``y`` the next
    `max_ahead` choices, weighing ``(1 + k)^-power`` and adding up to 1. With ``s`` the shares of
    the role, and ``w`` one over the root of the person's number of moments, so that collectors do
    not drown the others::

        effect = (sum w x x' + ridge I)^-1  sum w x (y - s)'
    """
    courses = _most_chosen(choices.course, len(popularity.overall), config.max_following)
    position = np.full(len(popularity.overall), -1, dtype=np.int32)
    position[courses] = np.arange(len(courses), dtype=np.int32)
    seen = np.zeros((len(courses), len(courses)))
    followed = np.zeros_like(seen)
    moments = _moments(choices)
    with threadpool_limits(1, "blas"):
        for part, weight in _parts(moments, choices):
            past = _past(choices, part, position, len(courses), config)
            weighted = (diags_array(weight) @ past).T.tocsr()
            seen += (weighted @ past).toarray()
            followed += (weighted @ _next(choices, part, position, len(courses), config)).toarray()
            followed -= _expected(weighted, choices.role[part], popularity)[:, courses]
        if not seen.any():
            return None
        seen[np.diag_indices(len(seen))] += config.ridge
        effect = cho_solve(cho_factor(seen, overwrite_a=True), followed, overwrite_b=True)
    return Following(courses, effect.astype(np.float32))


def _most_chosen(course: IntArray, n_courses: int, most: int) -> IntArray:
    count = np.bincount(course, minlength=n_courses)
    best = np.argsort(-count, kind="stable")[:most]
    return np.sort(best[count[best] > 0]).astype(np.int32)


def _moments(choices: Choices) -> Positions:
    """First positions of a person's days of choosing, but for the first day."""
    at = np.arange(len(choices))
    return np.flatnonzero((choices.same_day[0] == at) & (choices.same_person[0] < at))


def _parts(moments: Positions, choices: Choices) -> Iterator[tuple[Positions, FloatArray]]:
    employee = choices.employee[moments]
    weight = 1 / np.sqrt(np.bincount(employee)[employee]) if len(moments) else np.zeros(0)
    for start in range(0, len(moments), _CHUNK):
        part = slice(start, start + _CHUNK)
        yield moments[part], weight[part]


def _past(
    choices: Choices, moments: Positions, position: IntArray, m: int, config: PreferenceConfig
) -> Any:
    first, last_of_day = choices.same_person[0][moments], choices.same_day[1]
    rows, at, weights = [], [], []
    for back in range(1, config.max_back + 1):
        row = np.flatnonzero(moments - back >= first)
        chosen = moments[row] - back
        between = moments[row] - 1 - last_of_day[chosen]
        rows.append(row)
        at.append(chosen)
        weights.append(choices.weight[chosen] * (1.0 + between) ** -config.recency_power)
    return _cells(choices, rows, at, weights, position, (len(moments), m))


def _next(
    choices: Choices, moments: Positions, position: IntArray, m: int, config: PreferenceConfig
) -> Any:
    last, first_of_day = choices.same_person[1][moments], choices.same_day[0]
    rows, at, weights = [], [], []
    for ahead in range(config.max_ahead):
        row = np.flatnonzero(moments + ahead <= last)
        chosen = moments[row] + ahead
        between = first_of_day[chosen] - moments[row]
        rows.append(row)
        at.append(chosen)
        weights.append((1.0 + between) ** -config.recency_power)
    total = np.bincount(np.concatenate(rows), np.concatenate(weights), len(moments))
    weights = [weight / total[row] for weight, row in zip(weights, rows, strict=True)]
    return _cells(choices, rows, at, weights, position, (len(moments), m))


def _cells(
    choices: Choices,
    rows: list[Positions],
    at: list[Positions],
    weights: list[FloatArray] | list[NDArray[np.floating]],
    position: IntArray,
    shape: tuple[int, int],
) -> Any:
    row, weight = np.concatenate(rows), np.concatenate(weights)
    column = position[choices.course[np.concatenate(at)]]
    kept = column >= 0
    matrix = csr_matrix((weight[kept], (row[kept], column[kept])), shape=shape)
    matrix.sum_duplicates()
    return matrix


def _expected(weighted: Any, role: IntArray, popularity: Popularity) -> FloatArray:
    """The part of the targets that popularity within the role foretells, (m, n_courses)."""
    n_roles = len(popularity.in_role) - 1
    of_role = np.where(role < 0, n_roles, role)
    cells = (np.ones(len(role)), (np.arange(len(role)), of_role))
    in_role = csr_matrix(cells, shape=(len(role), n_roles + 1))
    return np.asarray((weighted @ in_role) @ popularity.in_role.astype(np.float64))
