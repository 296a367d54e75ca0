"""The one place that knows MLflow: what a training was, how good it is, and its models.

The folder of models that `ptml train` wrote is the truth; MLflow keeps a copy with the settings and
figures beside it. Models are logged from code (a Python file and a folder), never pickled.
"""

import json
import logging
import os
import re
import shutil
import socket
import tempfile
import warnings
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ptml.contracts.manifest import file_hashes
from ptml.errors import DataError, PtmlError, TryAgainError, UsageError

EXPERIMENT = "ptml"
CHALLENGER = "challenger"
HASHES_TAG = "ptml.sha256"
_ADDRESS, _SQLITE = "MLFLOW_TRACKING_URI", "sqlite:///"
_PROCESS_TAG, _HOST_TAG = "ptml.process", "ptml.host"
_SETTINGS = {
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # Requirements are given; MLflow would add the lock file of whatever project we stand in.
    "MLFLOW_UV_AUTO_DETECT": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}
_DTYPES = {"float": "float32", "double": "float64", "integer": "int32", "long": "int64"}
_MS_A_DAY = 86_400_000
# What MLflow writes into a copy that it hands out; it is no part of what was logged.
_ADDED_ON_THE_WAY = "registered_model_meta"


@dataclass(frozen=True)
class LoggedModel:
    """A model to log, in a run of its own below that of the training.

    Attributes
    ----------
    name : str
        Registered as ``ptml-NAME``.
    code : Path
        Python file that sets the model (`mlflow.models.set_model`).
    folder : Path
        Files that the code loads.
    columns : mapping of str to str
        Input columns with their MLflow types: the signature. MLflow takes the float64 of a plain
        frame for ``double`` and refuses it for ``float``; int64 and ``long`` likewise.
    settings, metrics : mapping
        What concerns this model alone.
    failed_checks : sequence of str
        Checks that the model did not pass: it is logged, and not registered.
    """

    name: str
    code: Path
    folder: Path
    columns: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    failed_checks: Sequence[str] = ()


@dataclass(frozen=True)
class Training:
    """What is said of one training.

    Attributes
    ----------
    settings : mapping
        Nested settings; logged as dotted parameters.
    tags : mapping
    metrics : mapping
    texts : mapping of str to str
        Content of text files (JSON, HTML) by name.
    models : sequence of LoggedModel
    figures : sequence of Path
        Files to keep with the run.
    """

    settings: Mapping[str, Any]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    texts: Mapping[str, str]
    models: Sequence[LoggedModel]
    figures: Sequence[Path] = ()


