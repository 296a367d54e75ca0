"""Features of the second stage, and which part of an explanation each belongs to."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import Capability
from ptml.features.courses import course_features
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.pairs import pair_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.recommend.choices import choices_before
from ptml.recommend.ranker.candidates import Candidates
from ptml.recommend.ranker.sources import SOURCES
from ptml.trees import Block

Float32Array = NDArray[np.float32]

GROUPS = ("past", "gap", "role", "unit", "grade", "popularity", "other")
"""Parts of an explanation."""
SPLIT = "first"
"""Group of what the first stage says as a whole: split by the parts of its preference."""

_SOURCE_GROUP = {
    "first": SPLIT,
    "in_role": "role",
    "following": "past",
    "factors": "past",
    "gap": "gap",
    "unlocked": "past",
    "new": "other",
    "unit": "unit",
}
_PAIR = {
    "new_levels": "gap",
    "gap_closed": "gap",
    "below_entry_levels": "gap",
    "above_exit_levels": "gap",
    "taught_level_se": "gap",
    "required_share": "gap",
    "goal_levels_closed": "gap",
    "pain_point_weight": "gap",
    "asked_for": "gap",
    "same_competency_started": "past",
    "same_competency_completed": "past",
    "same_competency_exam_mean": "past",
    "days_since_same_competency": "past",
    "same_competency_levels_since_assessment": "past",
    "same_course_dropped": "past",
    "hours_relative_to_usual": "past",
    "same_delivery_share": "past",
    "same_kind_share": "past",
    "role_take_rate": "role",
    "role_completion_rate": "role",
    "unit_take_rate": "unit",
}
_COURSE = {
    "course_kind": "other",
    "course_delivery": "other",
    "course_hours": "other",
    "course_cost": "other",
    "course_age_days": "other",
    "course_competencies": "other",
    "course_from_level": "other",
    "course_to_level": "other",
    "course_levels_taught": "other",
    "course_prerequisites": "other",
    "course_opens_courses": "other",
    "course_take_rate": "popularity",
    "course_recent_start_share": "popularity",
    "course_self_chosen_share": "popularity",
    "course_completion_rate": "popularity",
    "course_satisfaction_mean": "popularity",
}
_PERSON = {"n_choices": "past", "days_since_choice": "past", "grade": "grade"}

GROUP_OF: Mapping[str, str] = {
    **{f"source_{name}": _SOURCE_GROUP[name] for name in SOURCES},
    **{f"rank_{name}": _SOURCE_GROUP[name] for name in SOURCES if name not in ("new", "unlocked")},
    "n_sources": "other",
    **_PAIR,
    **_COURSE,
    **_PERSON,
}
"""Group of each feature, in the order of the columns."""
NAMES = tuple(GROUP_OF)


def ranker_features(
    history: History,
    shared: Shared,
    rows: Rows,
    portraits: Capability,
    candidates: Candidates,
    pairs: FeatureMatrix | None = None,
) -> FeatureMatrix:
    """Work out the features of candidates.

    Parameters
    ----------
    rows : Rows
        Of one day.
    portraits : Capability
        That of the rows.
    candidates : Candidates
        m of them.
    pairs : FeatureMatrix, optional
        `pair_features` of the candidates, where they are at hand.

    Returns
    -------
    FeatureMatrix
        (m, len(NAMES)); NaN = unknown.
    """
    blocks = ranker_blocks(history, shared, rows, portraits, candidates, pairs)
    columns = [values if index is None else values[index] for values, index in blocks]
    values = np.concatenate(columns, axis=1, dtype=np.float32)
    return FeatureMatrix(NAMES, values, tuple(GROUP_OF.values()))


def ranker_blocks(
    history: History,
    shared: Shared,
    rows: Rows,
    portraits: Capability,
    candidates: Candidates,
    pairs: FeatureMatrix | None = None,
) -> list[Block]:
    """The columns of `ranker_features` side by side: those of a course or a person once each.

    Returns
    -------
    list of (values, index)
        (k, p_k) float32, and which of the k each candidate has, (m,); None = its own.
    """
    row, course = candidates.row, candidates.course
    if pairs is None:
        pairs = pair_features(history, shared, rows, portraits, row, course)
    day = int(rows.day[0]) if len(rows) else 0
    return [
        (_of_sources(candidates), None),
        (pairs.select(list(_PAIR)), None),
        (course_features(history, shared, day).select(list(_COURSE)), course),
        (_person(history, rows, day), row),
    ]


def _of_sources(candidates: Candidates) -> Float32Array:
    columns = [candidates.scores[name] for name in SOURCES]
    columns += [candidates.ranks[name] for name in SOURCES if f"rank_{name}" in GROUP_OF]
    columns.append(candidates.proposed.sum(axis=1).astype(np.float32))
    return np.stack(columns, axis=1)


def _person(history: History, rows: Rows, day: int) -> Float32Array:
    choices = choices_before(history, day)
    n = np.bincount(choices.employee, minlength=history.n_employees)
    last = np.full(history.n_employees, np.nan)
    # Choices are sorted by day within people: the last one written stays.
    last[choices.employee] = choices.day
    grade = standing(history, rows).grade.astype(np.float32)
    grade[grade < 0] = np.nan
    columns = [n[rows.employee], day - last[rows.employee], grade]
    return np.stack(columns, axis=1).astype(np.float32)
