"""Where a benchmark works: a folder that is kept, or one for the run alone."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def work_folder(keep: Path | None) -> Iterator[Path]:
    """Give the folder ``keep``, made where it is not there; None = one that ends with the run."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
            yield Path(scratch)
        return
    keep.mkdir(parents=True, exist_ok=True)
    yield keep
