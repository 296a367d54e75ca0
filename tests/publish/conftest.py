"""Both forms of a place to publish to."""

from pathlib import Path

import pytest


@pytest.fixture(params=["out", "out.duckdb"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place where nothing was published yet: a folder, and a DuckDB file."""
    return str(tmp_path / request.param)
