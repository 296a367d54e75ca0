"""Output schemas of a real server, and what the server does to their publisher."""

import itertools
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from ptml.publish import open_publication
from ptml.publish.postgres.migrating import migrate
from ptml.sources.postgres_address import PostgresAddress
from ptml.sources.postgres_config import PostgresConfig
from tests.postgres_server import Server
from tests.publish.runs import FINISHED, N_PEOPLE, N_PIECES, lift_piece, record, segments_piece

ONCE = PostgresConfig(attempts=1, lock_seconds=0.5)
PATIENT = PostgresConfig(attempts=4, first_wait_seconds=0.05, lock_seconds=5)
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def work_in_a_folder_of_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs are put together where the test ends."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def schema() -> str:
    """Name of a schema that no other test has."""
    return f"out_{next(_numbers)}"


@pytest.fixture
def out(server: Server, schema: str) -> str:
    """Address of a schema that is ready for a first run."""
    address = server.address(schema)
    migrate(PostgresAddress.parse(address), ONCE)
    return address


@pytest.fixture
def terminate(server: Server) -> Callable[[psycopg.Connection[tuple[object, ...]]], None]:
    """End a connection from the server's side, as a restart or a failing line does."""

    def end(connection: psycopg.Connection[tuple[object, ...]]) -> None:
        with server.connect() as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])

    return end


def publish(out: str, mark: int, config: PostgresConfig = ONCE, people: int = N_PEOPLE) -> None:
    """Publish the run of that mark."""
    with open_publication(out, record(mark), lambda: FINISHED, postgres=config) as publication:
        for piece in range(N_PIECES):
            publication.append("lift", lift_piece(mark, piece, people))
            publication.append("segments", segments_piece(piece, people))
        publication.commit({"notes": [f"mark {mark}"]})
