"""Score one bucket of employees: everything that can be said of them, from what is at hand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.causes import Signals
from ptml.decide.diagnosis.surroundings import surroundings
from ptml.decide.diagnosis.trainable import trainable
from ptml.decide.diagnosis.trouble import trouble_of_units
from ptml.decide.exclusions import (
    ExclusionTotals,
    ShortLists,
    reason_counts,
    short_list_reasons,
    without_gain,
)
from ptml.decide.rank import Ranking
from ptml.decide.segments import leads_people, segmented
from ptml.features.capability import Capability
from ptml.features.eligibility import EXCLUSIONS
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.jobs.listing import Known, Lists, known_of, lists_of
from ptml.jobs.models import Models
from ptml.jobs.settings import Settings
from ptml.transfer.arms import Arms, draw_arms
from ptml.transfer.completions import recent_completions
from ptml.transfer.model import WarningScores

Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int32]

_MANDATORY = EXCLUSIONS.index("mandatory")
Judged = tuple[WarningScores, Arms]


@dataclass(frozen=True, eq=False)
class ScoredBucket(Lists):
    """What is known of the people of a bucket who are employed on the day, beside their lists.

    Attributes
    ----------
    warnings : WarningScores or None
        None = no model.
    arms : Arms or None
        Who is flagged and who is held out; None = no model.
    signals : Signals
        What tells whether training is the matter.
    leads : (n,) bool
        Whether the person leads others.
    trainable : (n,) bool
        Whether a course can be the answer: False where it is clearly the unit's surroundings.
    exclusions : ExclusionTotals
        Why courses are not recommended, and why lists are short.
    short_lists : ShortLists
        Whose lists are short, and why.
    due : tuple of (k,) int64
        Row and course of mandatory courses that are not taken, or whose certificate ran out.
    """

    history: History
    rows: Rows
    portraits: Capability
    people: FeatureMatrix
    warnings: WarningScores | None
    arms: Arms | None
    signals: Signals
    leads: NDArray[np.bool_]
    trainable: NDArray[np.bool_]
    exclusions: ExclusionTotals
    short_lists: ShortLists
    due: tuple[NDArray[np.int64], NDArray[np.int64]]

    @property
    def ranking(self) -> Ranking:
        """What is shown at which rank."""
        return self.shown.ranking


def score_people(
    history: History, shared: Shared, models: Models, day: int, settings: Settings
) -> ScoredBucket:
    """Work out candidates, lifts, the ranking and warnings of one bucket as of a day."""
    known = known_of(history, shared, day, settings)
    lists = lists_of(known, models, day, settings)
    return scored_bucket(known, lists, judged(history, shared, models, day, settings), settings)


def judged(
    history: History, shared: Shared, models: Models, day: int, settings: Settings
) -> Judged | None:
    """Warnings of recent completions, and who is flagged; None = no model."""
    if models.warning is None or models.warning.classifier is None:
        return None
    window = models.warning.config.label.window_days
    completions = recent_completions(history, day, window)
    warnings = models.warning.predict(history, shared, completions, day)
    return warnings, draw_arms(history, warnings, settings.warning)


def scored_bucket(
    known: Known, lists: Lists, warnings: Judged | None, settings: Settings
) -> ScoredBucket:
    """Put together what is known of people, their lists and warnings."""
    asked, top_k = known.asked, settings.rank.top_k
    ranking = lists.shown.ranking
    counts = reason_counts(without_gain(known.reason, lists.candidates))
    short_lists = short_list_reasons(counts, ranking, top_k)
    signals = Signals.of(asked.history, asked.portraits, known.people, settings.causes)
    leads = leads_people(asked.history, asked.shared, asked.rows)
    return ScoredBucket(
        **vars(lists),
        history=asked.history,
        rows=asked.rows,
        portraits=asked.portraits,
        people=known.people,
        warnings=None if warnings is None else warnings[0],
        arms=None if warnings is None else warnings[1],
        signals=signals,
        leads=leads,
        trainable=trainable_people(known, leads, signals.gap, settings),
        exclusions=ExclusionTotals.of(counts, short_lists),
        short_lists=ShortLists.of(counts, ranking, short_lists),
        due=_due(known),
    )


def trainable_people(
    known: Known,
    leads: NDArray[np.bool_],
    gap_levels: NDArray[np.float64],
    settings: Settings,
) -> NDArray[np.bool_]:
    """Whether a course can be the answer for each person who is known, (n,) bool."""
    asked, rows = known.asked, known.asked.rows
    if not len(rows):
        return np.ones(0, dtype=np.bool_)
    history, day = asked.history, int(rows.day[0])
    around = surroundings(asked.shared, history.incidents, len(history.units), day)
    return trainable(
        standing(history, rows).unit,
        segmented(known.people, settings.segments, leads, gap_levels).state,
        trouble_of_units(around, settings.diagnosis),
        settings.diagnosis,
    )


def _due(known: Known) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # The catalogue's few mandatory courses: a look at every cell would be a look at nothing.
    courses = np.flatnonzero(known.asked.history.catalogue.mandatory)
    row, place = np.nonzero(known.reason[:, courses] == _MANDATORY)
    return row, courses[place]
