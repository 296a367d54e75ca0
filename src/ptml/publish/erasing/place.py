"""What a place of published runs has to be able to do so that a person can be taken out of it."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from ptml.publish.erasing.person import Person


@dataclass(frozen=True)
class Known:
    """What a place knows of a person's ids.

    Attributes
    ----------
    enrolment_ids : frozenset of str
        The person's enrolments.
    others : frozenset of str
        Ids of other people, and of their enrolments, that hold the person's id as a part.
    """

    enrolment_ids: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def __or__(self, other: "Known") -> "Known":
        return Known(self.enrolment_ids | other.enrolment_ids, self.others | other.others)


@dataclass(frozen=True)
class Change:
    """One run, or one file, that holds the person, or did.

    Attributes
    ----------
    where : str
    rows : mapping of table to int
        Rows that are the person's.
    named : mapping of table to int
        Values in other people's rows that name the person.
    before, after : str
        SHA-256 of its manifest; empty where it has none, or before anything is changed.
    """

    where: str
    rows: Mapping[str, int]
    named: Mapping[str, int]
    before: str = ""
    after: str = ""


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

    def known(self, employee_id: str) -> Known:
        """What the tables say of the person's ids."""

    def find(self, person: Person) -> Iterator[Change]:
        """Where the person is, run by run."""

    def erase(self, person: Person, note: Mapping[str, Any]) -> Iterator[Change]:
        """Take the person out, run by run, each all or nothing; within `alone`.

        Parameters
        ----------
        note : mapping
            Kept in the manifest of each run, with the hash of the manifest before.
        """

    def leftovers(self) -> list[str]:
        """Unfinished runs and the like, which are removed as a whole."""
