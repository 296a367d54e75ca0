"""Features of what people say, made steadier: a person's few answers lean on those of the unit.

An answer is noisy and a person gives two a year; who shares a manager and a unit shares much of
what is asked for. So the person's mean is shrunk towards the unit's, as if the unit's mean were one
more answer, and the unit's towards that of all (a two-level empirical Bayes estimate).
"""

import numpy as np

from ptml.contracts.people import FEEDBACK_KINDS
from ptml.features.registry import Columns, Family, Feature, Group
from ptml.features.timelines import feedback_owner
from ptml.transfer.view import CompletionView

KINDS: dict[str, Family] = {
    "motivation": "motivation",
    "manager_support": "manager",
    "opportunity": "environment",
    "workload": "environment",
}
# Surveys are some months apart: what a unit said of late is what it lives through now.
LATE_DAYS = 45
# Answers that the mean of late is shrunk by towards the unit's mean so far.
LATE_STRENGTH = 2.0
# The scatter of a single answer is about that of true answers within a unit.
UNIT_ANSWERS = 1.0


def _columns(view: CompletionView) -> Columns:
    log, rows = view.history.timelines.feedback, view.rows
    columns = {}
    for kind in KINDS:
        unit = view.unit_norm(f"unit_{kind}").astype(np.float64)
        owner = feedback_owner(rows.employee, FEEDBACK_KINDS.index(kind))
        said = log.before(owner, rows.day)
        n, total = log.known("value", said), log.total("value", said)
        columns[f"{kind}_level"] = (total + UNIT_ANSWERS * unit) / (n + UNIT_ANSWERS)
        columns[f"unit_{kind}_level"] = unit
        columns[f"unit_{kind}_of_late"] = view.unit_norm_of_late(
            f"unit_{kind}", LATE_DAYS, LATE_STRENGTH
        )
    return columns


def _of(kind: str, family: Family) -> tuple[Feature, ...]:
    words = kind.replace("_", " ")
    return (
        Feature(
            f"{kind}_level",
            "1-5",
            family,
            f"Mean of the person's answers on {words} and, as one more, of the unit's mean.",
        ),
        Feature(f"unit_{kind}_level", "1-5", family, f"The unit's mean answer on {words} so far."),
        Feature(
            f"unit_{kind}_of_late",
            "1-5",
            family,
            f"The unit's mean answer on {words} in the last {LATE_DAYS} days, shrunk towards it.",
        ),
    )


ANSWERS: Group[CompletionView] = Group(
    tuple(feature for kind, family in KINDS.items() for feature in _of(kind, family)), _columns
)
