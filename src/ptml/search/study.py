"""Trials kept in a folder, so that a search that was stopped or killed goes on where it was.

The journal is Optuna's; beside it lie the values of each trial, case by case, which pairs need.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from ptml.contracts.durable import flush
from ptml.contracts.lock import writer_lock
from ptml.errors import UsageError
from ptml.quiet import quiet_optuna
from ptml.search.about import refuse_other

FloatArray = NDArray[np.float64]

NAME = "tuning"
_JOURNAL, _VALUES = "journal.log", "values"
_FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


@dataclass(frozen=True, eq=False)
class KeptStudy:
    """A study and its folder; only within `kept_study`.

    Attributes
    ----------
    seed : int
        With the number of finished trials it seeds each draw: a search that was interrupted draws
        what one in one go would have drawn.
    n_blind : int
        Trials that are drawn before the search learns from them.
    """

    folder: Path
    optuna: optuna.Study
    seed: int
    n_blind: int

    @property
    def finished(self) -> list[FrozenTrial]:
        """Trials that were judged, to the end or until they were given up."""
        return self.optuna.get_trials(deepcopy=False, states=_FINISHED)

    @property
    def best(self) -> FrozenTrial | None:
        """The best of those judged to the end; among equals the first."""
        complete = [one for one in self.finished if one.state is TrialState.COMPLETE]
        return max(complete, key=lambda one: one.value, default=None)

    def ask(self, given: Mapping[str, Any]) -> optuna.Trial:
        """Begin the next trial; the first takes what was given."""
        finished = self.finished
        state = np.random.SeedSequence([self.seed, len(finished)]).generate_state(1)
        self.optuna.sampler = optuna.samplers.TPESampler(
            n_startup_trials=self.n_blind, seed=int(state[0])
        )
        waiting = self.optuna.get_trials(deepcopy=False, states=(TrialState.WAITING,))
        if not finished and not waiting:
            self.optuna.enqueue_trial(dict(given))
        return self.optuna.ask()

    def keep_values(self, number: int, values: list[FloatArray]) -> None:
        """Keep what each fold said of a trial's cases."""
        path = self._values(number)
        draft = path.with_name(f".{path.name}")
        with draft.open("wb") as file:
            np.savez(file, *values)
        flush(draft)
        draft.replace(path)

    def values(self, trial: FrozenTrial) -> list[FloatArray]:
        """What each fold said of the cases of a finished trial."""
        with np.load(self._values(trial.number), allow_pickle=False) as found:
            return [found[f"arr_{k}"] for k in range(len(found.files))]

    def _values(self, number: int) -> Path:
        return self.folder / _VALUES / f"{number:04d}.npz"


@contextmanager
def kept_study(
    folder: Path, about: Mapping[str, Any], seed: int, n_blind: int
) -> Iterator[KeptStudy]:
    """Open the study of a folder, or make it.

    Parameters
    ----------
    about : mapping
        JSON-ready; what the trials depend on. A study of anything else is not taken up.

    Raises
    ------
    UsageError
        For a folder that holds another study, or something that is no study, or cannot be written.
    TryAgainError
        When another process works on the study.
    """
    try:
        (folder / _VALUES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"--study {folder} cannot be written ({error.strerror}); name another folder"
        ) from error
    with writer_lock(folder / ".lock", str(folder)), quiet_optuna():
        refuse_other(folder, about)
        journal = folder / _JOURNAL
        _mend(journal)
        storage = JournalStorage(JournalFileBackend(str(journal)))
        study = optuna.create_study(
            storage=storage, study_name=NAME, direction="maximize", load_if_exists=True
        )
        _sweep(study)
        yield KeptStudy(folder, study, seed, n_blind)


def _mend(journal: Path) -> None:
    """Take away what a killed process left: its lock, and a line that it had not finished.

    Ours is the only process at the study (`writer_lock`); Optuna would wait 30 s for the lock.
    """
    journal.with_name(f"{journal.name}.lock").unlink(missing_ok=True)
    if not journal.exists():
        return
    with journal.open("r+b") as file:
        written = file.read()
        whole = written.rfind(b"\n") + 1
        if whole < len(written):
            file.truncate(whole)


def _sweep(study: optuna.Study) -> None:
    """Trials of a killed process stay running for ever: call them failed."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
