"""What the models answer, and what warnings are made from, at weekly looks.

Kept beside the models, so that drift of scores can be judged without any earlier run: the same
model is asked as of earlier days, of what was known then.
"""

import numpy as np
from numpy.typing import NDArray

from ptml.features.capability import capability
from ptml.features.history import History
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.jobs.monitored import Monitored
from ptml.monitor.features import FeatureLooks
from ptml.transfer.completion_features import completion_features
from ptml.transfer.completions import Completions
from ptml.transfer.model import completion_view

Days = NDArray[np.int32]
Doubles = NDArray[np.float64]

# Scores of a year and a quarter of weeks, of so many people and courses at the most.
N_WEEKS = 65
_MOST_PEOPLE, _MOST_COURSES = 120, 25
# Completions of so many days before a look; fewer than a week brings are too few to compare.
_SPAN_DAYS = 28


def score_looks(
    models: Monitored, history: History, shared: Shared, days: Days, edges: Doubles | None = None
) -> FeatureLooks | None:
    """Scores of a fixed sample of people and courses as of days; None without such a model.

    Parameters
    ----------
    days : (n,) int32
        Falling.
    edges : optional
        Bins of an earlier look.
    """
    people = _spread(history.n_employees, _MOST_PEOPLE)
    employee, day = np.tile(people, len(days)), np.repeat(days, len(people)).astype(np.int32)
    kept = history.employed(employee, day)
    rows = Rows(employee[kept], day[kept])
    courses = _spread(history.n_courses, _MOST_COURSES)
    row = np.repeat(np.arange(len(rows), dtype=np.int32), len(courses))
    course = np.tile(courses, len(rows))
    found = _scores(models, history, shared, rows, row, course)
    if not found:
        return None
    values = np.column_stack(list(found.values()))
    return FeatureLooks.counted(tuple(found), values, rows.day[row], days, edges)


def _scores(
    models: Monitored,
    history: History,
    shared: Shared,
    rows: Rows,
    row: NDArray[np.int32],
    course: NDArray[np.int32],
) -> dict[str, NDArray[np.float32]]:
    found = {}
    portraits = capability(history, shared, rows)
    if models.preference is not None:
        preference = models.preference.score(history, rows, portraits)
        found["preference"] = preference.score[row, course]
    if models.completion is not None:
        chance = models.completion.score(history, rows)
        found["chance of completion"] = chance[row, course]
    if models.lift is not None:
        people = person_features(history, shared, rows, portraits)
        pairs = pair_features(history, shared, rows, portraits, row, course)
        said = models.lift.predict(history, rows, people, pairs, row, course)
        found["lift"] = said.lift
    # A score that is never given is none.
    return {name: values for name, values in found.items() if np.isfinite(values).any()}


def completion_looks(
    models: Monitored, history: History, shared: Shared, days: Days, edges: Doubles | None = None
) -> FeatureLooks | None:
    """What warnings at completion are made from, over the four weeks before each day.

    None without a warning model.
    """
    model = models.warning
    if model is None or model.classifier is None:
        return None
    completed = history.enrolments.completed
    in_reach = (completed < days[0]) & (completed >= days[-1] - _SPAN_DAYS)
    enrolment = np.flatnonzero(in_reach).astype(np.int32)
    asked = Completions(enrolment, np.zeros(len(enrolment), dtype=np.uint8))
    view = completion_view(history, asked, model.norms, model.config)
    x = completion_features(view, shared).select(model.names)
    # A completion counts in every look whose four weeks hold it.
    look, at = np.nonzero(
        (completed[enrolment][None, :] < days[:, None])
        & (completed[enrolment][None, :] >= days[:, None] - _SPAN_DAYS)
    )
    return FeatureLooks.counted(model.names, x[at], days[look], days, edges)


def _spread(n: int, most: int) -> NDArray[np.int32]:
    """Up to ``most`` of n positions, evenly spread and the same at every look."""
    return np.arange(0, n, max(-(-n // most), 1), dtype=np.int32)
