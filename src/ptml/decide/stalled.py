"""Completions after which performance did not rise, with what is known of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.contracts.people import FEEDBACK_KINDS
from ptml.decide.health.evidence import CourseLift
from ptml.decide.no_improvement import NoImprovementConfig, StalledFacts
from ptml.features.days import NEVER, quarters_before
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.features.timelines import feedback_owner
from ptml.transfer.blocking import longest_incident, lowest_opportunity
from ptml.transfer.completion_features import exam_and_fit
from ptml.transfer.completions import Completions
from ptml.transfer.improvement import Improvement, improvement
from ptml.transfer.labels import transfer_labels
from ptml.transfer.model import WarningModel, completion_view
from ptml.transfer.rules import not_up

Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]

WORKLOAD = FEEDBACK_KINDS.index("workload")
PRACTICE = EVIDENCE_KINDS.index("practice_task")
# A unit's mean of fewer scores is about single people.
LEAST_UNIT_SCORES = 5
_THOUSANDTH = 1 / 1024


@dataclass(frozen=True, eq=False)
class Stalled:
    """Completions without improvement, n of them.

    Attributes
    ----------
    enrolment : (n,) int32
        Positions in `History.enrolments`.
    facts : StalledFacts
    rule_fired : (n,) bool
        The rule ``performance_not_up``: a new skill, and performance not up after two periods.
    """

    enrolment: Codes
    facts: StalledFacts
    rule_fired: NDArray[np.bool_]


def stalled(
    history: History,
    shared: Shared,
    model: WarningModel,
    lifts: CourseLift,
    day: int,
    config: NoImprovementConfig,
) -> Stalled:
    """Find them as of a day, and look up what is known.

    A completion whose second period is not known yet is among them: it is too early to say.

    Parameters
    ----------
    model : WarningModel
        For its norms and settings; it need not have a classifier.
    lifts : CourseLift
        What each course does for those who take it, points; NaN = unknown.
    """
    log = history.enrolments
    recent = (log.completed < day) & (log.completed >= day - config.lookback_days)
    enrolment = np.flatnonzero(recent & (log.completed != NEVER)).astype(np.int32)
    scores = improvement(history, enrolment, day)
    kept = ~(scores.change >= config.least_points)
    enrolment, scores = enrolment[kept], scores.take(kept)
    completions = Completions(enrolment, np.zeros(len(enrolment), dtype=np.uint8))
    view = completion_view(history, completions, model.norms, model.config)
    seen = exam_and_fit(view, shared)
    facts = _facts(history, shared, seen, scores, enrolment, model, lifts, day)
    return Stalled(enrolment, facts, not_up(seen, scores, model.config.rules))


def _facts(
    history: History,
    shared: Shared,
    seen: FeatureMatrix,
    scores: Improvement,
    enrolment: Codes,
    model: WarningModel,
    lifts: CourseLift,
    day: int,
) -> StalledFacts:
    log = history.enrolments
    employee, done, course = (x[enrolment] for x in (log.employee, log.completed, log.course))
    # What came after the results cannot explain them.
    until = scores.until
    last = (until - 1).astype(np.int32)
    answers = history.timelines.feedback
    due, undone = _tasks(history, enrolment, day)
    return StalledFacts(
        is_early=scores.is_early,
        change=scores.change,
        before=scores.before,
        after=scores.after,
        opportunity=_doubles(lowest_opportunity(history, enrolment, done, last)),
        incident_hours=_doubles(longest_incident(history, employee, done, last)),
        unit_change=_unit_change(history, shared, enrolment, until),
        workload=_doubles(answers.mean("value", feedback_owner(employee, WORKLOAD), done, until)),
        exam=_doubles(seen.column("exam_points")),
        exam_above_usual=_doubles(seen.column("exam_above_usual_points")),
        check=_checks(history, enrolment, model, day),
        tasks_due=due,
        tasks_done=due - undone,
        required_share=_doubles(seen.column("required_share")),
        gap_closed=_doubles(seen.column("gap_closed")),
        course_lift=lifts.lift[course],
        course_lift_high=lifts.high[course],
    )


def _doubles(values: NDArray[np.float32]) -> Doubles:
    return values.astype(np.float64)


def _checks(history: History, enrolment: Codes, model: WarningModel, day: int) -> Doubles:
    labels = transfer_labels(history, model.config.label)
    known = labels.known_at(day)
    found = np.full(len(history.enrolments), np.nan)
    found[labels.enrolment[known]] = labels.mean_score[known]
    return found[enrolment]


def _tasks(history: History, enrolment: Codes, day: int) -> tuple[Doubles, Doubles]:
    """Practice tasks that were due or done before the day, and those of them not done."""
    log, n = history.evidence, len(history.enrolments)
    of_kind = log.kind == PRACTICE
    is_done = of_kind & (log.done < day)
    is_missed = of_kind & ~is_done & (log.due < day)
    done, missed = (
        np.bincount(log.enrolment[rows], minlength=n)[enrolment].astype(np.float64)
        for rows in (is_done, is_missed)
    )
    return done + missed, missed


def _unit_change(history: History, shared: Shared, enrolment: Codes, until: Codes) -> Doubles:
    """Change of the unit's mean score from the half year before to the results, points."""
    log = history.enrolments
    done = log.completed[enrolment]
    began = np.where(log.began[enrolment] == NEVER, log.enrolled[enrolment], log.began[enrolment])
    began = began.astype(np.int32)
    unit = standing(history, Rows(log.employee[enrolment], (done + 1).astype(np.int32))).unit
    before = _unit_mean(shared, unit, quarters_before(began, 2), began)
    # Sums over units show from the day after the one on which results are known.
    return _unit_mean(shared, unit, done, (until + 1).astype(np.int32)) - before


def _unit_mean(shared: Shared, unit: Codes, after: Codes, until: Codes) -> Doubles:
    log = shared.unit_scores
    window = log.window(unit, (after + 1).astype(np.int32), (until + 1).astype(np.int32))
    n = log.total("n", window)
    total = log.total("score", window) * _THOUSANDTH
    return np.where(n >= LEAST_UNIT_SCORES, total / np.maximum(n, 1), np.nan)
