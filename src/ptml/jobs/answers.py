"""What models say of everybody, as tables in memory: scoring without publishing."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.explain.lift_reasons import lift_facts
from ptml.explain.words import words_in
from ptml.features.company_inputs import CompanyInputs
from ptml.features.history import bucket_histories
from ptml.features.pairs import pair_features
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import epoch_day
from ptml.jobs.bucket import ScoredBucket, score_people
from ptml.jobs.models import Models
from ptml.jobs.settings import Settings
from ptml.jobs.tables import (
    employee_ids,
    ids_at,
    lift_table,
    recommendations_table,
    warnings_of,
    words_at,
)
from ptml.transfer.completions import STAGES

Answer = Literal["recommendations", "lift", "warnings"]
"""An output table that models fill."""


def scored_buckets(
    dataset: Dataset, models: Models, day: date, settings: Settings, shared: Shared
) -> Iterator[ScoredBucket]:
    """Score everybody, bucket by bucket as a run that is published does."""
    for _, history in bucket_histories(dataset, settings.scoring.bucket_employees):
        yield score_people(history, shared, models, epoch_day(day), settings)


def answer(
    dataset: Dataset, models: Models, day: date, settings: Settings, table: Answer
) -> pa.Table | None:
    """Give an output table as a run would publish it; None = there is no model that fills it."""
    words = words_in(settings.scoring.language)
    names = CompanyInputs.of(dataset).competency_names
    pieces: list[pa.Table] = []
    for scored in scored_buckets(dataset, models, day, settings, shared_averages(dataset)):
        if table == "recommendations" and models.preference is not None:
            pieces.append(recommendations_table(scored, names, words))
        elif table == "lift" and models.lift is not None:
            pieces.append(lift_table(scored))
        elif table == "warnings":
            found = warnings_of(scored, words, epoch_day(day))
            pieces += [] if found is None else [found]
    return pa.concat_tables(pieces, promote_options="permissive") if pieces else None


def lift_parts(dataset: Dataset, models: Models, day: date, settings: Settings) -> pa.Table | None:
    """What every lift is made of, a column a part; None = no model was fitted.

    Returns
    -------
    pyarrow.Table
        ``employee_id``, ``course_id``, ``lift`` and the parts of `ptml.explain.lift_reasons.PARTS`,
        points; they add up to the lift. Pairs whose lift is refused are left out.
    """
    if models.lift is None or models.lift.fitted is None:
        return None
    shared = shared_averages(dataset)
    pieces = [
        _parts_of(scored, models, shared)
        for scored in scored_buckets(dataset, models, day, settings, shared)
    ]
    return pa.concat_tables(pieces)


def _parts_of(scored: ScoredBucket, models: Models, shared: Shared) -> pa.Table:
    if models.lift is None or models.lift.fitted is None:
        raise AssertionError("asked for the parts of a fitted model")
    at = np.flatnonzero(np.isfinite(scored.lift.lift))
    row, course = scored.row[at], scored.course[at]
    pairs = pair_features(scored.history, shared, scored.rows, scored.portraits, row, course)
    parts = models.lift.parts(scored.history, scored.people, pairs, row, course)
    if parts is None:
        raise AssertionError("a fitted model takes its lifts apart")
    names = models.lift.fitted.modifiers.names
    facts = lift_facts(parts, names, scored.lift.support[at], scored.lift.status[at])
    return pa.table(
        {
            "employee_id": employee_ids(scored, row),
            "course_id": ids_at(scored.history.courses, course),
            "lift": scored.lift.lift[at].astype(np.float64),
            **facts.parts,
        }
    )


def warning_shares(
    dataset: Dataset, models: Models, day: date, settings: Settings
) -> pd.DataFrame | None:
    """SHAP share of every feature in every warning; None = no model was fitted.

    Returns
    -------
    DataFrame
        One row a completion, stage and feature: ``enrolment_id``, ``stage``, ``feature``,
        ``family``, ``value`` (of the feature), ``share`` (log-odds), ``base_value``; the shares of
        a warning and its base value add up to the log-odds of its probability.
    """
    shared = shared_averages(dataset)
    pieces = [
        _shares_of(scored)
        for scored in scored_buckets(dataset, models, day, settings, shared)
        if scored.warnings is not None
    ]
    return pd.concat(pieces, ignore_index=True) if pieces else None


def _shares_of(scored: ScoredBucket) -> pd.DataFrame:
    found = scored.warnings
    if found is None:
        raise AssertionError("asked for the shares of warnings")
    n, p = found.shares.shape
    enrolment = scored.history.enrolments.enrolment_id[found.completions.enrolment]
    stage = words_at(STAGES, found.completions.stage.astype(np.int64)).to_pandas()
    return pd.DataFrame(
        {
            "enrolment_id": np.repeat(enrolment, p),
            "stage": np.repeat(stage.to_numpy(), p),
            "feature": np.tile(np.array(found.features.names, dtype=object), n),
            "family": np.tile(np.array(found.features.families, dtype=object), n),
            "value": found.features.values.astype(np.float64).ravel(),
            "share": found.shares.ravel(),
            "base_value": np.repeat(found.base_value, p),
        }
    )
