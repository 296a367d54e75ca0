"""A literal organisation in which wishes foretell choices, which the first stage cannot see."""

import numpy as np
import pandas as pd

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.preference_fit import PreferenceLearner, learner_before
from ptml.recommend.ranker.config import RankerConfig
from tests.features.small import Row, assignment, day_of
from tests.recommend.small import chosen, course_name

AS_OF = day_of("2024-01-01")
N_PEOPLE, N_COURSES, N_QUARTERS = 80, 24, 8
CONFIG = RankerConfig(
    n_days=5, window_days=84, min_groups=20, min_rows_in_leaf=20, patience=10, n_trees=60
)
FIRST = PreferenceConfig(trials=1, n_folds=1, regularization=1.0, iterations=3, ridge=5.0)


def quarter_days(quarter: int) -> tuple[str, str]:
    """A day for wishes, and one for choices 95 days later: after the next decision day."""
    start = np.datetime64("2021-12-01") + 91 * quarter
    return str(start), str(start + 95)


def organisation(foretold: bool, seed: int = 0) -> dict[str, list[Row]]:
    """Everybody chooses one course a quarter, some courses more than others.

    Where it is foretold, four in five wishes are for the course that is chosen next; else they are
    for any.
    """
    rng = np.random.default_rng(seed)
    names = [f"p{number:03d}" for number in range(N_PEOPLE)]
    popular = np.sort(rng.dirichlet(np.full(N_COURSES, 2.0)))
    enrolments: list[Row] = []
    feedback: list[Row] = []
    for name in names:
        order = rng.choice(N_COURSES, N_QUARTERS, replace=False, p=popular)
        for quarter, course in enumerate(order):
            asked_on, chosen_on = quarter_days(quarter)
            wish = course if foretold and rng.random() < 0.8 else rng.integers(N_COURSES)
            enrolments.append(chosen(f"{name}-{quarter}", name, int(course), chosen_on))
            feedback.append(
                {
                    "employee_id": name,
                    "asked_on": asked_on,
                    "kind": "wants_course",
                    "subject_id": course_name(int(wish)),
                }
            )
    return {
        "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in names],
        "assignments": [assignment(name) for name in names],
        "courses": [{"course_id": course_name(n)} for n in range(N_COURSES)],
        "enrolments": enrolments,
        "feedback": feedback,
    }


def read(tables: dict[str, list[Row]]) -> tuple[History, Shared]:
    """History and shared averages of rows by table."""
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    with dataset_from_frames(frames) as dataset:
        return load_history(dataset), shared_averages(dataset)


def first_stage(history: History, shared: Shared) -> PreferenceLearner:
    """How the first stage learns, selected as of the day."""
    return learner_before(history, shared, AS_OF, FIRST, 0)
