"""The one place that knows MLflow: what a training was, how good it is, and its models.

The folder of models that `ptml train` wrote is the truth; MLflow keeps a copy with the settings and
figures beside it. Models are logged from code (a Python file and a folder), never pickled.
"""

from ptml.tracking.connection import default_store, has_store, opened
from ptml.tracking.loading import load_tracked
from ptml.tracking.model import requirements
from ptml.tracking.old_runs import forget_run, old_runs
from ptml.tracking.records import LoggedModel, LoggedTrial, Training, flat
from ptml.tracking.runs import EXPERIMENT, track_study, track_training
from ptml.tracking.versions import (
    CHALLENGER,
    CHAMPION,
    HASHES_TAG,
    TRAINING_TAG,
    Version,
    champion_of,
    move_alias,
    version_of,
)

__all__ = [
    "CHALLENGER",
    "CHAMPION",
    "EXPERIMENT",
    "HASHES_TAG",
    "TRAINING_TAG",
    "LoggedModel",
    "LoggedTrial",
    "Training",
    "Version",
    "champion_of",
    "default_store",
    "flat",
    "forget_run",
    "has_store",
    "load_tracked",
    "move_alias",
    "old_runs",
    "opened",
    "requirements",
    "track_study",
    "track_training",
    "version_of",
]
