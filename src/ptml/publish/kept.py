"""Runs that were published before the newest one and are still kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa


@dataclass(frozen=True)
class KeptRun:
    """One of them, unread.

    Attributes
    ----------
    as_of : date
    name : str
        Of two runs of a day, the later one has the greater name.
    model_versions : mapping
        Name of each model to the hash of its files.
    column : callable
        Given a table and a column, its values; None where the run has no such table.
    """

    as_of: date
    name: str
    model_versions: Mapping[str, str]
    column: Callable[[str, str], pa.ChunkedArray | None]
