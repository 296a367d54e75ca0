"""Features of a completion at a stage: what belongs to it, to its person, and to both together."""

import numpy as np

from ptml.features.capability import capability
from ptml.features.days import NEVER
from ptml.features.matrix import FeatureMatrix
from ptml.features.pair_fit import PAIR_FIT
from ptml.features.pair_view import PairView
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.registry import build_matrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.transfer.answers import ANSWERS
from ptml.transfer.past_use import PAST_USE
from ptml.transfer.setting import SETTING
from ptml.transfer.study import STUDY
from ptml.transfer.use import USE
from ptml.transfer.view import CompletionView

COMPLETION_GROUPS = (STUDY, USE, PAST_USE, ANSWERS, SETTING)

# Each can be said in a sentence to a person; codes and near-copies of others are left out.
PERSON_FEATURES = (
    "score_last",
    "score_trend_points_a_year",
    "score_volatility_points",
    "score_dip_points",
    "completed_4_quarters",
    "completed_ever",
    "dropped_ever",
    "open_courses",
    "open_hours",
    "completion_rate",
    "exam_mean",
    "satisfaction_mean",
    "crammed_share_4_quarters",
    "self_chosen_share",
    "level_mean",
    "gap_weighted_sum",
    "gap_largest",
    "goals_open",
    "tenure_days",
    "role_days",
    "grade",
    "is_people_manager",
    "motivation_last",
    "motivation_mean",
    "wishes_4_quarters",
    "manager_support_last",
    "manager_support_mean",
    "manager_support_others_mean",
    "manager_days",
    "manager_span",
    "opportunity_last",
    "opportunity_mean",
    "workload_last",
    "workload_mean",
    "incidents_4_quarters",
    "incident_hours_1_quarter",
    "incident_hours_4_quarters",
    "team_size",
    "team_score",
    "team_starts_a_head_4_quarters",
    "team_completion_rate",
    "team_motivation_mean",
    "team_opportunity_mean",
    "team_workload_mean",
)
FIT_FEATURES = (
    "new_levels",
    "gap_closed",
    "below_entry_levels",
    "above_exit_levels",
    "required_share",
    "goal_levels_closed",
    "asked_for",
    "same_competency_started",
    "same_competency_exam_mean",
    "days_since_same_competency",
    "prerequisites_missing",
    "hours_relative_to_usual",
    "role_take_rate",
    "unit_take_rate",
)


def completion_features(view: CompletionView, shared: Shared) -> FeatureMatrix:
    """Work out all features of completions, each as of its moment.

    The fit of course and person is that of the day on which the course began, before it changed
    anything.

    Returns
    -------
    FeatureMatrix
        (n, p), none of them categorical.
    """
    own = build_matrix(COMPLETION_GROUPS, view, len(view.rows))
    people = person_features(view.history, shared, view.rows)
    fit = _fit(view, shared)
    return _beside(own, _kept(people, PERSON_FEATURES), _kept(fit, FIT_FEATURES))


def exam_and_fit(view: CompletionView, shared: Shared) -> FeatureMatrix:
    """Work out those features alone that tell how it was learnt and whether it is needed.

    Returns
    -------
    FeatureMatrix
        What `ptml.transfer.study` and `ptml.features.pair_fit` say, with the values that
        `completion_features` has.
    """
    rows = _rows_at_begin(view)
    portrait = capability(view.history, shared, rows)
    index = np.arange(len(rows), dtype=np.int64)
    pairs = PairView(view.history, shared, rows, portrait, index, view.course.astype(np.int32))
    return _beside(
        build_matrix((STUDY,), view, len(rows)), build_matrix((PAIR_FIT,), pairs, len(rows))
    )


def _fit(view: CompletionView, shared: Shared) -> FeatureMatrix:
    rows = _rows_at_begin(view)
    portrait = capability(view.history, shared, rows)
    index = np.arange(len(rows), dtype=np.int32)
    return pair_features(view.history, shared, rows, portrait, index, view.course)


def _rows_at_begin(view: CompletionView) -> Rows:
    log = view.history.enrolments
    began = log.began[view.enrolment]
    day = np.where(began == NEVER, log.enrolled[view.enrolment], began).astype(np.int32)
    return Rows(view.rows.employee, day)


def _kept(matrix: FeatureMatrix, names: tuple[str, ...]) -> FeatureMatrix:
    family = dict(zip(matrix.names, matrix.families, strict=True))
    return FeatureMatrix(names, matrix.select(names), tuple(family[name] for name in names))


def _beside(*matrices: FeatureMatrix) -> FeatureMatrix:
    return FeatureMatrix(
        names=tuple(name for matrix in matrices for name in matrix.names),
        values=np.concatenate([matrix.values for matrix in matrices], axis=1),
        families=tuple(family for matrix in matrices for family in matrix.families),
    )
