"""What a source hands over: tables as they stand, before any check."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

# Batches may carry these beside the table's own columns: the row's number, for a source that takes
# rows out of their order, and for a row that cannot be split into values its text and the reason.
SOURCE_ROW = "source_row"
MALFORMED_TEXT = "malformed_text"
MALFORMED_RULE = "malformed_rule"


@dataclass(frozen=True)
class RawTable:
    """One table of a source, unread.

    Attributes
    ----------
    columns : tuple of str
        The names that it has, contract or not.
    batches : callable
        Given the columns that are wanted, it gives the rows in source order as record batches of
        any size, typed as the source types them (text where it has no types). Raises DataError
        when the rest cannot be read.
    origin : str
        What to call it in a message: ``enrolments.csv``.
    """

    columns: tuple[str, ...]
    batches: Callable[[tuple[str, ...]], Iterator[pa.RecordBatch]]
    origin: str


@dataclass(frozen=True)
class RawSource:
    """All contract tables that a source has.

    Attributes
    ----------
    address : str
        Where it is, without any password.
    tables : mapping of table to RawTable
        Only tables of the contract.
    unreadable : mapping of table to str
        Tables that are there and cannot be read, with the reason: each ends the job.
    """

    address: str
    tables: Mapping[str, RawTable]
    unreadable: Mapping[str, str] = field(default_factory=dict)
