"""Score: read, estimate bucket by bucket, decide, put into words, publish all or nothing."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from shlex import quote
from typing import Any

import ptml
from ptml.contracts.dataset import Dataset
from ptml.contracts.requirements import missing_for
from ptml.errors import ACTION_NEEDED, PtmlError
from ptml.explain.exclusion import IN_SHORT
from ptml.features.bucket import buckets_of
from ptml.jobs.asked import as_of_asked, models_asked
from ptml.jobs.engine import Engine, Local
from ptml.jobs.models import Models, ModelsAt
from ptml.jobs.outcome import parts_of
from ptml.jobs.previous_run import SHARED, Since
from ptml.jobs.progress import Progress, note, note_source
from ptml.jobs.scoring_run import ScoringRun
from ptml.jobs.settings import Settings
from ptml.jobs.source_hash import source_hash
from ptml.jobs.totals import Totals
from ptml.jobs.validate import set_aside_sentences
from ptml.publish import RunRecord, clear_left, manifest_of, open_publication, read_run
from ptml.publish.places import checked_place
from ptml.report.small_counts import told_count


def run_scoring(
    data: str,
    models_folder: Path,
    out: str,
    as_of: date | None,
    settings: Settings,
    only: list[str],
    now: Callable[[], datetime],
    progress: Progress,
    since: Since | None = None,
) -> dict[str, Any]:
    """Publish the contract's output tables for everybody employed on ``as_of``.

    A run that was stopped goes on at its first unfinished bucket; one that is published already,
    by the same code from the same data, models and settings, is left as it is. The run is the same
    with `since` and without: that only says whose lists can be taken from an earlier one.
    """
    started = now()
    # Said at once, and not after an hour of reading.
    shown = checked_place(out, now, settings.publish, settings.postgres)
    progress.stage("Reading and checking")
    engine = engine_of(settings)
    with engine.read(data, settings, out, models_folder) as dataset:
        day = as_of_asked(dataset, as_of)
        note_source(progress, dataset, day)
        places = ModelsAt(models_folder.resolve(), models_asked(dataset, only), tuple(only))
        models = places.load()
        note(progress, {"used": parts_of(models.versions), "models_as_of": models.about["as_of"]})
        record = _record(dataset, models, day, settings, only, started)
        if _is_published(out, record):
            clear_left(out, now, settings.publish, settings.postgres)
            told = f"Run {record.run_id} as of {day} is published in {shown} already: no change."
            if since is not None and since.prove:
                told += " Nothing was compared either: --prove compares what it scores."
            return _summary(record, shown, {}, [*set_aside_sentences(dataset), told])
        buckets = buckets_of(dataset, settings.scoring.bucket_employees)
        with open_publication(
            out, record, now, len(buckets), settings.publish, settings.postgres
        ) as publication:
            run = ScoringRun(dataset, places, models, day, settings, publication, progress, engine)
            if since is not None:
                run.reuse(out, since, record)
            sums = run.score(buckets)
            note(progress, {"engine": dict(engine.facts)})
            progress.stage("Publishing")
            run.publish(sums)
            notes = _notes(dataset, models, sums.totals, settings, day)
            note(progress, {"people": sums.totals.people, "refusals": models.refusals})
            publication.commit(
                {
                    "read": dict(dataset.rows_read),
                    "set_aside": dict(dataset.rows_rejected),
                    "notes": notes,
                    SHARED: run.shared_digests,
                }
            )
    written = {name: n for name, n in publication.written.items() if n}
    told = ", ".join(f"{n:,} {name}" for name, n in written.items() if name != "runs")
    sentences = [
        *set_aside_sentences(dataset),
        *notes,
        *run.notes,
        f"Run {record.run_id} as of {day} published to {shown}: {told}.",
        f"Next: ptml report {quote(shown)}",
    ]
    summary = _summary(record, shown, publication.written, sentences)
    differences = sorted(set(run.differences))
    return {**summary, "engine": dict(engine.facts), "differences": differences}


def engine_of(settings: Settings) -> Engine:
    """The engine that the settings name."""
    if settings.scoring.engine == "spark":
        from ptml.jobs.spark.engine import OnSpark

        return OnSpark()
    return Local()


def exit_code(summary: Mapping[str, Any]) -> int:
    """3 where scoring what changed did not give what scoring everybody gives; else 0."""
    return ACTION_NEEDED if summary.get("differences") else 0


def _record(
    dataset: Dataset,
    models: Models,
    day: date,
    settings: Settings,
    only: list[str],
    started: datetime,
) -> RunRecord:
    # Answers depend neither on where and in how many processes they were made, nor on where they
    # are kept or how a server is talked to.
    told = settings.model_dump(
        mode="json",
        exclude={
            "scoring": {"workers", "engine"},
            "spark": True,
            "publish": True,
            "postgres": True,
            "retention": True,
            "reviews": True,
        },
    )
    asked = {**told, "only": sorted(only)}
    return RunRecord(day, dataset.fingerprint, models.versions, asked, started, source_hash(ptml))


def _is_published(out: str, record: RunRecord) -> bool:
    try:
        # Its files are held against their hashes only if it says that it is the same.
        return _is_of(record, manifest_of(out)) and _is_of(record, read_run(out).about)
    except PtmlError:
        # Nothing there, or damaged: it is published anew.
        return False


def _is_of(record: RunRecord, about: Mapping[str, Any]) -> bool:
    return all(about.get(name) == told for name, told in record.about().items())


def _summary(
    record: RunRecord, out: str, rows: dict[str, int], sentences: list[str]
) -> dict[str, Any]:
    return {
        "run_id": record.run_id,
        "as_of": record.as_of,
        "out": out,
        "rows": rows,
        "sentences": sentences,
    }


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
    notes = [*dataset.left_out, *missing_for(dataset), *unlike_training(dataset, models, day)]
    for name, model in (("lift", models.lift), ("warnings", models.warning)):
        if model is not None and model.refusal:
            notes.append(f"no {name}: {model.refusal}")
    if settings.budget.money is None:
        notes.append("no allocations: no budget is set (settings.budget.money)")
    elif models.lift is None:
        notes.append("no allocations: a budget is spent by lift, and there is no lift model")
    if totals.without:
        notes.append(
            f"{told_count(totals.without)} of {totals.people:,} people get no recommendation"
        )
    told = (
        ("courses not suggested to somebody, and why", totals.exclusions.excluded()),
        (
            f"people with fewer than {settings.rank.top_k} suggestions, by the main reason",
            totals.exclusions.short_lists(),
        ),
    )
    for what, counts in told:
        if counts:
            why = "; ".join(f"{IN_SHORT[reason]} {told_count(n)}" for reason, n in counts.items())
            notes.append(f"{what}: {why}")
    return notes
