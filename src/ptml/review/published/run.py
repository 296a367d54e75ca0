"""The run that is shown: read once, looked up by person, unit or course."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ptml.publish import PublishedRun, read_run
from ptml.review.published.lookup import PersonRows


@dataclass(frozen=True)
class Published:
    """The newest published run of a place.

    Attributes
    ----------
    address : str
        What `ptml score` was given as ``--out``.
    run : PublishedRun
        The run, whose hashes were checked when it was opened.
    """

    address: str
    run: PublishedRun
    _people: PersonRows
    _kept: dict[str, Mapping[str, Sequence[Mapping[str, Any]]]] = field(default_factory=dict)

    @classmethod
    def open(cls, address: str) -> "Published":
        """Open the newest run of a place.

        Raises
        ------
        UsageError
            When nothing was published there.
        DataError
            When a file is not what was written.
        """
        run = read_run(address)
        return cls(address, run, PersonRows(run))

    @property
    def run_id(self) -> str:
        """The run's id."""
        return str(self.run.about["run_id"])

    @property
    def as_of(self) -> date:
        """The day that the run is about."""
        return date.fromisoformat(str(self.run.about["as_of"]))

    @property
    def seal(self) -> str:
        """Hash of the run's manifest: another after a person was erased from the run."""
        told = json.dumps(self.run.about, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def of_person(self, table: str, employee: str) -> Sequence[Mapping[str, Any]]:
        """A person's rows of a table."""
        return self._people.of(table, employee)

    def names(self, kind: str) -> Mapping[str, str]:
        """Names by id of one kind of things: ``competency``, ``role``, ``kpi``."""
        return {row["id"]: row["name"] or row["id"] for row in self.rows("names", kind=kind)}

    def of_unit(self, table: str, unit: str) -> Sequence[Mapping[str, Any]]:
        """A unit's rows of a table; of all units they are few, and kept once read."""
        if table not in self._kept:
            found: dict[str, list[Mapping[str, Any]]] = {}
            for row in self.rows(table):
                found.setdefault(row["org_unit_id"], []).append(row)
            self._kept[table] = found
        return self._kept[table].get(unit, ())

    def rows(self, table: str, **equals: str) -> Sequence[Mapping[str, Any]]:
        """Rows of a table in which columns have these values."""
        found: pa.Table = self.run.arrow(table)
        for name, value in equals.items():
            found = found.filter(pc.field(name) == value)
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows
