"""Literal person features and signals: what a test does not speak of is unknown."""

from typing import Any

import numpy as np

from ptml.decide.causes import Signals
from ptml.features.matrix import FeatureMatrix

_COLUMNS = (
    "tenure_days",
    "role_days",
    "is_people_manager",
    "score_mean_4_periods",
    "score_trend_points_a_year",
    "days_since_score",
    "motivation_last",
    "days_since_motivation",
    "opportunity_last",
    "days_since_opportunity",
    "incident_hours_4_quarters",
    "team_size",
    "team_score",
)


def people(n: int = 1, **columns: Any) -> FeatureMatrix:
    """Features of n people; scores and answers are a day old."""
    values = np.full((n, len(_COLUMNS)), np.nan, dtype=np.float32)
    for name, value in {
        "days_since_score": 1,
        "days_since_motivation": 1,
        "days_since_opportunity": 1,
        **columns,
    }.items():
        values[:, _COLUMNS.index(name)] = value
    return FeatureMatrix(_COLUMNS, values, ("person",) * len(_COLUMNS))


def signals(n: int = 1, **known: Any) -> Signals:
    """Signals of n people."""
    names = (
        "incident_hours",
        "opportunity",
        "motivation",
        "gap",
        "score",
        "team_size",
        "team_score",
    )
    return Signals(**{name: _column(n, known.get(name, np.nan)) for name in names})


def _column(n: int, value: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.broadcast_to(np.asarray(value, dtype=np.float64), n).copy()
