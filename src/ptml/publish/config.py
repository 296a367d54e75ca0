"""What of published runs is kept, and how it is cut into files."""

from pathlib import Path

from pydantic import NonNegativeInt, PositiveInt

from ptml.config import FrozenConfig


class PublishConfig(FrozenConfig):
    """Settings of the places that runs are published to; no row of a run depends on them."""

    kept_runs: PositiveInt = 5
    """Newest runs that stay in a folder or an object store; older ones are removed."""
    kept_dates: NonNegativeInt = 53
    """Newest dates that stay in a dataset by date or a Delta Lake; 0 = all of them."""
    part_rows: PositiveInt = 2_000_000
    """Most rows of a file of a dataset by date."""
    vacuum_hours: NonNegativeInt = 168
    """Files that no newer version of a Delta table uses are removed after so many hours."""
    lease_seconds: PositiveInt = 120
    """The lock of an object store is free so long after its holder was last heard of."""
    work_folder: Path | None = None
    """Where a run for an object store is written before it is sent; empty = the system's folder for
    temporary files."""
