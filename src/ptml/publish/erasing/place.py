"""What a place of published runs has to be able to do so that people can be taken out of it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from ptml.publish.erasing.people import Known, People
from ptml.traces import Look, Needle

NOWHERE = Look((), 0)
"""What is seen where there is nothing to look at."""


@dataclass(frozen=True)
class Change:
    """One run, or one file, that holds one of the people, or did.

    Attributes
    ----------
    where : str
    rows : mapping of table to int
        Rows that are theirs.
    named : mapping of table to int
        Values in other people's rows that name one of them.
    before, after : str
        SHA-256 of its manifest; empty where it has none, or before anything is changed.
    """

    where: str
    rows: Mapping[str, int]
    named: Mapping[str, int]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class EarlierRun:
    """A kept run that is not the one that is shown.

    Attributes
    ----------
    name : str
    since : datetime
        When it was published.
    n_bytes : int
    remove : callable
        Takes it away; called within `alone`.
    """

    name: str
    since: datetime
    n_bytes: int
    remove: Callable[[], object]


class Erasable(Protocol):
    """A place of published runs. Nothing but `erase` changes anything, and that run by run."""

    @property
    def name(self) -> str:
        """The place as the user named it, without any password."""

    @property
    def files(self) -> list[Path]:
        """Files and folders to look through afterwards; none for a server."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep publishers out, as one of them; mend what a killed erasure left."""

    def people(self) -> pa.ChunkedArray:
        """Ids of everybody in the published tables, each at least once."""

    def known(self, employee_ids: Collection[str]) -> Known:
        """What the tables say of people's ids."""

    def find(self, whom: People) -> Iterator[Change]:
        """Where they are, run by run."""

    def erase(self, whom: People, note: Mapping[str, Any]) -> Iterator[Change]:
        """Take them out, run by run, each all or nothing; within `alone`.

        Parameters
        ----------
        note : mapping
            Kept in the manifest of each run, with the hash of the manifest before.
        """

    def elsewhere(self, needle: Needle) -> Look:
        """Look through what lies on no disk of this machine; nothing for other places."""

    def leftovers(self) -> list[str]:
        """Unfinished runs and the like, which are removed as a whole."""


@runtime_checkable
class KeepsRuns(Protocol):
    """A place on a server whose earlier runs may be taken away one by one."""

    def earlier(self) -> Iterator[EarlierRun]:
        """Kept runs but the newest."""
