"""Runs: one a training, below it one a model, and below that one a trial of its tuning."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ptml.tracking.connection import database_file, default_store, opened, told
from ptml.tracking.model import log_model
from ptml.tracking.orphans import close_orphans, whose
from ptml.tracking.records import LoggedModel, LoggedTrial, Training, flat
from ptml.tracking.versions import Fresh, challenge, register

EXPERIMENT = "ptml"
_STATE_TAG, _KIND_TAG = "ptml.trial", "ptml.kind"
_STATUS = {"complete": "FINISHED", "pruned": "FINISHED", "failed": "FAILED"}
# MLflow refuses longer values of parameters.
_MOST_LETTERS = 6_000


def track_training(training: Training, folder: Path) -> str:
    """Log a training and register its models, which become the ``challenger`` all at the end.

    Runs that a killed training left open are closed first.

    Parameters
    ----------
    folder : Path
        Where the default store keeps its database and artefacts.

    Returns
    -------
    str
        Id of the MLflow run.

    Raises
    ------
    TryAgainError
        When the store fails in any way; the models that were trained are not touched, and no alias
        names a model of a training that was logged in part.
    UsageError
        When the server does not know the name or password.
    """
    remedy = (
        "the models are saved and can be used: log again with the next training, or train"
        " with --no-track"
    )
    with told("the training was not logged to MLflow", remedy):
        tags = {_KIND_TAG: "training", **training.tags}
        with _begun(folder, "training", tags) as (mlflow, run):
            _log_training(mlflow, training, run.experiment_id)
            return str(run.run_id)


def track_study(
    name: str,
    trials: Sequence[LoggedTrial],
    summary: Mapping[str, Any],
    figures: Sequence[Path],
    folder: Path,
) -> str:
    """Log a search for settings: a run for the whole, and one below it for each trial.

    Parameters
    ----------
    name : str
        Model that settings were searched for, or what else the search is called.
    summary : mapping
        JSON-ready; numbers become metrics, and all of it the file ``summary.json``.
    figures : sequence of Path
        Plots and pages to keep.
    folder : Path
        Where the default store keeps its database and artefacts.

    Returns
    -------
    str
        Id of the MLflow run.

    Raises
    ------
    TryAgainError
        When the store fails in any way.
    UsageError
        When the server does not know the name or password.
    """
    remedy = "its trials are kept in the study: log again later"
    with told("the study was not logged to MLflow", remedy):
        tags = {_KIND_TAG: "study", "ptml.model": name}
        with _begun(folder, f"study {name}", tags) as (mlflow, run):
            mlflow.log_metrics(_named(_numbers(summary)))
            mlflow.log_text(json.dumps(summary, indent=1, default=str), "summary.json")
            _log_files(mlflow, {}, figures)
            _log_trials(mlflow, trials, run)
            return str(run.run_id)


@contextmanager
def _begun(folder: Path, name: str, tags: Mapping[str, str]) -> Iterator[tuple[Any, Any]]:
    """MLflow and what it knows of a run that was begun; those that nobody ended are closed."""
    address = default_store(folder)
    _make_room(address)
    with opened(address) as mlflow:
        experiment_id = _experiment(mlflow, address)
        told_of = {**tags, **whose()}
        with mlflow.start_run(experiment_id=experiment_id, run_name=name, tags=told_of) as run:
            close_orphans(mlflow, experiment_id, run.info)
            yield mlflow, run.info


def _log_training(mlflow: Any, training: Training, experiment_id: str) -> None:
    mlflow.log_params(flat(training.settings))
    mlflow.log_metrics(_named(training.metrics))
    _log_files(mlflow, training.texts, training.figures)
    fresh = [_log_one(mlflow, model, training, experiment_id) for model in training.models]
    # Aliases move last and together: a store that fails on the way leaves those before in place.
    challenge(mlflow, [version for version in fresh if version is not None])


def _log_one(
    mlflow: Any, model: LoggedModel, training: Training, experiment_id: str
) -> Fresh | None:
    tags = {_KIND_TAG: "model", "ptml.model": model.name, **whose()}
    with mlflow.start_run(
        experiment_id=experiment_id, run_name=model.name, nested=True, tags=tags
    ) as run:
        mlflow.log_params(_params(model.settings))
        texts = {**model.texts, **({"CARD.md": model.card} if model.card else {})}
        _log_files(mlflow, texts, model.figures)
        logged = log_model(mlflow, model)
        mlflow.log_metrics(_named(model.metrics), model_id=logged.model_id)
        _log_trials(mlflow, model.trials, run.info)
        return register(mlflow, model, logged, run.info.run_id, training)


def _log_files(mlflow: Any, texts: Mapping[str, str], figures: Sequence[Path]) -> None:
    for name, text in texts.items():
        mlflow.log_text(text, name)
    for figure in figures:
        mlflow.log_artifact(str(figure), "figures")


def _log_trials(mlflow: Any, trials: Sequence[LoggedTrial], parent: Any) -> None:
    """One request more than needed costs most with a server: three a trial, none for values."""
    client, entities = mlflow.MlflowClient(), mlflow.entities
    for trial in trials:
        run = client.create_run(
            parent.experiment_id,
            run_name=f"trial {trial.name}",
            tags={
                "mlflow.parentRunId": parent.run_id,
                _KIND_TAG: "trial",
                _STATE_TAG: trial.state,
                **whose(),
            },
        )
        known = {} if trial.value is None else {"value": trial.value}
        now = run.info.start_time
        client.log_batch(
            run.info.run_id,
            metrics=[
                entities.Metric(key, value, now, 0)
                for key, value in _named({**known, **trial.metrics}).items()
            ],
            params=[entities.Param(k, v) for k, v in _params(trial.settings).items()],
        )
        client.set_terminated(run.info.run_id, status=_STATUS[trial.state])


def _params(settings: Mapping[str, Any]) -> dict[str, str]:
    return {
        re.sub(r"[^\w.\- :/]", "_", name): value[:_MOST_LETTERS]
        for name, value in flat(settings).items()
    }


def _named(metrics: Mapping[str, float]) -> dict[str, float]:
    """Metrics by names that MLflow takes."""
    return {re.sub(r"[^\w.\- :/]", "_", name): value for name, value in metrics.items()}


def _numbers(summary: Mapping[str, Any]) -> dict[str, float]:
    return {
        key: float(value)
        for key, value in summary.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _experiment(mlflow: Any, address: str) -> str:
    found = mlflow.get_experiment_by_name(EXPERIMENT)
    if found is None:
        return str(mlflow.create_experiment(EXPERIMENT, _artefacts_of(address)))
    return str(found.experiment_id)


def _make_room(address: str) -> None:
    # MLflow tries for minutes to open a database in a place that cannot be written.
    if database := database_file(address):
        database.parent.mkdir(parents=True, exist_ok=True)
        database.open("ab").close()


def _artefacts_of(address: str) -> str | None:
    """Beside a SQLite file, whatever folder we stand in; a server has its own place."""
    database = database_file(address)
    return None if database is None else (database.parent / "artifacts").resolve().as_uri()
