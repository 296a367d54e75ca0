"""The one place that knows MLflow: what a training was, how good it is, and its models.

The folder of models that `ptml train` wrote is the truth; MLflow keeps a copy with the settings and
figures beside it. Models are logged from code (a Python file and a folder), never pickled.
"""

import io
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptml.errors import TryAgainError

EXPERIMENT = "ptml"
CHALLENGER = "challenger"
_ADDRESS = "MLFLOW_TRACKING_URI"
_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}


@dataclass(frozen=True)
class LoggedModel:
    """A model to log.

    Attributes
    ----------
    name : str
        Registered as ``ptml-NAME``.
    code : Path
        Python file that sets the model (`mlflow.models.set_model`).
    folder : Path
        Files that the code loads.
    columns : mapping of str to str
        Input columns with their MLflow types: the signature.
    """

    name: str
    code: Path
    folder: Path
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Training:
    """What is said of one training; see `track_training`."""

    settings: Mapping[str, Any]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    texts: Mapping[str, str]
    models: Sequence[LoggedModel]


def default_store(folder: Path) -> str:
    """Address of the store: the one of the environment, or a SQLite file within ``folder``."""
    return os.environ.get(_ADDRESS) or f"sqlite:///{folder.resolve() / 'mlflow.db'}"


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
        When the store cannot be reached; the models that were trained are not touched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _mlflow(default_store(folder)) as mlflow:
        try:
            _experiment(mlflow, folder)
            with mlflow.start_run(tags=dict(training.tags)) as run:
                mlflow.log_params(flat(training.settings))
                mlflow.log_metrics(dict(training.metrics))
                for name, text in training.texts.items():
                    mlflow.log_text(text, name)
                for model in training.models:
                    _log_model(mlflow, model)
                return str(run.info.run_id)
        except (mlflow.exceptions.MlflowException, OSError) as error:
            reason = str(error).splitlines()[0]
            raise TryAgainError(
                f"the training was not logged to MLflow ({reason}); the models are saved: "
                "log again with another run, or train with --no-track"
            ) from error


def _experiment(mlflow: Any, folder: Path) -> None:
    if mlflow.get_experiment_by_name(EXPERIMENT) is None:
        local = None if os.environ.get(_ADDRESS) else (folder / "artifacts").resolve().as_uri()
        mlflow.create_experiment(EXPERIMENT, artifact_location=local)
    mlflow.set_experiment(EXPERIMENT)


def _log_model(mlflow: Any, model: LoggedModel) -> None:
    schema = mlflow.types.Schema(
        [mlflow.types.ColSpec(kind, name) for name, kind in model.columns.items()]
    )
    logged = mlflow.pyfunc.log_model(
        name=model.name,
        python_model=str(model.code),
        artifacts={"model": str(model.folder)},
        signature=mlflow.models.ModelSignature(inputs=schema),
        pip_requirements=["ptml"],
        registered_model_name=f"ptml-{model.name}",
    )
    version = logged.registered_model_version
    mlflow.MlflowClient().set_registered_model_alias(f"ptml-{model.name}", CHALLENGER, version)


def load_tracked(name: str, folder: Path, alias: str = CHALLENGER) -> Any:
    """Load a registered model; its file hashes are checked and nothing is unpickled.

    Returns
    -------
    mlflow.pyfunc.PyFuncModel
    """
    with _mlflow(default_store(folder)) as mlflow:
        return mlflow.pyfunc.load_model(f"models:/ptml-{name}@{alias}")


@contextmanager
def _mlflow(address: str) -> Iterator[Any]:
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
        # What MLflow's own dependencies deprecate, and its chatter, is not for our user to read.
        warnings.simplefilter("ignore")
        import logging

        import mlflow

        for noisy in ("mlflow", "alembic"):
            logging.getLogger(noisy).setLevel(logging.ERROR)
        mlflow.set_tracking_uri(address)
        mlflow.set_registry_uri(address)
        yield mlflow
