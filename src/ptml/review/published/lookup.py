"""Rows of one person in a published table, without a look at everybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ptml.contracts.person_hash import PERSON, person_hash
from ptml.publish import PublishedRun
from ptml.publish.hash_ranges import hash_ranges

Range = tuple[int, int]


@dataclass(frozen=True)
class PersonRows:
    """Looks people up in the tables of one run.

    Attributes
    ----------
    run : PublishedRun
    """

    run: PublishedRun
    _ranges: dict[str, Sequence[Range]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, table: str, person: str) -> Sequence[Mapping[str, Any]]:
        """A person's rows of a table, in the order in which they were published."""
        path = self.run.files.get(table)
        found = self.run.arrow(table) if path is None else self._near(table, path, person)
        rows: list[dict[str, Any]] = found.filter(pc.field(PERSON) == person).to_pylist()
        return rows

    def _near(self, table: str, path: Path, person: str) -> pa.Table:
        with self._lock:
            if table not in self._ranges:
                with duckdb.connect(":memory:") as connection:
                    self._ranges[table] = hash_ranges(path, connection)
        wanted = _hash(person)
        groups = [k for k, (low, high) in enumerate(self._ranges[table]) if low <= wanted <= high]
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            return file.read_row_groups(groups)


def _hash(person: str) -> int:
    with duckdb.connect(":memory:") as connection:
        row = connection.execute(f"SELECT {person_hash('$1')}", [person]).fetchone()
    return 0 if row is None else int(row[0])
