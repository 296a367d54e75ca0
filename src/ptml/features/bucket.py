"""A bucket of employees: the unit of work, by a hash that stays the same for ever."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import HASH_BITS, PERSON_HASH

LOGS = (
    *("employees", "assignments", "enrolments", "transfer_evidence", "performance"),
    *("assessments", "feedback", "absences", "personal_goals"),
)
"""The personal tables that features are made of."""


@dataclass(frozen=True)
class Bucket:
    """One of `count` parts of all employees.

    The hash of an employee's id (`ptml.contracts.person_hash`) falls into one of `count` ranges of
    about the same width, so that a bucket does not depend on who else is there, on the order of
    rows or on the machine.
    """

    index: int
    count: int

    def __post_init__(self) -> None:
        if not 0 <= self.index < self.count:
            raise ValueError(
                f"Bucket index must lie in 0..count-1, got {self.index} of {self.count}"
            )

    @classmethod
    def of_hash(cls, hashed: int, count: int) -> "Bucket":
        """The bucket that a person's hash lies in."""
        return cls(((hashed + 1) * count - 1) >> HASH_BITS, count)

    @staticmethod
    def sql_of_hash(hashed: str, count: int) -> str:
        """SQL for the index of the bucket that a hash lies in; `of_hash` in SQL."""
        return f"((({hashed}::UHUGEINT + 1) * {count} - 1) >> {HASH_BITS})"

    @property
    def hashes(self) -> tuple[int, int]:
        """First and last hash of its people."""
        first = (self.index << HASH_BITS) // self.count
        end = ((self.index + 1) << HASH_BITS) // self.count
        return first, end - 1

    @property
    def sql(self) -> str:
        """The condition that picks the bucket's rows of a personal table."""
        first, last = self.hashes
        return f"{PERSON_HASH} BETWEEN {first} AND {last}"


def buckets_of(dataset: Dataset, bucket_employees: int) -> list[Bucket]:
    """Cut the people of a source into buckets of about so many; there is at least one."""
    n_people = dataset.rows_read.get("employees", 0)
    count = max(-(-n_people // bucket_employees), 1)
    return [Bucket(index, count) for index in range(count)]


def bucket_of(dataset: Dataset, employee_id: str, bucket_employees: int) -> Bucket | None:
    """The bucket that a person lies in; None = nobody has this id."""
    sql = f"SELECT {PERSON_HASH}::VARCHAR AS hash FROM employees WHERE employee_id = ?"
    hashed = dataset.query(sql, [employee_id])["hash"]
    if not len(hashed):
        return None
    return Bucket.of_hash(int(hashed.iloc[0]), len(buckets_of(dataset, bucket_employees)))


def tables_of_buckets(dataset: Dataset, buckets: Sequence[Bucket]) -> list[dict[str, pa.Table]]:
    """`bucket_tables` of each of some buckets that follow one another, by one look at each table.

    Rows of people lie in sorted runs, and of each run the database reads a hundred thousand rows at
    the least, whether one bucket is asked for or several.
    """
    first, last = buckets[0].hashes[0], buckets[-1].hashes[1]
    ends = np.array([bucket.hashes[1] for bucket in buckets], dtype=np.uint64)
    found: list[dict[str, pa.Table]] = [{} for _ in buckets]
    for name in LOGS:
        columns = ", ".join(INPUT_TABLES[name].columns)
        rows = dataset.arrow(
            f"SELECT {columns}, {PERSON_HASH} FROM {name}"
            f" WHERE {PERSON_HASH} BETWEEN {first} AND {last}"
        )
        place = np.searchsorted(ends, rows[PERSON_HASH].to_numpy())
        rows = rows.drop_columns([PERSON_HASH])
        for k, tables in enumerate(found):
            tables[name] = rows.take(pa.array(np.flatnonzero(place == k)))
    return found


def bucket_tables(dataset: Dataset, bucket: Bucket | None = None) -> dict[str, pa.Table]:
    """The rows of a bucket's people, or of everybody, by table of `LOGS`.

    Columns are those of the contract; rows lie in the order of the data set.
    """
    where = "" if bucket is None else f" WHERE {bucket.sql}"
    return {
        name: dataset.arrow(f"SELECT {', '.join(INPUT_TABLES[name].columns)} FROM {name}{where}")
        for name in LOGS
    }