def default_store(folder: Path) -> str:
    """Address of the store: the one of the environment, or a SQLite file within ``folder``."""
    return os.environ.get(_ADDRESS) or f"{_SQLITE}{folder.resolve() / 'mlflow.db'}"


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested settings as dotted keys.

    >>> flat({"lift": {"n_folds": 3}, "seed": 1})
    {'lift.n_folds': '3', 'seed': '1'}
    """
    out: dict[str, str] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping):
            out |= flat(value, f"{prefix}{key}.")
        else:
            out[f"{prefix}{key}"] = str(value)
    return out


def track_training(training: Training, folder: Path) -> str:
    """Log a training and register its models under the alias ``challenger``.

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
        When the store fails in any way; the models that were trained are not touched.
    """
    try:
        address = default_store(folder)
        _make_room(address)
        with _mlflow(address) as mlflow:
            experiment_id = _experiment(mlflow, address)
            tags = {**training.tags, **_whose()}
            with mlflow.start_run(
                experiment_id=experiment_id, run_name="training", tags=tags
            ) as run:
                _close_orphans(mlflow, experiment_id, run.info)
                _log_all(mlflow, training, experiment_id)
                return str(run.info.run_id)
    except PtmlError:
        raise
    # MLflow lets through what its database, its server and its own code raise.
    except Exception as error:
        raise TryAgainError(
            f"the training was not logged to MLflow ({_first_line(error)}); the models are saved"
            " and can be used: log again with the next training, or train with --no-track"
        ) from error


def load_tracked(name: str, folder: Path, alias: str = CHALLENGER) -> Any:
    """Load a registered model: its files are checked before any is used, and none is unpickled.

    Parameters
    ----------
    folder : Path
        Where the default store lies.

    Returns
    -------
    mlflow.pyfunc.PyFuncModel

    Raises
    ------
    UsageError
        When there is no such model.
    DataError
        When a file is not the one that was registered.
    """
    with _mlflow(default_store(folder)) as mlflow:
        registered = f"ptml-{name}"
        try:
            version = mlflow.MlflowClient().get_model_version_by_alias(registered, alias)
        except mlflow.exceptions.MlflowException as error:
            raise UsageError(f"no model {registered}@{alias}: {_first_line(error)}") from error
        copy = tempfile.mkdtemp(prefix="ptml-")
        try:
            files = _download(mlflow, f"models:/{registered}/{version.version}", copy)
            _refuse_changed(files, version)
            model = mlflow.pyfunc.load_model(str(files))
        except BaseException:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        # The model may read its files later; they go when it goes.
        weakref.finalize(model, shutil.rmtree, copy, ignore_errors=True)
        return model


def _whose() -> dict[str, str]:
    return {_PROCESS_TAG: str(os.getpid()), _HOST_TAG: socket.gethostname()}


def _log_all(mlflow: Any, training: Training, experiment_id: str) -> None:
    mlflow.log_params(flat(training.settings))
    mlflow.log_metrics(_named(training.metrics))
    for name, text in training.texts.items():
        mlflow.log_text(text, name)
    for figure in training.figures:
        mlflow.log_artifact(str(figure), "figures")
    for model in training.models:
        with mlflow.start_run(
            experiment_id=experiment_id, run_name=model.name, nested=True, tags=_whose()
        ) as run:
            mlflow.log_params(flat(model.settings))
            logged = _log_model(mlflow, model)
            mlflow.log_metrics(_named(model.metrics), model_id=logged.model_id)
            _register(mlflow, model, logged, run.info.run_id)


def _named(metrics: Mapping[str, float]) -> dict[str, float]:
    """Metrics by names that MLflow takes."""
    return {re.sub(r"[^\w.\- :/]", "_", name): value for name, value in metrics.items()}


def _experiment(mlflow: Any, address: str) -> str:
    found = mlflow.get_experiment_by_name(EXPERIMENT)
    if found is None:
        return str(mlflow.create_experiment(EXPERIMENT, _artefacts_of(address)))
    return str(found.experiment_id)


def _database(address: str) -> Path | None:
    path = address.removeprefix(_SQLITE)
    return None if path == address else Path(path)


def _make_room(address: str) -> None:
    # MLflow tries for minutes to open a database in a place that cannot be written.
    if database := _database(address):
        database.parent.mkdir(parents=True, exist_ok=True)
        database.open("ab").close()


def _artefacts_of(address: str) -> str | None:
    """Beside a SQLite file, whatever folder we stand in; a server has its own place."""
    database = _database(address)
    return None if database is None else (database.parent / "artifacts").resolve().as_uri()


def _close_orphans(mlflow: Any, experiment_id: str, ours: Any) -> None:
    """End the runs, and the models in them, that a killed training left open for ever."""
    client = mlflow.MlflowClient()
    running = client.search_runs([experiment_id], "attributes.status = 'RUNNING'")
    dead = [run for run in running if _is_orphan(run, ours)]
    for run in dead:
        client.set_terminated(run.info.run_id, status="KILLED")
    dead_ids = {run.info.run_id for run in dead}
    for model in client.search_logged_models([experiment_id]) if dead_ids else ():
        if model.source_run_id in dead_ids and str(model.status) == "PENDING":
            client.finalize_logged_model(model.model_id, "FAILED")


def _is_orphan(run: Any, ours: Any) -> bool:
    if run.info.run_id == ours.run_id:
        return False
    if run.data.tags.get(_HOST_TAG) == socket.gethostname():
        return not _is_alive(int(run.data.tags[_PROCESS_TAG]))
    # Another machine may still be at it, though hardly after a day.
    return bool(run.info.start_time < ours.start_time - _MS_A_DAY)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def _log_model(mlflow: Any, model: LoggedModel) -> Any:
    import pandas as pd

    kinds = model.columns
    schema = mlflow.types.Schema([mlflow.types.ColSpec(kinds[name], name) for name in kinds])
    example = pd.DataFrame({name: [0 if kind in _DTYPES else ""] for name, kind in kinds.items()})
    return mlflow.pyfunc.log_model(
        name=model.name,
        python_model=str(model.code),
        artifacts={"model": str(model.folder)},
        signature=mlflow.models.ModelSignature(inputs=schema),
        input_example=example.astype({n: _DTYPES[k] for n, k in kinds.items() if k in _DTYPES}),
        pip_requirements=requirements(),
    )


def requirements() -> list[str]:
    """What a logged model needs to run, in the versions that are installed here."""
    from importlib.metadata import version

    names = ("ptml", "implicit", "lightgbm", "numpy", "pandas", "scipy")
    return [f"{name}=={version(name)}" for name in names]


def _register(mlflow: Any, model: LoggedModel, logged: Any, run_id: str) -> None:
    """Register a model with the hashes of its files; one that failed a check stays outside."""
    if model.failed_checks:
        mlflow.set_tag("ptml.not_registered", f"failed: {', '.join(model.failed_checks)}")
        return
    client, name = mlflow.MlflowClient(), f"ptml-{model.name}"
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    with tempfile.TemporaryDirectory(prefix="ptml-") as copy:
        hashes = _hashes(_download(mlflow, logged.model_uri, copy))
    version = client.create_model_version(
        name,
        logged.model_uri,
        run_id,
        tags={HASHES_TAG: json.dumps(hashes, sort_keys=True)},
        model_id=logged.model_id,
    )
    client.set_registered_model_alias(name, CHALLENGER, version.version)


def _download(mlflow: Any, uri: str, folder: str) -> Path:
    return Path(mlflow.artifacts.download_artifacts(uri, dst_path=folder))


def _hashes(folder: Path) -> dict[str, str]:
    return {
        name: digest for name, digest in file_hashes(folder).items() if name != _ADDED_ON_THE_WAY
    }


def _refuse_changed(files: Path, version: Any) -> None:
    what = f"{version.name} version {version.version}"
    wanted = json.loads(version.tags.get(HASHES_TAG, "{}"))
    if not wanted:
        raise DataError(f"{what} was registered without the hashes of its files; train again")
    found = _hashes(files)
    wrong = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    if wrong:
        raise DataError(f"{', '.join(wrong)} of {what} changed after registering; train again")


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]


@contextmanager
def _mlflow(address: str) -> Iterator[Any]:
    """MLflow with our settings and that store; all is as before afterwards."""
    before = {name: os.environ.get(name) for name in (*_SETTINGS, _ADDRESS)}
    disabled = logging.root.manager.disable
    os.environ.update(_SETTINGS)
    # It tells of each table it lays out; what goes wrong is raised, and told by us.
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            _ignore_what_is_theirs()
            yield from _stored_at(address, before[_ADDRESS])
    finally:
        logging.disable(disabled)
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})


def _ignore_what_is_theirs() -> None:
    """Warnings about MLflow's own code; ours to mend is none of them, and any other one shows."""
    for module in ("mlflow", "alembic"):
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=module)
    about_its_own_types = ".*Any type hint is inferred as AnyType"
    warnings.filterwarnings("ignore", about_its_own_types, UserWarning, "mlflow")


def _stored_at(address: str, address_before: str | None) -> Iterator[Any]:
    import mlflow

    # A folder called mlflow passes for the package where that is not installed.
    if not hasattr(mlflow, "start_run"):
        raise UsageError("MLflow is not installed; install it or train with --no-track")
    mlflow.set_tracking_uri(address)
    try:
        yield mlflow
    finally:
        mlflow.set_tracking_uri(address_before)
