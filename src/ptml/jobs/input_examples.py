"""A few rows to try each model on: real values, and nobody's row.

A logged model is seen by many, so no row may be a person. Each value is one that the model was
trained on, and each value of a row comes from another person: what is in a column is real, and the
row as a whole is nobody.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ptml.features.capability import capability
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.jobs.fitting import Learning
from ptml.jobs.models import Models
from ptml.lift.model import LiftModel
from ptml.recommend.choices import choices_before
from ptml.transfer.completions import Completions
from ptml.transfer.model import WarningModel

N_ROWS = 6
# People whose values are mixed, at the most.
_POOL = 200


def input_examples(models: Models, learning: Learning) -> dict[str, pd.DataFrame]:
    """Rows for each of the models that are there, as `served_answers` takes them.

    Returns
    -------
    dict of str to DataFrame
        ``recommend``, ``lift`` and ``warnings``; a model that learnt nothing has no rows.
    """
    rng = np.random.default_rng(learning.settings.seed)
    found: dict[str, pd.DataFrame] = {}
    if models.preference is not None:
        found["recommend"] = _chosen(learning, rng)
    if models.lift is not None and models.lift.fitted is not None:
        found["lift"] = _pairs(models.lift, learning, rng)
    if models.warning is not None and models.warning.classifier is not None:
        found["warnings"] = _completions(models.warning, learning, rng)
    return {name: frame for name, frame in found.items() if len(frame)}


def mixed(pool: pd.DataFrame, rng: np.random.Generator, n_rows: int = N_ROWS) -> pd.DataFrame:
    """Rows whose values come from rows of a pool, each column drawn on its own.

    No two columns of a row are drawn from one row of the pool where the pool allows it.
    """
    n = len(pool)
    if n == 0:
        return pool
    start = rng.permutation(n)
    # A fixed stride for each column of a row: within a pool as wide as the frame none meets again.
    columns: Mapping[str, np.ndarray] = {
        str(name): pool[name].to_numpy()[(start[np.arange(n_rows) % n] + step) % n]
        for step, name in enumerate(pool.columns)
    }
    return pd.DataFrame(columns)


def _chosen(learning: Learning, rng: np.random.Generator) -> pd.DataFrame:
    """Courses chosen by anybody, given to people who do not exist."""
    history = learning.history
    course = choices_before(history, learning.as_of_day).course
    if len(course) == 0:
        return pd.DataFrame()
    drawn = rng.permutation(np.unique(course))[:N_ROWS]
    return pd.DataFrame(
        {
            "employee_id": [f"example-{1 + i % 3}" for i in range(len(drawn))],
            "course_id": history.courses.ids[drawn].astype(str),
        }
    )


def _pairs(model: LiftModel, learning: Learning, rng: np.random.Generator) -> pd.DataFrame:
    history, shared = learning.history, learning.shared
    assert model.fitted is not None
    used = model.fitted.modifiers
    there = np.flatnonzero(history.left >= learning.as_of_day)
    people = np.sort(rng.permutation(there)[:_POOL]).astype(np.int32)
    rows = Rows.at(people, learning.as_of_day)
    portraits = capability(history, shared, rows)
    row = np.arange(len(people), dtype=np.int32)
    course = rng.integers(history.n_courses, size=len(people)).astype(np.int32)
    person = person_features(history, shared, rows, portraits)
    pairs = pair_features(history, shared, rows, portraits, row, course)
    pool = pd.DataFrame(
        {"course_id": history.courses.ids[course].astype(str)}
        | {name: _doubles(pairs.column, name) for name in used.pair_names}
        | {name: _doubles(person.column, name) for name in used.person_names}
    )
    return mixed(pool, rng)


def _completions(model: WarningModel, learning: Learning, rng: np.random.Generator) -> pd.DataFrame:
    history, log = learning.history, learning.history.enrolments
    # At both stages everything has to be known that is known then.
    before = np.flatnonzero(log.completed < learning.as_of_day - 31)
    newest = before[np.argsort(log.completed[before], kind="stable")][-_POOL:]
    completions = Completions.at_both_stages(np.sort(newest).astype(np.int32))
    if len(completions) == 0:
        return pd.DataFrame()
    values = model.predict(history, learning.shared, completions).features.values
    pool = pd.DataFrame(values.astype(np.float64), columns=list(model.names))
    parts = []
    for stage in np.unique(completions.stage):
        part = mixed(pool[completions.stage == stage], rng, N_ROWS // 2)
        parts.append(part.assign(stage=np.int64(stage)))
    return pd.concat(parts, ignore_index=True)


def _doubles(column: Callable[[str], np.ndarray], name: str) -> np.ndarray:
    return column(name).astype(np.float64)
