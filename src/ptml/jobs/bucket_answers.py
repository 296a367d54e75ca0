"""The unit of work: all that a run publishes of one bucket of people, from tables to tables."""

from collections.abc import Mapping

import pyarrow as pa

from ptml.explain.words import words_in
from ptml.features.bucket import Bucket
from ptml.features.history import history_of
from ptml.jobs.bucket import ScoredBucket, score_people
from ptml.jobs.models import Models
from ptml.jobs.policy import flag_policy_id, policy_id
from ptml.jobs.run_shared import RunShared
from ptml.jobs.run_sums import RunSums
from ptml.jobs.stalled import no_improvement_table
from ptml.jobs.tables import (
    exposures_table,
    flags_table,
    lift_table,
    paths_table,
    portraits_table,
    recommendations_table,
    segments_table,
    short_lists_table,
    warnings_of,
)
from ptml.jobs.totals import course_lift
from ptml.publish import BucketAnswers

_EVERYBODY = Bucket(0, 1)


def score_bucket(
    tables: Mapping[str, pa.Table], shared: RunShared, models: Models, bucket: Bucket = _EVERYBODY
) -> BucketAnswers:
    """Score the people of a bucket, whose rows are at hand.

    Needs nothing else: no file, no database, no clock. The same rows give the same answers, on
    whatever machine and beside whatever other buckets.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Checked rows of the bucket's people, by table of `ptml.features.bucket.LOGS`.
    shared : RunShared
        What crosses people.
    models : Models
    """
    history = history_of(tables, shared.company, bucket)
    scored = score_people(history, shared.sums, models, shared.epoch_day, shared.settings)
    sums = RunSums(shared, models)
    sums.add(scored)
    found = _tables(scored, shared, models)
    kept = {name: table for name, table in found.items() if table is not None and len(table)}
    return BucketAnswers(kept, sums.arrays, sums.lists, len(scored.rows))


def _tables(scored: ScoredBucket, shared: RunShared, models: Models) -> dict[str, pa.Table | None]:
    settings, day = shared.settings, shared.epoch_day
    words = words_in(settings.scoring.language)
    pieces: dict[str, pa.Table | None] = {}
    if models.preference is not None:
        pieces["recommendations"] = recommendations_table(
            scored, shared.company.competency_names, words
        )
        pieces["short_lists"] = short_lists_table(scored, settings.rank.top_k)
        pieces["exposures"] = exposures_table(scored, policy_id(models, settings))
        pieces["paths"] = paths_table(scored, settings.path)
    if models.lift is not None:
        pieces["lift"] = lift_table(scored)
    pieces["warnings"] = warnings_of(scored, words, day)
    pieces["flags"] = flags_table(scored, flag_policy_id(models, settings))
    if models.warning is not None and "lift" in shared.can:
        pieces["no_improvement"] = no_improvement_table(
            scored.history,
            shared.sums,
            models.warning,
            course_lift(models.lift, scored.history.courses.ids),
            day,
            settings.no_improvement,
            words,
        )
    if "portraits" in shared.can:
        pieces["portraits"] = portraits_table(scored)
    pieces["segments"] = segments_table(scored, settings.segments, settings.causes)
    return pieces
