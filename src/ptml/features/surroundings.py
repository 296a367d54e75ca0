"""Features of the manager and the unit that are no matter of skill: span, time, incidents."""

import numpy as np

from ptml.features.registry import Columns, Feature, Group
from ptml.features.view import PersonView


def _columns(view: PersonView) -> Columns:
    log, rows, place = view.history.timelines.incidents, view.rows, view.standing
    year = log.window(place.unit, view.ago(4), rows.day)
    quarter = log.window(place.unit, view.ago(1), rows.day)
    has_unit = place.unit >= 0
    return {
        "manager_days": np.where(place.manager >= 0, view.since(place.manager_since), np.nan),
        "incidents_4_quarters": np.where(has_unit, year.count, np.nan),
        "incident_hours_1_quarter": np.where(has_unit, log.total("hours_lost", quarter), np.nan),
        "incident_hours_4_quarters": np.where(has_unit, log.total("hours_lost", year), np.nan),
    }


SURROUNDINGS = Group(
    (
        Feature("manager_days", "days", "manager", "Since the person has the manager of the day."),
        Feature(
            "incidents_4_quarters",
            "incidents",
            "environment",
            "Incidents in the unit of the day in the last 12 months.",
        ),
        Feature(
            "incident_hours_1_quarter",
            "hours",
            "environment",
            "Hours lost in the unit of the day in the last 3 months.",
        ),
        Feature(
            "incident_hours_4_quarters",
            "hours",
            "environment",
            "Hours lost in the unit of the day in the last 12 months.",
        ),
    ),
    _columns,
)
