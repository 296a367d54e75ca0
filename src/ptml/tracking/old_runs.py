"""Runs of MLflow that are old and whose models are not in use."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ptml.tracking.connection import default_store, has_store, opened, told

_MOST = 50_000
_REMEDY = "try again when the store answers"


def old_runs(store: Path, before: datetime) -> dict[str, datetime]:
    """Runs that ended before a moment, with when; none whose model carries an alias.

    Parameters
    ----------
    store : Path
        Folder of the store; a server that the environment names stands for it.
    """
    if not has_store(store):
        return {}
    with opened(default_store(store)) as mlflow, told("MLflow's runs were not looked at", _REMEDY):
        client = mlflow.MlflowClient()
        used = {
            version.run_id
            for registered in client.search_registered_models()
            for version in _aliased(client, registered)
        }
        experiments = [one.experiment_id for one in client.search_experiments()]
        runs = client.search_runs(experiments, max_results=_MOST)
        ended = {run.info.run_id: run.info.end_time or run.info.start_time for run in runs}
    moments = {run: datetime.fromtimestamp(ms / 1000, UTC) for run, ms in ended.items()}
    return {run: at for run, at in moments.items() if at < before and run not in used}


def forget_run(store: Path, run_id: str) -> None:
    """Mark a run as deleted; `mlflow gc` frees what it holds."""
    with opened(default_store(store)) as mlflow, told("an MLflow run was not deleted", _REMEDY):
        mlflow.MlflowClient().delete_run(run_id)


def _aliased(client: Any, registered: Any) -> list[Any]:
    name, aliases = registered.name, registered.aliases
    return [client.get_model_version(name, n) for n in aliases.values()]
