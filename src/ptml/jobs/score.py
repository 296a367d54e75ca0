"""Score: read, estimate bucket by bucket, decide, put into words, publish all or nothing."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.contracts.requirements import Capability, missing_for, supports
from ptml.decide.allocation import OfferPool
from ptml.explain.words import words_in
from ptml.features.bucket import buckets_of
from ptml.features.history import load_history
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.allocation import add_offers, allocations_table
from ptml.jobs.asked import as_of_asked, epoch_day, models_asked
from ptml.jobs.audit import ListAudit
from ptml.jobs.bucket import ScoredBucket, score_bucket
from ptml.jobs.models import Models, load_models
from ptml.jobs.outcome import parts_of
from ptml.jobs.policy import flag_policy_id, policy_id
from ptml.jobs.progress import Progress, note, note_source
from ptml.jobs.settings import Settings
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
from ptml.jobs.totals import Totals, course_lift, evidence_table
from ptml.jobs.validate import set_aside_sentences
from ptml.publish import Publication, RunRecord, open_publication
from ptml.publish.place import plain_path
from ptml.sources import read_dataset


def run_scoring(
    data: str,
    models_folder: Path,
    out: str,
    as_of: date | None,
    settings: Settings,
    only: list[str],
    now: Callable[[], datetime],
    progress: Progress,
) -> dict[str, Any]:
    """Publish the contract's output tables for everybody employed on ``as_of``."""
    started = now()
    # Said at once, and not after an hour of reading.
    plain_path(out)
    progress.stage("Reading and checking")
    with read_dataset(data, settings.source.memory_limit) as dataset:
        day = as_of_asked(dataset, as_of)
        note_source(progress, dataset, day)
        models = load_models(models_folder, models_asked(dataset, only), only)
        note(progress, {"used": parts_of(models.versions)})
        asked = {**settings.model_dump(mode="json"), "only": sorted(only)}
        record = RunRecord(day, dataset.fingerprint, models.versions, asked, started)
        with open_publication(out, record, now) as publication:
            totals = _score_all(dataset, models, day, settings, publication, progress)
            progress.stage("Publishing")
            notes = _notes(dataset, models, totals, settings, day)
            publication.commit(
                {
                    "read": dict(dataset.rows_read),
                    "set_aside": dict(dataset.rows_rejected),
                    "notes": notes,
                }
            )
    written = {name: n for name, n in publication.written.items() if n}
    told = ", ".join(f"{n:,} {name}" for name, n in written.items() if name != "runs")
    return {
        "run_id": record.run_id,
        "as_of": day,
        "out": out,
        "rows": publication.written,
        "sentences": [
            *set_aside_sentences(dataset),
            *notes,
            f"Run {record.run_id} as of {day} published to {out}: {told}.",
            f"Next: ptml report {out}",
        ],
    }


def _score_all(
    dataset: Dataset,
    models: Models,
    day: date,
    settings: Settings,
    publication: Publication,
    progress: Progress,
) -> Totals:
    shared = shared_averages(dataset)
    buckets = buckets_of(dataset, settings.scoring.bucket_employees)
    names = competency_names(dataset)
    totals: Totals | None = None
    audit: ListAudit | None = None
    offers = OfferPool(settings.budget)
    progress.stage("Scoring people")
    for bucket in buckets:
        history = load_history(dataset, bucket)
        totals = totals or Totals(history, settings, models.warning)
        scored = score_bucket(history, shared, models, epoch_day(day), settings)
        totals.add(scored, epoch_day(day), settings.warning.label)
        audit = audit or ListAudit(history, settings.rank.top_k)
        audit.add(scored, epoch_day(day))
        add_offers(offers, scored)
        labels = [names.get(str(k), str(k)) for k in history.competencies.ids]
        _publish_bucket(dataset, scored, shared, models, labels, day, settings, publication)
        progress.step(bucket.index + 1, len(buckets))
    if totals is None or audit is None:
        raise AssertionError("there is at least one bucket")
    publication.append("allocations", allocations_table(offers, history, day))
    publication.append("course_health", totals.health_table(models.lift))
    of_units = totals.unit_warnings_table(words_in(settings.scoring.language))
    if of_units is not None and len(of_units):
        publication.append("unit_warnings", of_units)
    if supports(dataset, Capability.portraits):
        publication.append("needs", totals.needs_table())
    # Without a model of preference no list is published.
    of_lists = audit.evidence(dataset, settings.seed) if models.preference is not None else []
    publication.append("evidence", evidence_table([*models.evidence, *of_lists]))
    publication.append("rejected_rows", dataset.rejected)
    return totals


