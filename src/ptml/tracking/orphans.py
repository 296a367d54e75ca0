"""Runs, and the models in them, that a killed training left open for ever."""

import os
import socket
from typing import Any

_PROCESS_TAG, _HOST_TAG = "ptml.process", "ptml.host"
_MS_A_DAY = 86_400_000


def whose() -> dict[str, str]:
    """Tags by which a later training sees whether this process still lives."""
    return {_PROCESS_TAG: str(os.getpid()), _HOST_TAG: socket.gethostname()}


def close_orphans(mlflow: Any, experiment_id: str, ours: Any) -> None:
    """End what dead processes left; ``ours`` is the info of the run that is open now."""
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
    if run.info.run_id == ours.run_id or _PROCESS_TAG not in run.data.tags:
        return False
    if run.data.tags.get(_HOST_TAG) == socket.gethostname():
        process = int(run.data.tags[_PROCESS_TAG])
        # What this process left open when the store failed is nobody's any more either.
        return process == os.getpid() or not _is_alive(process)
    # Another machine may still be at it, though hardly after a day.
    return bool(run.info.start_time < ours.start_time - _MS_A_DAY)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True
