"""What the second stage takes from the first: the only place that knows how that one is made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.recommend.circumstances import circumstances
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.taste import Taste

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


@dataclass(frozen=True, eq=False)
class FirstTables:
    """What the first stage looks up for people of one day, and their own choices.

    Attributes
    ----------
    place : (n, 3) int64
        Rows of `role`, `unit` and `grade`.
    role, unit, grade : (., n_courses) float32
        Shares in the role, and what unit and grade add to them.
    known : (n_courses,) bool
        Whether anything is known of a course.
    edges, factor : float32
        Of the gap (`ptml.recommend.gap.GapTilt`); it changes nothing where there is none. Edges are
        rounded up: a single number reaches one if and only if it reaches the other.
    scale : float32
        Makes of a share that over a course like any other.
    """

    place: NDArray[np.int64]
    role: Float32Array
    unit: Float32Array
    grade: Float32Array
    known: NDArray[np.bool_]
    edges: Float32Array
    factor: Float32Array
    scale: np.float32
    _taste: Taste
    _recent: csr_matrix

    @classmethod
    def of(cls, model: PreferenceModel, history: History, rows: Rows) -> "FirstTables":
        """Look up where people stand and what they chose."""
        placing, taste = model.placed(history)
        day = int(rows.day[0]) if len(rows) else model.as_of_day
        where = circumstances(history, rows, model.roles, model.units)
        cold = taste.cold
        nothing = np.zeros((1, history.n_courses), dtype=np.float32)
        # Of one layout, else the pass is compiled again: what is placed anew comes turned round.
        role, unit, grade = (
            np.require(table, requirements=("C", "W"))
            for table in (
                cold.popularity.in_role,
                nothing if cold.unit is None else cold.unit.shift,
                nothing if cold.grade is None else cold.grade.shift,
            )
        )
        # -1 is the last row of a table.
        rows_of = (where.role % len(role), where.unit % len(unit), where.grade % len(grade))
        known = (np.diff(placing.indptr) > 0) & model.knows_choices
        tilt = cold.gap
        return cls(
            place=np.stack(rows_of, axis=1).astype(np.int64),
            role=role,
            unit=unit,
            grade=grade,
            known=known,
            edges=rounded_up(np.zeros(0) if tilt is None else tilt.edges),
            factor=(np.ones(3) if tilt is None else tilt.factor).astype(np.float32),
            scale=np.float32(len(model.courses)),
            _taste=taste,
            _recent=model.recent_choices(history, day)[rows.employee],
        )

    def own(self, at: slice) -> tuple[Float32Array, Float32Array]:
        """What own choices add to the shares, by what follows and by factors, (k, n_courses) each.

        Without columns where there is no such part.
        """
        following, factors = self._taste.own_shares(self._recent[at])
        n = len(range(*at.indices(self._recent.shape[0])))
        empty = np.zeros((n, 0), dtype=np.float32)
        return (empty if following is None else following, empty if factors is None else factors)


def rounded_up(values: NDArray[np.float64]) -> Float32Array:
    """The least single numbers that are no less, (k,) float32."""
    single = values.astype(np.float32)
    above = np.nextafter(single, np.float32(np.inf))
    return np.where(single < values, above, single)
