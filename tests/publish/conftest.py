"""The forms of a place to publish to."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from botocore.loaders import JSONFileLoader

from ptml.contracts.store import open_store

from .runs import placed
from .stores import BUCKET, LocalStore, local_store


@pytest.fixture(params=["out", "out.duckdb"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place where nothing was published yet: a folder and a DuckDB file."""
    return placed(request.param, tmp_path)


@pytest.fixture(scope="session")
def store_server() -> Iterator[LocalStore]:
    """One S3 server for all tests of a process."""
    with local_store() as found, pytest.MonkeyPatch.context() as patched:
        # What all services of the cloud are like is read once, and not for every connection.
        read = cache(JSONFileLoader().load_file)
        patched.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield found


@pytest.fixture
def store(
    store_server: LocalStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[LocalStore]:
    """A server with an empty bucket, and an environment by which it is found."""
    for name, value in store_server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("s3fs.S3FileSystem.retries", 1)
    store_server.fail()
    system = open_store(f"s3://{BUCKET}").system
    if not system.exists(BUCKET):
        system.mkdir(BUCKET)
    yield store_server
    store_server.fail()
    system.rm(BUCKET, recursive=True)
