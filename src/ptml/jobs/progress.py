"""How a job says where it is; the command line decides how that looks."""

from typing import Protocol


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
