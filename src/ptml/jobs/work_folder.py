"""Where a benchmark works and writes: a folder that is kept or not, and a page that is its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ptml.errors import UsageError


@contextmanager
def work_folder(keep: Path | None) -> Iterator[Path]:
    """Give the folder ``keep``, made where it is not there; None = one that ends with the run."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
            yield Path(scratch)
        return
    keep.mkdir(parents=True, exist_ok=True)
    yield keep


def check_page(page: Path, title: str) -> None:
    """See that a page may be written: that there is none yet, or an earlier one of the title.

    Raises
    ------
    UsageError
        Where another page is there.
    """
    if page.is_file() and not page.read_text(encoding="utf-8").startswith(title):
        raise UsageError(f"{page} is another page (it must begin with {title!r}); give --page")
