"""Where candidates come from: each source scores all courses for each person."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.features.capability import Capability
from ptml.features.days import quarters_before
from ptml.features.fit import gap_closed_by_all
from ptml.features.history import History
from ptml.features.loading import ALWAYS_OPEN
from ptml.features.renewal import last_renewal
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.features.windows import FOREVER_AGO, Window, expand
from ptml.recommend.preference import PreferenceModel
from ptml.recommend.ranker.first_stage import first_scores

Float32Array = NDArray[np.float32]
Bools = NDArray[np.bool_]

SOURCES = ("first", "in_role", "following", "factors", "gap", "unlocked", "new", "unit")
"""First stage, its parts, gap closed, unlocked lately, opened lately, taken in the unit."""


@dataclass(frozen=True, eq=False)
class Sources:
    """Scores of every source for people of one day.

    Attributes
    ----------
    scores : mapping of str to (n, n_courses) float32
        By name of `SOURCES`; a source proposes nothing at 0 or below, but for ``first``, which
        always has an order.
    eligible : (n, n_courses) bool
    """

    scores: Mapping[str, Float32Array]
    eligible: Bools

    @property
    def proposable(self) -> Mapping[str, Bools]:
        """Which courses a source has anything to say for, (n, n_courses) bool each."""
        return {
            name: self.eligible if name == "first" else self.eligible & (score > 0)
            for name, score in self.scores.items()
        }


def sources_of(
    history: History,
    shared: Shared,
    model: PreferenceModel,
    rows: Rows,
    portraits: Capability,
    eligible: Bools,
    lately_days: int,
) -> Sources:
    """Score all courses by every source.

    Parameters
    ----------
    model : PreferenceModel
        First stage that was fitted on what was known before the rows' day.
    rows : Rows
        n of them, all of one day.
    portraits : Capability
        That of the rows.
    eligible : (n, n_courses) bool
    lately_days : int
        A prerequisite completed, or a course opened, in so many days is news.
    """
    closed = gap_closed_by_all(history.catalogue, portraits)
    first = first_scores(model, history, rows, closed)
    scores = {
        "first": first.preference,
        "in_role": first.in_role,
        "following": first.following,
        "factors": first.factors,
        "gap": np.nan_to_num(closed, copy=False),
        "unlocked": _unlocked(history, rows, lately_days),
        "new": _opened(history, rows, lately_days),
        "unit": _taken_in_unit(history, shared, rows),
    }
    return Sources(scores, eligible)


def _unlocked(history: History, rows: Rows, lately_days: int) -> Float32Array:
    """Prerequisites of each course that the person completed lately, (n, n_courses)."""
    return np.asarray(unlocked_lately(history, rows, lately_days).toarray())


def unlocked_lately(history: History, rows: Rows, lately_days: int) -> csr_matrix:
    """The same without what is 0."""
    log = history.timelines.completed
    since = (rows.day - lately_days).astype(np.int32)
    query, event = expand(log.window(rows.employee, since, rows.day))
    shape = (len(rows), history.n_courses)
    # Few are completed lately, and few are required: a product of full tables is for nothing.
    cell = np.unique(query * shape[1] + history.enrolments.course[log.source[event]])
    ones = np.ones(len(cell), dtype=np.float32)
    done = csr_matrix((ones, np.divmod(cell, max(shape[1], 1))), shape=shape)
    unlocks = csr_matrix(history.catalogue.requires.T, dtype=np.float32)
    return csr_matrix(done @ unlocks)


def _opened(history: History, rows: Rows, lately_days: int) -> Float32Array:
    # Of one day: the same for everybody.
    return np.repeat(opened_lately(history, rows, lately_days)[None], len(rows), axis=0)


def opened_lately(history: History, rows: Rows, lately_days: int) -> Float32Array:
    """1 for a course that opened on the day before, falling to 0 ``lately_days`` ago.

    (n_courses,); all 0 without rows.
    """
    if not len(rows):
        return np.zeros(history.n_courses, dtype=np.float32)
    opened = history.catalogue.opened.astype(np.int64)
    age_days = np.int64(rows.day[0]) - opened
    fresh = np.maximum(1 - (age_days - 1) / lately_days, 0)
    dated = (opened != ALWAYS_OPEN) & (age_days > 0)
    return np.where(dated, fresh, 0).astype(np.float32)


def _taken_in_unit(history: History, shared: Shared, rows: Rows) -> Float32Array:
    taken, place = taken_in_units(history, shared, rows)
    return taken[place]


def taken_in_units(
    history: History, shared: Shared, rows: Rows
) -> tuple[Float32Array, NDArray[np.int64]]:
    """Chosen starts of each course in each unit in the year before the last renewal.

    Returns
    -------
    taken : (n_units, n_courses) float32
    place : (n,) int64
        Which of them each row's unit is.
    """
    unit = standing(history, rows).unit
    places, place = np.unique(unit, return_inverse=True)
    log, n = shared.unit_course, history.n_courses
    # All that a unit took lies side by side: little, beside a search for each of its courses.
    ever = np.full(len(places), FOREVER_AGO, dtype=np.int32)
    first, end = (log.before((places + k) * np.int64(n), ever).end for k in (0, 1))
    query, event = expand(Window(np.where(places < 0, end, first), end))
    renewal = last_renewal(rows.day[:1])
    until, since = renewal + 1, quarters_before(renewal, 4) + 1
    recent = np.flatnonzero((log.day[event] >= since) & (log.day[event] < until))
    query, event = query[recent], event[recent]
    cell = query * n + log.owner[event] % max(n, 1)
    n_started = log.sums["started"][event + 1] - log.sums["started"][event]
    # Mostly zeros: memory that is not written to costs next to nothing.
    started = np.zeros((len(places), n), dtype=np.float32)
    np.add.at(started.reshape(-1), cell, n_started.astype(np.float32))
    return started, place
