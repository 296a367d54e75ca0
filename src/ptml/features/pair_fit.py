"""How a course fits a person: what is new, which gap and goal it closes, what was asked for."""

import numpy as np

from ptml.features.arrays import Floats
from ptml.features.fit import course_fit
from ptml.features.goals import open_goals
from ptml.features.pair_view import PairView
from ptml.features.registry import Columns, Feature, Group
from ptml.features.windows import expand


def _columns(view: PairView) -> Columns:
    fit = course_fit(view.history.catalogue, view.portrait, view.row, view.course)
    wishes = view.history.timelines.wishes
    owner = view.history.timelines.course_owner(view.employee, view.course)
    asked = wishes.count(owner, view.year_ago[view.row], view.day)
    return {
        "new_levels": fit.new_levels,
        "gap_closed": fit.gap_closed,
        "below_entry_levels": fit.below_entry_levels,
        "above_exit_levels": fit.above_exit_levels,
        "taught_level_se": fit.level_se,
        "required_share": fit.required_share,
        "goal_levels_closed": _goal_levels(view),
        "pain_point_weight": view.sum(_pain_points(view), weighted=True),
        "asked_for": np.minimum(asked, 1),
    }


def _goal_levels(view: PairView) -> Floats:
    """Levels between the person and open goals that the course closes, by weight."""
    goals = open_goals(view.history, view.rows, view.portrait.level)
    closed = np.zeros(len(view.row), dtype=np.float32)
    catalogue = view.history.catalogue
    for pair, competency in view.slots:
        at, cell = (view.row[pair], competency), (view.course[pair], competency)
        start = np.maximum(view.portrait.level[at], catalogue.from_level[cell])
        end = np.minimum(goals.target[at], catalogue.to_level[cell])
        closed[pair] += catalogue.weight[cell] * np.nan_to_num(np.maximum(end - start, 0))
    return closed


def _pain_points(view: PairView) -> Floats:
    log = view.history.timelines.pain_points
    query, event = expand(log.window(view.rows.employee, view.year_ago, view.rows.day))
    named = np.zeros((len(view.rows), view.history.n_competencies), dtype=np.float32)
    named[query, view.history.feedback.subject_competency[log.source[event]]] = 1
    return named


def _of(name: str, unit: str, meaning: str) -> Feature:
    return Feature(name, unit, "course_fit", meaning)


PAIR_FIT = Group(
    (
        _of(
            "new_levels",
            "levels",
            "What is new to the person: weight x max(0, to - max(level, from)), summed over the "
            "competencies taught.",
        ),
        _of(
            "gap_closed",
            "levels",
            "The part of it below what the role requires, times the importance.",
        ),
        _of("below_entry_levels", "levels", "How far the person is under the entry levels."),
        _of("above_exit_levels", "levels", "How far the person is over what it leads to."),
        _of("taught_level_se", "levels", "Standard error of the levels that it teaches."),
        _of("required_share", "share", "Part of the course's weight on what the role requires."),
        _of("goal_levels_closed", "levels", "Weighted levels of open personal goals it closes."),
        _of(
            "pain_point_weight",
            "weight",
            "Its weight on what the person named as a pain point in the last 12 months.",
        ),
        _of("asked_for", "0/1", "Whether the person asked for it in the last 12 months."),
    ),
    _columns,
)
