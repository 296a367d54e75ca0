"""The lists of a bucket's people: which courses are looked at, what each brings, what is shown."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.decide.diversify import diversify
from ptml.decide.explore import Shown, employee_draws, explore
from ptml.decide.rank import Candidates, RankConfig, Ranking, expected_gain, rank_courses
from ptml.decide.similarity import course_similarity
from ptml.explain.lift_reasons import LiftFacts, lift_facts
from ptml.features.capability import capability
from ptml.features.eligibility import offers
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.jobs.models import Models
from ptml.jobs.proposing import People, Proposed, parts_of_pairs, preference_of_pairs, propose_pairs
from ptml.jobs.settings import Settings
from ptml.lift.estimate import LiftEstimate, refuse_all
from ptml.recommend.parts import PreferenceParts

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Known:
    """People of one day with what is known of them before any model is asked.

    Attributes
    ----------
    asked : People
        n of them.
    people : FeatureMatrix
        Their features.
    reason : (n, n_courses) uint8
        Why a course cannot be offered (`ptml.features.eligibility.EXCLUSIONS`).
    """

    asked: People
    people: FeatureMatrix
    reason: NDArray[np.uint8]

    def take(self, at: NDArray[np.int64]) -> Self:
        """Pick people by position."""
        some, asked = self.asked.rows.take(at), self.asked
        few = People(asked.history, asked.shared, some, asked.portraits.take(at))
        return type(self)(few, self.people.take(at), self.reason[at])


@dataclass(frozen=True, eq=False)
class Lists:
    """Pairs of people and courses that are looked at, and what is shown of them.

    Attributes
    ----------
    row, course : (m,) int32
        Sorted by row, then course.
    preference, p_complete, gap_closed, role_take_rate : (m,) float32
        NaN = unknown.
    parts : PreferenceParts or None
        Of what is shown; None = preference is unknown.
    lift_facts : LiftFacts or None
        Of what is shown; None = there is no fitted model.
    """

    row: IntArray
    course: IntArray
    preference: Float32Array
    parts: PreferenceParts | None
    p_complete: Float32Array
    gap_closed: Float32Array
    role_take_rate: Float32Array
    lift: LiftEstimate
    lift_facts: LiftFacts | None
    shown: Shown

    @property
    def candidates(self) -> Candidates:
        """The pairs as a ranking wants them."""
        return Candidates(
            self.row, self.course, self.lift.lift, self.lift.low, self.preference, self.gap_closed
        )


def known_of(history: History, shared: Shared, day: int, settings: Settings) -> Known:
    """Work out what is known of everybody of a bucket who is employed on the day."""
    everybody = Rows.at(np.arange(history.n_employees, dtype=np.int32), day)
    rows = everybody.take(np.flatnonzero(history.employed(everybody.employee, everybody.day)))
    portraits = capability(history, shared, rows)
    return Known(
        asked=People(history, shared, rows, portraits),
        people=person_features(history, shared, rows, portraits),
        reason=offers(history, shared, rows, portraits, settings.eligibility),
    )


def lists_of(known: Known, models: Models, day: int, settings: Settings) -> Lists:
    """Propose courses, ask the models, rank, and draw what is shown."""
    asked, people = known.asked, known.people
    history, shared, rows = asked.history, asked.shared, asked.rows
    proposed = propose_pairs(models, asked, known.reason == 0, settings.scoring.max_candidates)
    row, course = proposed.row, proposed.course
    pairs = pair_features(history, shared, rows, asked.portraits, row, course)
    gap_closed = pairs.column("gap_closed")
    lift = (
        models.lift.predict(history, rows, people, pairs, row, course)
        if models.lift
        else refuse_all(len(course))
    )
    preference = preference_of_pairs(models, asked, proposed, pairs)
    candidates = Candidates(row, course, lift.lift, lift.low, preference, gap_closed)
    points_per_level = models.lift.points_per_level if models.lift else 0.0
    shown = explore(
        _ranked(candidates, points_per_level, history, settings.rank),
        candidates,
        expected_gain(candidates, points_per_level, settings.rank),
        employee_draws(settings.seed, day, history.employees.ids[rows.employee].tolist()),
        settings.explore,
    )
    at = shown.ranking.pair
    return Lists(
        row=row,
        course=course,
        preference=preference,
        parts=parts_of_pairs(models, asked, proposed, pairs, at),
        p_complete=_p_complete(models, history, rows, row, course),
        gap_closed=gap_closed,
        role_take_rate=pairs.column("role_take_rate"),
        lift=lift,
        lift_facts=_lift_facts(models, history, people, pairs, proposed, lift, at),
        shown=shown,
    )


def _lift_facts(
    models: Models,
    history: History,
    people: FeatureMatrix,
    pairs: FeatureMatrix,
    proposed: Proposed,
    lift: LiftEstimate,
    at: NDArray[np.int64],
) -> LiftFacts | None:
    if models.lift is None or models.lift.fitted is None:
        return None
    parts = models.lift.parts(
        history, people, pairs.take(at), proposed.row[at], proposed.course[at]
    )
    names = models.lift.fitted.modifiers.names
    return None if parts is None else lift_facts(parts, names, lift.support[at], lift.status[at])


def _ranked(
    candidates: Candidates, points_per_level: float, history: History, config: RankConfig
) -> Ranking:
    if config.diversity == 0:
        return rank_courses(candidates, points_per_level, config)
    similarity = course_similarity(history.catalogue)
    return diversify(candidates, points_per_level, similarity, config)


def _p_complete(
    models: Models, history: History, rows: Rows, row: IntArray, course: IntArray
) -> Float32Array:
    if models.completion is None:
        return np.full(len(row), np.nan, dtype=np.float32)
    return models.completion.of_pairs(history, rows, row, course)