def _publish_bucket(
    dataset: Dataset,
    scored: ScoredBucket,
    shared: Shared,
    models: Models,
    competency_names: list[str],
    day: date,
    settings: Settings,
    publication: Publication,
) -> None:
    pieces: dict[str, pa.Table | None] = {}
    words = words_in(settings.scoring.language)
    if models.preference is not None:
        pieces["recommendations"] = recommendations_table(scored, competency_names, words)
        pieces["short_lists"] = short_lists_table(scored, settings.rank.top_k)
        pieces["exposures"] = exposures_table(scored, policy_id(models, settings))
        pieces["paths"] = paths_table(scored, settings.path)
    if models.lift is not None:
        pieces["lift"] = lift_table(scored)
    pieces["warnings"] = warnings_of(scored, words, epoch_day(day))
    pieces["flags"] = flags_table(scored, flag_policy_id(models, settings))
    if models.warning is not None and supports(dataset, Capability.lift):
        pieces["no_improvement"] = no_improvement_table(
            scored.history,
            shared,
            models.warning,
            course_lift(models.lift, scored.history.courses.ids),
            epoch_day(day),
            settings.no_improvement,
            words,
        )
    if supports(dataset, Capability.portraits):
        pieces["portraits"] = portraits_table(scored)
    pieces["segments"] = segments_table(scored, settings.segments, settings.causes)
    for name, table in pieces.items():
        if table is not None and len(table):
            publication.append(name, table)


def competency_names(dataset: Dataset) -> dict[str, str]:
    found = dataset.query("SELECT competency_id, name FROM competencies")
    return dict(zip(found["competency_id"].tolist(), found["name"].tolist(), strict=True))


def unlike_training(dataset: Dataset, models: Models, day: date) -> list[str]:
    """What the models knew and this source does not, or the other way round."""
    told = [
        f"table {name} is missing and was there when the models were trained: what it tells reads "
        "as unknown, and the figures shown for the models do not hold; train without it"
        for name in models.about.get("tables", ())
        if not dataset.rows_read.get(name)
    ]
    trained = models.about.get("as_of")
    if trained is not None and date.fromisoformat(str(trained)) > day:
        told.append(
            f"the models were trained on what was known before {trained}, after {day}: they may "
            "have seen what they estimate here; train them as of this day to look back"
        )
    return told


def _notes(
    dataset: Dataset, models: Models, totals: Totals, settings: Settings, day: date
) -> list[str]:
    notes = [*missing_for(dataset), *unlike_training(dataset, models, day)]
    for name, model in (("lift", models.lift), ("warnings", models.warning)):
        if model is not None and model.refusal:
            notes.append(f"no {name}: {model.refusal}")
    if settings.budget.money is None:
        notes.append("no allocations: no budget is set (settings.budget.money)")
    elif models.lift is None:
        notes.append("no allocations: a budget is spent by lift, and there is no lift model")
    if totals.without:
        notes.append(f"{totals.without:,} of {totals.people:,} people get no recommendation")
    told = (
        ("courses not offered", totals.exclusions.excluded()),
        (f"lists shorter than {settings.rank.top_k}", totals.exclusions.short_lists()),
    )
    for what, counts in told:
        if counts:
            why = ", ".join(f"{reason} {n:,}" for reason, n in counts.items())
            notes.append(f"{what}, by reason: {why}")
    return notes
