"""What a source says of the company and not of one person: the same in every bucket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ptml.contracts.dataset import Dataset
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import COMPANY_TABLES
from ptml.features.arrays import Days
from ptml.features.catalogue import Catalogue
from ptml.features.loading import load_catalogue, load_organisation, load_periods
from ptml.features.logs import IncidentLog
from ptml.features.organisation import IdMaps, Organisation, Requirements
from ptml.features.reading import load_incidents
from ptml.features.tables import CodedTables

_ABOUT, _PERIODS = "about.json", "periods.npz"


@dataclass(frozen=True, eq=False)
class _Coded:
    """The tables as coded arrays."""

    catalogue: Catalogue
    organisation: Organisation
    requirements: Requirements
    incidents: IncidentLog


@dataclass(frozen=True, eq=False)
class CompanyInputs:
    """Tables without people, ids, and what the source had; small beside the people.

    Attributes
    ----------
    tables : mapping of str to pyarrow.Table
        `ptml.contracts.person_hash.COMPANY_TABLES`, checked.
    columns : mapping of str to frozenset of str
        As `Dataset.columns`.
    rows_read : mapping of str to int
        As `Dataset.rows_read`.
    maps : IdMaps
        Of the whole company, without its employees.
    period_start, period_end : (n_periods,) int32
        All performance periods, sorted by end, then start.
    fingerprint : str
        The data set's.
    """

    tables: Mapping[str, pa.Table]
    columns: Mapping[str, frozenset[str]]
    rows_read: Mapping[str, int]
    maps: IdMaps
    period_start: Days
    period_end: Days
    fingerprint: str

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Collect them from a data set."""
        tables = {
            name: dataset.arrow(f"SELECT {', '.join(INPUT_TABLES[name].columns)} FROM {name}")
            for name in COMPANY_TABLES
        }
        with CodedTables.of(dataset, {}) as coded:
            start, end = load_periods(coded)
        return cls(
            tables=tables,
            columns=dataset.columns,
            rows_read=dataset.rows_read,
            maps=IdMaps.of_company(dataset),
            period_start=start,
            period_end=end,
            fingerprint=dataset.fingerprint,
        )

    def has(self, table: str, column: str | None = None) -> bool:
        """Tell whether the source had the table, or the column of it."""
        columns = self.columns.get(table)
        return columns is not None and (column is None or column in columns)

    @cached_property
    def competency_names(self) -> list[str]:
        """Name of each competency by code; its id where it has none."""
        table = self.tables["competencies"]
        ids, names = (table[column].to_pylist() for column in ("competency_id", "name"))
        named = dict(zip(ids, names, strict=True))
        return [named.get(str(k), str(k)) for k in self.maps.competencies.ids]

    @property
    def catalogue(self) -> Catalogue:
        """Courses, what they teach and require."""
        return self._coded.catalogue

    @property
    def organisation(self) -> Organisation:
        """Roles, units and periods by code."""
        return self._coded.organisation

    @property
    def requirements(self) -> Requirements:
        """What roles ask for."""
        return self._coded.requirements

    @property
    def incidents(self) -> IncidentLog:
        """Trouble of all units."""
        return self._coded.incidents

    @cached_property
    def _coded(self) -> _Coded:
        # Together: a database takes longer to open than to answer.
        with CodedTables.in_memory(self.tables, self.maps.by_name()) as coded:
            places = load_organisation(coded, self.maps, self.period_start, self.period_end)
            return _Coded(load_catalogue(coded, self.maps), *places, load_incidents(coded))

    def save(self, folder: Path) -> None:
        """Write all of it into a new folder: Parquet, npz and JSON."""
        folder.mkdir()
        for name, table in self.tables.items():
            pq.write_table(table, folder / f"{name}.parquet", write_page_checksum=True)
        np.savez(folder / _PERIODS, start=self.period_start, end=self.period_end)
        about: dict[str, Any] = {
            "columns": {name: sorted(of_table) for name, of_table in self.columns.items()},
            "rows_read": dict(self.rows_read),
            "maps": {name: ids.ids.tolist() for name, ids in self.maps.by_name().items()},
            "fingerprint": self.fingerprint,
        }
        text = json.dumps(about, ensure_ascii=False, sort_keys=True)
        (folder / _ABOUT).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        with np.load(folder / _PERIODS, allow_pickle=False) as periods:
            start, end = periods["start"], periods["end"]
        return cls(
            tables={
                name: pq.read_table(folder / f"{name}.parquet", page_checksum_verification=True)
                for name in COMPANY_TABLES
            },
            columns={name: frozenset(of_table) for name, of_table in about["columns"].items()},
            rows_read=about["rows_read"],
            maps=IdMaps.by_ids(about["maps"]),
            period_start=start,
            period_end=end,
            fingerprint=about["fingerprint"],
        )
