"""The unit of work: all that a run publishes of one bucket of people, from tables to tables."""

from collections.abc import Mapping

import pyarrow as pa

from ptml.explain.words import words_in
from ptml.features.bucket import Bucket
from ptml.features.history import history_of
from ptml.jobs.bucket import ScoredBucket, judged, scored_bucket
from ptml.jobs.budget.people import budget_people_table, mandatory_due_table
from ptml.jobs.case_timelines import timelines_table
from ptml.jobs.course_health import course_lift
from ptml.jobs.development import PlannedPeople, plans_table
from ptml.jobs.directory import people_table
from ptml.jobs.goals import results_of
from ptml.jobs.listing import Known, known_of, lists_of
from ptml.jobs.models import Models
from ptml.jobs.paths.offered import laid_paths
from ptml.jobs.paths.tables import path_tables
from ptml.jobs.person_inputs import input_digests
from ptml.jobs.policy import flag_policy_id, policy_id
from ptml.jobs.reuse import INPUTS, Reused, joined_lists, joined_tables, reusable
from ptml.jobs.run_shared import RunShared
from ptml.jobs.run_sums import RunSums
from ptml.jobs.stalled import no_improvement_table
from ptml.jobs.tables import (
    exposures_table,
    flags_table,
    ids_at,
    lift_table,
    portraits_table,
    recommendations_table,
    short_lists_table,
    warnings_of,
)
from ptml.publish import BucketAnswers

_EVERYBODY = Bucket(0, 1)
Tables = dict[str, pa.Table | None]


def score_bucket(
    tables: Mapping[str, pa.Table], shared: RunShared, models: Models, bucket: Bucket = _EVERYBODY
) -> BucketAnswers:
    """Score the people of a bucket, whose rows are at hand.

    Needs nothing else: no file, no database, no clock. The same rows give the same answers, on
    whatever machine and beside whatever other buckets.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Checked rows of the bucket's people, by table of `ptml.features.bucket.LOGS`. With what an
        earlier run published of them (`ptml.jobs.previous_run`) the answers are the same, and
        lists are worked out for those alone of whom something changed.
    shared : RunShared
        What crosses people.
    models : Models
    """
    history = history_of(tables, shared.company, bucket)
    day, settings = shared.epoch_day, shared.settings
    known = known_of(history, shared.sums, day, settings)
    people = known.asked.rows.employee
    ids = ids_at(history.employees, people)
    digests = input_digests(tables, history.employees).take(pa.array(people))
    reused = reusable(tables, ids, digests)
    scored, found = _listed(known, reused, shared, models)
    sums = RunSums(shared, models)
    sums.add(scored)
    sums.add_results(results_of(tables["performance"], history, shared))
    sums.paths.add(found.get("paths"), found.get("path_plans"), shared)
    found |= _tables(scored, shared, models)
    if "portraits" in shared.can:
        planned = PlannedPeople(history, scored.rows, scored.portraits)
        found["development_plans"] = plans_table(planned, shared, found)
    found[INPUTS] = pa.table({"employee_id": ids, "digest": digests})
    kept = {name: table for name, table in found.items() if table is not None and len(table)}
    n_reused = 0 if reused is None else int(reused.kept.sum())
    return BucketAnswers(kept, sums.arrays, sums.lists, len(people), n_reused)


def _listed(
    known: Known, reused: Reused | None, shared: RunShared, models: Models
) -> tuple[ScoredBucket, Tables]:
    """Everybody's lists, and the tables of them."""
    day, settings, asked = shared.epoch_day, shared.settings, known.asked
    warnings = judged(asked.history, shared.sums, models, day, settings)
    if reused is None or not reused.kept.any():
        whole = scored_bucket(known, lists_of(known, models, day, settings), warnings, settings)
        return whole, _list_tables(known, whole, shared, models)
    fresh, found = None, Tables()
    if len(reused.fresh):
        few = known.take(reused.fresh)
        fresh = lists_of(few, models, day, settings)
        scored = scored_bucket(few, fresh, None, settings)
        found = _list_tables(few, scored, shared, models)
    at_hand = {name: table for name, table in found.items() if table is not None}
    everybody = scored_bucket(known, joined_lists(known, fresh, reused), warnings, settings)
    return everybody, {**joined_tables(at_hand, reused, asked.history.courses.ids)}


def _list_tables(known: Known, scored: ScoredBucket, shared: RunShared, models: Models) -> Tables:
    settings = shared.settings
    pieces: Tables = {}
    if models.preference is not None:
        words = words_in(settings.scoring.language)
        pieces["recommendations"] = recommendations_table(
            scored, shared.company.competency_names, words
        )
        pieces["short_lists"] = short_lists_table(scored, settings.rank.top_k)
        pieces["exposures"] = exposures_table(scored, policy_id(models, settings))
        laid = laid_paths(known, scored, models, shared)
        pieces |= path_tables(laid, known, settings.path, shared.company.competency_names, words)
    if models.lift is not None:
        pieces["lift"] = lift_table(scored)
    return pieces


def _tables(scored: ScoredBucket, shared: RunShared, models: Models) -> Tables:
    settings, day = shared.settings, shared.epoch_day
    words = words_in(settings.scoring.language)
    pieces: Tables = {
        "warnings": warnings_of(scored, words, day),
        "flags": flags_table(scored, flag_policy_id(models, settings)),
        "people": people_table(scored.history, scored.rows),
        "budget_people": budget_people_table(scored, settings),
        "mandatory_due": mandatory_due_table(scored),
    }
    if scored.warnings is not None:
        pieces["timelines"] = timelines_table(
            scored.history,
            scored.warnings.completions.enrolment,
            day,
            shared.company.has("enrolments", "started_on"),
        )
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
    return pieces
