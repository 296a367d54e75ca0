"""How a job says where it is; the command line decides how that looks."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    # The command line imports this for its progress bars: reading data has to wait till a job runs.
    from ptml.contracts.dataset import Dataset


class Progress(Protocol):
    """Told about each stage of a job and about the steps within it."""

    def stage(self, title: str) -> None:
        """Tell that a new stage begins."""

    def step(self, done: int, total: int) -> None:
        """Tell that ``done`` of ``total`` parts of this stage are finished."""


class Silent:
    """A progress that nobody watches (tests, notebooks, ``--json``)."""

    def stage(self, title: str) -> None:
        """Say nothing."""

    def step(self, done: int, total: int) -> None:
        """Say nothing."""


@runtime_checkable
class TakesNotes(Protocol):
    """A progress that keeps what a job says of itself for the record of the run."""

    def note(self, facts: Mapping[str, Any]) -> None:
        """Keep some facts, JSON-ready, by name."""


def note(progress: Progress, facts: Mapping[str, Any]) -> None:
    """Tell facts to a progress that keeps them; others need not know of notes."""
    if isinstance(progress, TakesNotes):
        progress.note(facts)


def note_source(progress: Progress, dataset: "Dataset", as_of: date | None) -> None:
    """Note which data a job works on, as soon as they are read: a job that fails has them too."""
    told = {
        "address": dataset.address,
        "fingerprint": dataset.fingerprint,
        "rows": dict(dataset.rows_read),
        "set_aside": dict(dataset.rows_rejected),
    }
    note(progress, {"data": told} | ({"as_of": as_of.isoformat()} if as_of else {}))
