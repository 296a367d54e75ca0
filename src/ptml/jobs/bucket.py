"""Score one bucket of employees: everything that can be said of them, from what is at hand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.causes import Signals
from ptml.decide.diversify import diversify
from ptml.decide.exclusions import (
    ExclusionTotals,
    ShortLists,
    short_list_reasons,
    without_gain,
)
from ptml.decide.explore import Shown, employee_draws, explore
from ptml.decide.rank import Candidates, RankConfig, Ranking, expected_gain, rank_courses
from ptml.decide.segments import leads_people
from ptml.decide.similarity import course_similarity
from ptml.explain.lift_reasons import LiftFacts, lift_facts
from ptml.features.capability import Capability, capability
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
from ptml.transfer.arms import Arms, draw_arms
from ptml.transfer.completions import recent_completions
from ptml.transfer.model import WarningScores

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class ScoredBucket:
    """What is known of the people of a bucket who are employed on the day.

    Attributes
    ----------
    row, course : (m,) int32
        Pairs of people and the courses that they may take.
    preference, p_complete, gap_closed, role_take_rate : (m,) float32
        NaN = unknown.
    parts : PreferenceParts or None
        What adds up to the preference of what is shown; None = preference is unknown.
    lift_facts : LiftFacts or None
        What the lifts of what is shown are made of; None = there is no fitted model.
    shown : Shown
        What people are shown, and with which probability.
    arms : Arms or None
        Who is flagged and who is held out; None = no model.
    signals : Signals
        What tells whether training is the matter.
    leads : (n,) bool
        Whether the person leads others.
    exclusions : ExclusionTotals
        Why courses are not recommended, and why lists are short.
    short_lists : ShortLists
        Whose lists are short, and why.
    """

    history: History
    rows: Rows
    portraits: Capability
    people: FeatureMatrix
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
    warnings: WarningScores | None
    arms: Arms | None
    signals: Signals
    leads: NDArray[np.bool_]
    exclusions: ExclusionTotals
    short_lists: ShortLists

    @property
    def ranking(self) -> Ranking:
        """What is shown at which rank."""
        return self.shown.ranking


def score_people(
    history: History, shared: Shared, models: Models, day: int, settings: Settings
) -> ScoredBucket:
    """Work out candidates, lifts, the ranking and warnings of one bucket as of a day."""
    everybody = Rows.at(np.arange(history.n_employees, dtype=np.int32), day)
    rows = everybody.take(np.flatnonzero(history.employed(everybody.employee, everybody.day)))
    portraits = capability(history, shared, rows)
    people = person_features(history, shared, rows, portraits)
    reason = offers(history, shared, rows, portraits, settings.eligibility)
    asked = People(history, shared, rows, portraits)
    proposed = propose_pairs(models, asked, reason == 0, settings.scoring.max_candidates)
    row, course = proposed.row, proposed.course
    pairs = pair_features(history, shared, rows, portraits, row, course)
    gap_closed = pairs.column("gap_closed")
    lift = (
        models.lift.predict(history, rows, people, pairs, row, course)
        if models.lift
        else refuse_all(len(course))
    )
    preference = preference_of_pairs(models, asked, proposed, pairs)
    candidates = Candidates(row, course, lift.lift, lift.low, preference, gap_closed)
    points_per_level = models.lift.points_per_level if models.lift else 0.0
    ranked = _ranked(candidates, points_per_level, history, settings.rank)
    shown = explore(
        ranked,
        candidates,
        expected_gain(candidates, points_per_level, settings.rank),
        employee_draws(settings.seed, day, history.employees.ids[rows.employee].tolist()),
        settings.explore,
    )
    not_offered = without_gain(reason, candidates)
    short_lists = short_list_reasons(not_offered, shown.ranking, settings.rank.top_k)
    warnings, arms = None, None
    if models.warning is not None and models.warning.classifier is not None:
        window = models.warning.config.label.window_days
        completions = recent_completions(history, day, window)
        warnings = models.warning.predict(history, shared, completions, day)
        arms = draw_arms(history, warnings, settings.warning)
    return ScoredBucket(
        history=history,
        rows=rows,
        portraits=portraits,
        people=people,
        row=row,
        course=course,
        preference=preference,
        parts=parts_of_pairs(models, asked, proposed, pairs, shown.ranking.pair),
        p_complete=_p_complete(models, history, rows, row, course),
        gap_closed=gap_closed,
        role_take_rate=pairs.column("role_take_rate"),
        lift=lift,
        lift_facts=_lift_facts(models, history, people, pairs, proposed, lift, shown.ranking.pair),
        shown=shown,
        warnings=warnings,
        arms=arms,
        signals=Signals.of(history, portraits, people, settings.causes),
        leads=leads_people(history, shared, rows),
        exclusions=ExclusionTotals.of(not_offered, short_lists),
        short_lists=ShortLists.of(not_offered, shown.ranking, short_lists),
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
