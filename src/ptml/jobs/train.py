"""Train: fit the models that the source can give, and keep them with their evidence."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ptml import __version__
from ptml.contracts.artefacts import replace_folder
from ptml.contracts.dataset import Dataset
from ptml.contracts.evidence import Evidence
from ptml.contracts.requirements import missing_for
from ptml.errors import PtmlError
from ptml.features.history import load_history
from ptml.features.shared import shared_averages
from ptml.jobs.asked import as_of_asked, epoch_day, models_asked
from ptml.jobs.cards import write_cards
from ptml.jobs.fitting import Learning, fit_models
from ptml.jobs.headlines import HEADLINES
from ptml.jobs.helped import helped_before
from ptml.jobs.input_examples import input_examples
from ptml.jobs.models import load_models
from ptml.jobs.monitor_models import build_profile
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress, note_source
from ptml.jobs.sampling import people_sampled, sampling_sentences
from ptml.jobs.settings import Settings
from ptml.jobs.tracked import STORE, track
from ptml.jobs.validate import set_aside_sentences
from ptml.report.wording import listed
from ptml.tracking import default_store


def run_training(
    data: str,
    out: Path,
    as_of: date | None,
    settings: Settings,
    only: list[str],
    tracked: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Fit the models that were asked for on what was known before ``as_of``.

    The folder ``out`` is replaced in one step once all models are fitted.
    """
    progress.stage("Reading and checking")
    with read_people(
        data,
        settings.source,
        out,
        postgres=settings.postgres,
        reviews=settings.reviews.database,
    ) as dataset:
        day = as_of_asked(dataset, as_of)
        note_source(progress, dataset, day)
        names = models_asked(dataset, only)
        progress.stage("Looking up histories")
        learning = Learning(
            load_history(dataset, people_sampled(settings.training.sample_share)),
            shared_averages(dataset),
            epoch_day(day),
            settings,
            dataset.query("SELECT * FROM protected_attributes"),
            helped_before(dataset, day),
        )
        about, evidence = train_into(out, dataset, day, names, learning, progress)
        sentences = [
            *training_sentences(dataset, day, names, evidence, out),
            *sampling_sentences(
                settings.training.sample_share,
                learning.history.n_employees,
                dataset.rows_read["employees"],
            ),
        ]
        examples = input_examples(load_models(out, names, []), learning) if tracked else {}
    run_id = None
    if tracked:
        progress.stage("Logging to MLflow")
        try:
            run_id = track(out, about, evidence, examples)
        except PtmlError as problem:
            # The models are saved and good: what was learnt is told all the same.
            raise type(problem)(
                "\n".join([*sentences, f"Not logged to MLflow (--no-track skips it): {problem}"])
            ) from problem
        where = default_store(out.parent / STORE)
        sentences.append(f"Logged to MLflow as run {run_id} in {where}.")
    return {
        "as_of": day,
        "models": list(names),
        "mlflow_run_id": run_id,
        "out": str(out),
        "evidence": [vars(row) for row in evidence if row.kind != "curve"],
        "sentences": sentences,
    }


def train_into(
    out: Path,
    dataset: Dataset,
    day: date,
    names: Sequence[str],
    learning: Learning,
    progress: Progress,
) -> tuple[dict[str, Any], list[Evidence]]:
    """Fit the models ``names`` and put them into the folder ``out`` in one step.

    Returns
    -------
    about : dict
        What the folder's manifest says of the training.
    evidence : list of Evidence
    """
    about = {
        "ptml": __version__,
        "as_of": day.isoformat(),
        "data": dataset.address,
        "fingerprint": dataset.fingerprint,
        "models": list(names),
        "tables": sorted(name for name, n in dataset.rows_read.items() if n),
        "settings": learning.settings.model_dump(mode="json"),
    }
    with replace_folder(out, about) as folder:
        evidence = fit_models(names, learning, folder, progress)
        write_cards(folder, names, dataset, day, learning.settings, evidence)
        progress.stage("Keeping what the data were like")
        profile = build_profile(
            dataset, learning.history, learning.shared, day, learning.settings, folder
        )
        profile.save(folder / "profile")
    return about, evidence


def training_sentences(
    dataset: Dataset, day: date, names: Sequence[str], evidence: list[Evidence], out: Path
) -> list[str]:
    """What a person reads at the end of a training."""
    found = {(row.model, row.name): row for row in evidence}
    figures = [
        f"  {words}: {_figure(found[model, name])}"
        for model, name, words in HEADLINES
        if (model, name) in found
    ]
    failed = [
        f"  check {row.name} of {row.model} did not pass{_held_to(row)}:"
        f" {row.payload.get('note', row.value)}"
        for row in evidence
        if row.verdict == "fail"
    ]
    return [
        *dataset.left_out,
        *set_aside_sentences(dataset),
        *missing_for(dataset),
        f"{listed(names)} fitted on what was known before {day}, saved in {out}.",
        *figures,
        *failed,
    ]


def _held_to(row: Evidence) -> str:
    told = (
        "" if row.value is None or row.bound is None else f" ({row.value:.3g} for {row.bound:.3g})"
    )
    return told if row.is_refusal else f"{told}, which does not bar its use"


def _figure(row: Evidence) -> str:
    if row.value is None:
        return "unknown"
    interval = "" if row.low is None else f" ({row.low:.3f} to {row.high:.3f})"
    return f"{row.value:.3f}{interval}"
