"""Log a study of settings to MLflow: one run for the search, one below it for each trial."""

from pathlib import Path

import optuna
from optuna.trial import FrozenTrial

from ptml.jobs.tracked import STORE
from ptml.search.outcome import Outcome
from ptml.tracking import LoggedTrial, track_study
from ptml.tracking.records import TrialState

_PLOTS = ("*.html", "*.png")


def log_study(outcome: Outcome, study: Path) -> str:
    """Log what a search found with its plots; the store lies beside the folder of the study.

    Returns
    -------
    str
        Id of the MLflow run.
    """
    trials = [_logged(outcome, trial) for trial in outcome.trials]
    figures = sorted(path for pattern in _PLOTS for path in study.glob(pattern))
    return track_study(outcome.model, trials, outcome.summary(), figures, study.parent / STORE)


def _logged(outcome: Outcome, trial: FrozenTrial) -> LoggedTrial:
    state: TrialState = "complete" if trial.state is optuna.trial.TrialState.COMPLETE else "pruned"
    seconds = {"seconds": float(trial.user_attrs["seconds"])}
    return LoggedTrial(str(trial.number), trial.params, outcome.reached(trial), state, seconds)
