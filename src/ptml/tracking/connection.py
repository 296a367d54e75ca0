"""MLflow with our settings on one store; everything is as before afterwards."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ptml.errors import PtmlError, TryAgainError, UsageError

_ADDRESS, SQLITE = "MLFLOW_TRACKING_URI", "sqlite:///"
_SETTINGS = {
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # Requirements are given; MLflow would add the lock file of whatever project we stand in.
    "MLFLOW_UV_AUTO_DETECT": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}
# MLflow's own patience with a server that is away lasts ten minutes; who wants it says so.
_UNLESS_SET = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
}
_NO_ENTRY = ("error code 401", "You are not authenticated")
_MOST_LETTERS = 300


def default_store(folder: Path) -> str:
    """Address of the store: the one of the environment, or a SQLite file within ``folder``."""
    return os.environ.get(_ADDRESS) or f"{SQLITE}{folder.resolve() / 'mlflow.db'}"


def has_store(folder: Path) -> bool:
    """Whether there is anything to ask: a server that the environment names, or a database."""
    database = database_file(default_store(folder))
    return database is None or database.exists()


@contextmanager
def opened(address: str) -> Iterator[Any]:
    """Give the module of MLflow, set to that store."""
    before = {name: os.environ.get(name) for name in (*_SETTINGS, *_UNLESS_SET, _ADDRESS)}
    disabled = logging.root.manager.disable
    os.environ.update(_SETTINGS | {k: v for k, v in _UNLESS_SET.items() if before[k] is None})
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


@contextmanager
def told(what: str, remedy: str) -> Iterator[None]:
    """Say in one line what went wrong with the store, whatever it is.

    Parameters
    ----------
    what : str
        What was not done: begins the sentence.
    remedy : str
        The way out: ends it.

    Raises
    ------
    TryAgainError
        For a failure of the store, its server or its database.
    UsageError
        For a name or password that the server does not know.
    """
    try:
        yield
    except PtmlError:
        raise
    # MLflow lets through what its database, its server and its own code raise.
    except Exception as error:
        said = first_line(error)
        if any(word in said for word in _NO_ENTRY):
            raise UsageError(
                f"{what}: the MLflow server does not take the name or password in"
                " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD; set them right and"
                f" {remedy}"
            ) from error
        raise TryAgainError(f"{what} ({said}); {remedy}") from error


def first_line(error: Exception) -> str:
    """The kind of an error and the first line of what it says, cut where it is very long."""
    said = f"{type(error).__name__}: {error}".partition("\n")[0]
    return said if len(said) <= _MOST_LETTERS else f"{said[:_MOST_LETTERS]}..."


def database_file(address: str) -> Path | None:
    """Where the database of a SQLite address lies; None for any other address."""
    path = address.removeprefix(SQLITE)
    return None if path == address else Path(path)


def refuse_absent(address: str) -> None:
    """Refuse to look into a SQLite store that is not there: MLflow would make an empty one.

    Raises
    ------
    UsageError
        Naming the file.
    """
    database = database_file(address)
    if database is not None and not database.exists():
        raise UsageError(
            f"no MLflow store in {database.parent}; `ptml train` makes one in `mlruns` beside the"
            " models, unless it is called with --no-track"
        )


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
