"""Features of a person's portrait: level, gap, trend, certainty, and what the person plans."""

import numpy as np

from ptml.features.arrays import Bools, Doubles, Floats
from ptml.features.goals import open_goals
from ptml.features.registry import Columns, Feature, Group
from ptml.features.view import PersonView

# A gap smaller than this is within what two assessments of one person differ by.
OPEN_GAP_LEVELS = 0.5


def _columns(view: PersonView) -> Columns:
    portrait, rows = view.capability, view.rows
    asked = portrait.importance > 0
    gap = portrait.gap.astype(np.float64)
    assessed = view.history.timelines.assessments
    ever = assessed.before(rows.employee, rows.day)
    goals = open_goals(view.history, rows, portrait.level)
    return {
        "level_mean": _mean(portrait.level, portrait.importance),
        "level_se_mean": _mean(portrait.se, portrait.importance),
        "level_trend_a_year": _mean(portrait.trend, portrait.importance),
        "gap_weighted_sum": _sum(gap * portrait.importance, asked),
        "gap_largest": _largest(gap, asked),
        "gaps_open": _sum(np.where(np.isnan(gap), np.nan, gap > OPEN_GAP_LEVELS), asked),
        "assessments_ever": ever.count,
        "days_since_assessment": view.since(assessed.day_at(ever)),
        "levels_taught_since_assessment": view.taught.levels_since_assessment.sum(
            axis=1, dtype=np.float64
        ),
        "goals_open": goals.count,
        "goal_levels_open": goals.levels,
    }


def _sum(values: Doubles, asked: Bools) -> Doubles:
    """Sum by row of the known values that are asked for, (n,) float64; NaN where there are none."""
    counts = asked & np.isfinite(values)
    total = np.where(counts, values, 0.0).sum(axis=1)
    return np.where(counts.any(axis=1), total, np.nan)


def _mean(values: Floats, weight: Floats) -> Doubles:
    """Weighted mean by row of the known values, (n,) float64; NaN where there are none."""
    known = np.isfinite(values) & (weight > 0)
    total = np.where(known, values.astype(np.float64) * weight, 0.0).sum(axis=1)
    weights = np.where(known, weight.astype(np.float64), 0.0).sum(axis=1)
    return np.where(weights > 0, total / np.where(weights > 0, weights, 1.0), np.nan)


def _largest(values: Doubles, asked: Bools) -> Doubles:
    counts = asked & np.isfinite(values)
    largest = np.where(counts, values, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(counts.any(axis=1), largest, np.nan)


def _of(name: str, unit: str, meaning: str) -> Feature:
    return Feature(name, unit, "capability", meaning)


PORTRAIT = Group(
    (
        _of("level_mean", "levels", "Mean level in what the role requires, by importance."),
        _of("level_se_mean", "levels", "Mean standard error of these levels, by importance."),
        _of("level_trend_a_year", "levels a year", "Mean trend of these levels, by importance."),
        _of("gap_weighted_sum", "levels", "Sum of gaps to the role's requirements x importance."),
        _of("gap_largest", "levels", "The largest gap to the role's requirements."),
        _of("gaps_open", "competencies", f"Gaps of more than {OPEN_GAP_LEVELS} levels."),
        _of("assessments_ever", "assessments", "Assessments of the person so far."),
        _of("days_since_assessment", "days", "Since the last assessment."),
        _of(
            "levels_taught_since_assessment",
            "levels",
            "Levels taught by courses completed since each competency's last assessment (weight x "
            "width, summed); they are no part of the level, for completing is not learning.",
        ),
        _of("goals_open", "goals", "Personal goals due within the next 12 months."),
        _of("goal_levels_open", "levels", "Levels between the person and these goals, summed."),
    ),
    _columns,
)
